import type { ResponseHead } from './transport/port.js';

/**
 * One attempt of a call, as a middleware sees it.
 *
 * @example
 * ```ts
 * import type { AttemptRequest } from '@sallyport/core';
 *
 * const label = (request: AttemptRequest): string => `${request.operation} #${request.attempt}`;
 * ```
 */
export interface AttemptRequest {
  /** The operation's stable name: `rampart.exec`. */
  readonly operation: string;
  /** 1 for the first attempt. */
  readonly attempt: number;
  readonly method: string;
  /** Absolute and encoded. */
  readonly url: string;
  /** Lower-case names; holds the credential. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | AsyncIterable<Uint8Array>;
}

/**
 * Runs around every attempt, inside the retry loop, in the order given. It may change the request, look at the answer,
 * or refuse by throwing: what it throws ends the call, unless the error has `retryable: true`.
 *
 * @example
 * ```ts
 * import type { Middleware } from '@sallyport/core';
 *
 * const traced: Middleware = (request, next) => next({ ...request, headers: { ...request.headers, 'x-trace-id': 'abc' } });
 * ```
 */
export type Middleware = <Answer extends ResponseHead>(
  request: AttemptRequest,
  next: (request: AttemptRequest) => Promise<Answer>,
) => Promise<Answer>;
