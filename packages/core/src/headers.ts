import { ConfigurationError } from './errors/configuration.js';
import type { TransportHeaders } from './transport/port.js';

/**
 * Headers to send. `null` removes a header that a lower layer set, `undefined` leaves it as it is.
 *
 * @example
 * ```ts
 * import type { HeaderInput } from '@sallyport/core';
 *
 * const headers: HeaderInput = { 'x-team': 'payments', 'user-agent': null };
 * ```
 */
export type HeaderInput = Readonly<Record<string, string | null | undefined>>;

const NAME = /^[!#$%&'*+.^_`|~0-9a-z-]+$/;
/** A header value is Latin-1 without control characters; a tab is allowed inside. */
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Headers that belong to the connection: a caller who sets one breaks the framing, or meets a transport that refuses it. */
const OF_THE_TRANSPORT = new Set([
  'connection',
  'content-length',
  'host',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
]);

/** Whether a text can be sent as a header value as it is. */
export const isHeaderValue = (text: string): boolean => VALUE.test(text);

/**
 * Lays header layers over each other, the last one winning, with lower-case names.
 *
 * @throws ConfigurationError for a name or value that HTTP does not allow; the value is never shown.
 * @example
 * ```ts
 * import { mergeHeaders } from '@sallyport/core/internal';
 *
 * mergeHeaders({ accept: 'application/json', 'x-a': '1' }, { 'X-A': null, accept: undefined }); // { accept: 'application/json' }
 * ```
 */
export function mergeHeaders(...layers: readonly (HeaderInput | undefined)[]): Record<string, string> {
  const merged: Record<string, string> = {};
  for (const layer of layers) {
    for (const [givenName, value] of Object.entries(layer ?? {})) {
      const name = givenName.toLowerCase();
      if (!NAME.test(name) || OF_THE_TRANSPORT.has(name) || name === '__proto__') {
        throw new ConfigurationError(`The header ${JSON.stringify(givenName)} cannot be set.`);
      }
      if (value === null) delete merged[name];
      else if (value !== undefined) {
        if (!isHeaderValue(value)) {
          throw new ConfigurationError(`The value of header "${name}" holds characters that HTTP does not allow.`);
        }
        merged[name] = value;
      }
    }
  }
  return merged;
}

/** The one value of a response header; the first where it was repeated. */
export function headerValue(headers: TransportHeaders, name: string): string | undefined {
  const value = headers[name];
  return value === undefined || typeof value === 'string' ? value : value[0];
}

/** The server's id of a request, under the two names in use. */
export function requestIdOf(headers: TransportHeaders): string | undefined {
  return headerValue(headers, 'x-request-id') ?? headerValue(headers, 'request-id');
}
