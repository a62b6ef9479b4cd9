import { ConfigurationError } from '@sallyport/core';
import { checkNames, checkText } from '@sallyport/core/internal';
import type { Connection } from './connection.js';
import { governedHeaders } from './facts.js';
import { type ProxyCall, proxied } from './operations/proxy.js';
import { PROXY_NAMES } from './option-names.js';
import { ProxyResponse } from './proxy-response.js';
import type { ProxyOptions } from './types/index.js';

/** The methods that can be sent through the gateway. */
export type ProxyMethod = ProxyCall['method'];

const METHODS: ReadonlySet<string> = new Set<ProxyMethod>(['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE']);

/** Splits off the query, and encodes what no path can hold as it is; what is encoded stays so. */
function place(path: string): { readonly path: string; readonly query: string } {
  const [whole = ''] = path.replace(/^\/+/, '').split('#', 1);
  const encoded = whole.replace(/[^!-~]+|[\\]/gu, encodeURIComponent);
  const mark = encoded.indexOf('?');
  if (mark < 0) return { path: encoded, query: '' };
  return { path: encoded.slice(0, mark), query: encoded.slice(mark + 1) };
}

function checkProxyCall(method: string, path: string, { json, body }: ProxyOptions): void {
  if (!METHODS.has(method)) throw new ConfigurationError(`There is no method ${JSON.stringify(method)} to proxy.`);
  checkText('path', path);
  if (/\p{Surrogate}/u.test(path)) throw new ConfigurationError('path holds half of a surrogate pair.');
  if (json !== undefined && body !== undefined) throw new ConfigurationError('Give json or body, and not both.');
}

/** Sends one request to the service behind the gateway. */
export async function sendThrough(
  connection: Connection,
  method: ProxyMethod,
  path: string,
  options: ProxyOptions = {},
): Promise<ProxyResponse> {
  const { call, opening, traceId } = connection.owned(() => prepare(connection, method, path, options));
  return new ProxyResponse(await connection.open(proxied(call), opening), method === 'HEAD', traceId);
}

function prepare(connection: Connection, method: ProxyMethod, path: string, options: ProxyOptions) {
  checkNames(options, PROXY_NAMES, 'meshguard.proxy');
  checkProxyCall(method, path, options);
  const { action, resource, context: _, agentId: __, traceId = connection.traceId, json, body, ...request } = options;
  const text = typeof body === 'string' ? { 'content-type': 'text/plain; charset=utf-8' } : {};
  const headers = governedHeaders(action, options, { ...text, ...options.headers });
  const { timeoutMs = connection.settings.timeoutMs, idleTimeoutMs = timeoutMs } = request;
  const asked = { action: action ?? 'unknown', traceId, ...(resource && { resource }) };
  return {
    call: { method, ...place(path), asked, json, body },
    // A body that stops coming must not be waited for without end.
    opening: { ...request, headers, idleTimeoutMs },
    traceId,
  };
}
