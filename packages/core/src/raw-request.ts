import type { Operation, QueryValue } from './operation.js';
import { optionNames } from './option-names.js';
import { REQUEST_OPTIONS, type RequestOptions } from './options.js';

/**
 * What a request outside the client's own methods is made of.
 *
 * @example
 * ```ts
 * import type { RawRequestOptions } from '@sallyport/core';
 *
 * const options: RawRequestOptions = { query: { limit: 10 }, body: { approved: true } };
 * ```
 */
export interface RawRequestOptions extends RequestOptions {
  /** Values that are undefined are left out. */
  readonly query?: Readonly<Record<string, QueryValue>>;
  /** Sent as JSON; bytes are sent as they are (give a `content-type` header along). */
  readonly body?: unknown;
  /** The credential to send, or `none`. */
  readonly auth?: string;
  /**
   * What the answer is read as.
   *
   * @defaultValue `'json'`
   */
  readonly reads?: 'json' | 'text';
}

const RAW_NAMES = optionNames({
  ...REQUEST_OPTIONS,
  query: true,
  body: true,
  auth: true,
  reads: true,
} satisfies Readonly<Record<keyof RawRequestOptions, true>>);

/** An operation for a single raw request: reads are safe to repeat, writes only with a key. */
export function rawOperation(
  gateway: string,
  method: Operation<void, unknown>['method'],
  path: string,
  { query, body, auth = 'none', reads = 'json' }: RawRequestOptions,
): Operation<void, unknown> {
  return {
    name: `${gateway}.request`,
    method,
    path: () => path,
    query: () => query ?? {},
    body: () => body,
    auth,
    retry: method === 'GET' ? 'safe' : 'keyed',
    reads,
    options: RAW_NAMES,
    decode: (parsed) => parsed,
  };
}
