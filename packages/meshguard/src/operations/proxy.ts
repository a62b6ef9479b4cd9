import { type ErrorDecoder, type Operation, type ResponseHead, ResponseValidationError } from '@sallyport/core';
import { zodDecoder } from '@sallyport/core/internal';
import { denialError } from '../errors.js';
import { PROXY_NAMES } from '../option-names.js';
import type { ProxyOptions } from '../types/index.js';
import { type Asked, decisionBody, toDecision } from '../wire/decisions.js';
import { isObject, policyOf, saidDecision, traceIdOf } from './head.js';

const decodeBody = zodDecoder(decisionBody);

/**
 * An answer that says `allow` in its head is the service's own, whatever its status. Without that word an error is the
 * gateway's; a success is the service's, at an older gateway.
 */
function isRelayed(head: ResponseHead): boolean {
  const said = saidDecision(head);
  return said === 'allow' || (said === undefined && head.status >= 200 && head.status < 300);
}

/** What the gateway refused: it says `deny` in its head, or (an older one) 403 with a reason in JSON. */
function decodeDenial(asked: Asked): ErrorDecoder {
  return (body, context) => {
    const said = saidDecision(context);
    if (said !== undefined && said !== 'deny') {
      const { operation, status, requestId } = context;
      const message = `The ${status} answer to ${operation} says "${said}" in its head, which is no decision.`;
      return new ResponseValidationError(message, { operation, status, requestId, path: 'x-meshguard-decision' });
    }
    if (said === undefined && !(context.status === 403 && isObject(body))) return undefined;
    const told = decodeBody(isObject(body) ? { ...body, policy: body['policy'] ?? policyOf(context) } : {}, context);
    const traceId = traceIdOf(context) ?? asked.traceId;
    const decision = toDecision(told, false, { ...asked, action: told.action || asked.action, traceId });
    return denialError(decision, context);
  };
}

/** One request for the service behind the gateway. */
export interface ProxyCall {
  readonly method: Operation<void, unknown>['method'];
  /** Below the service's root, encoded, without its query. */
  readonly path: string;
  readonly query: string;
  readonly asked: Asked;
  readonly json: unknown;
  readonly body: ProxyOptions['body'];
}

const READS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);
const utf8 = new TextEncoder();

const bytesOf = (body: ProxyOptions['body']): ProxyOptions['body'] =>
  typeof body === 'string' ? utf8.encode(body) : body;

/** Opened as a stream: the body of its answer is never decoded here. */
export const proxied = ({ method, path, query, asked, json, body }: ProxyCall): Operation<void, unknown> => ({
  name: 'meshguard.proxy',
  method,
  path: () => `/proxy/${path}`,
  query: () => query,
  body: () => (json === undefined ? bytesOf(body) : json),
  auth: 'agent',
  retry: READS.has(method) ? 'safe' : 'never',
  results: isRelayed,
  relayed: true,
  reads: 'text',
  options: PROXY_NAMES,
  decode: (answer) => answer,
  errors: [decodeDenial(asked)],
});
