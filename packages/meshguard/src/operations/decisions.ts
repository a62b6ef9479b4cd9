import { type DecodeContext, type Operation, type ResponseHead, ResponseValidationError } from '@sallyport/core';
import { httpError, zodDecoder } from '@sallyport/core/internal';
import { CHECK_NAMES } from '../option-names.js';
import type { PolicyDecision } from '../types/index.js';
import { type Asked, type DecisionBody, decisionBody, toDecision } from '../wire/decisions.js';
import { isObject, saidDecision, traceIdOf } from './head.js';

const decodeBody = zodDecoder(decisionBody);

const contradiction = (says: string, { operation, status, requestId }: DecodeContext): ResponseValidationError =>
  new ResponseValidationError(`The ${status} answer to ${operation} says ${says}, which is no decision to act on.`, {
    operation,
    status,
    requestId,
    path: 'decision',
  });

/** Status, header and body each say whether it is allowed; where two of them disagree, nothing is. */
function verdict(body: DecisionBody, context: DecodeContext): boolean {
  const allowed = context.status !== 403;
  const said = saidDecision(context);
  if (said !== undefined && said !== (allowed ? 'allow' : 'deny'))
    throw contradiction(`"${said}" in its head`, context);
  if ((body.allowed ?? allowed) !== allowed) throw contradiction(`allowed: ${body.allowed}`, context);
  if (body.decision != null && (body.decision === 'allow') !== allowed) {
    throw contradiction(`"${body.decision}"`, context);
  }
  return allowed;
}

/** Something on the way may answer 403 as well: only the gateway does so in JSON, or says in its head that it did. */
function isDecision({ status, headers }: ResponseHead): boolean {
  const type = headers['content-type'];
  return (status >= 200 && status < 300) || (status === 403 && (type === undefined || String(type).includes('json')));
}

function decodeCheck(asked: Asked, body: unknown, context: DecodeContext): PolicyDecision {
  const isRefusal = context.status === 403;
  if (isRefusal && !isObject(body) && saidDecision(context) !== 'deny') throw httpError(body, context);
  const said = decodeBody(isRefusal && !isObject(body) ? {} : body, context);
  const traceId = traceIdOf(context) ?? asked.traceId;
  return toDecision(said, verdict(said, context), { ...asked, traceId });
}

/** Asks about one action. */
export const decisionOn = (asked: Asked): Operation<void, PolicyDecision> => ({
  name: 'meshguard.check',
  method: 'GET',
  path: () => '/proxy/check',
  auth: 'agent',
  // Each check counts, and an approved one can be used once: it is repeated only under a key.
  retry: 'keyed',
  results: isDecision,
  options: CHECK_NAMES,
  decode: (body, context) => decodeCheck(asked, body, context),
});
