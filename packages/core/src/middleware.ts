import type { TransportHeaders } from './transport/port.js';

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
  readonly body?: string | Uint8Array;
}

/**
 * What every answer has, whether its body was read or not.
 *
 * @example
 * ```ts
 * import type { ResponseHead } from '@sallyport/core';
 *
 * const failed = ({ status }: ResponseHead): boolean => status >= 400;
 * ```
 */
export interface ResponseHead {
  readonly status: number;
  readonly headers: TransportHeaders;
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
