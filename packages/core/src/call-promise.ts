import type { TransportHeaders } from './transport/port.js';

/**
 * How a call went.
 *
 * @example
 * ```ts
 * import type { CallMeta } from '@sallyport/core';
 *
 * const slow = (meta: CallMeta): boolean => meta.durationMs > 1_000 || meta.attempts > 1;
 * ```
 */
export interface CallMeta {
  /** The HTTP status of the answer. */
  readonly status: number;
  /** The server's id of the request, where it gave one. */
  readonly requestId: string | undefined;
  /** Attempts that were made: 1 when the first one succeeded. */
  readonly attempts: number;
  /** Milliseconds from the call to its decoded answer, waits between attempts included. */
  readonly durationMs: number;
  readonly headers: TransportHeaders;
}

/**
 * A result together with how it came about.
 *
 * @example
 * ```ts
 * import type { WithResponse } from '@sallyport/core';
 *
 * const line = ({ data, meta }: WithResponse<string>): string => `${meta.status} ${data}`;
 * ```
 */
export interface WithResponse<T> {
  readonly data: T;
  readonly meta: CallMeta;
}

/**
 * A promise of a result; `withResponse()` promises the same with status, request id, attempts and duration.
 *
 * @example
 * ```ts
 * import type { CallPromise } from '@sallyport/core';
 *
 * async function attempts(call: CallPromise<unknown>): Promise<number> {
 *   const { meta } = await call.withResponse();
 *   return meta.attempts;
 * }
 * ```
 */
export interface CallPromise<T> extends Promise<T> {
  /** The result with its `meta`. */
  withResponse(): Promise<WithResponse<T>>;
}

const dataOf = <T>(response: WithResponse<T>): T => response.data;

const ignore = (): void => {};

/** Makes a call's promise out of its full result. */
export function callPromise<T>(result: Promise<WithResponse<T>>): CallPromise<T> {
  const data = result.then(dataOf);
  const withResponse = (): Promise<WithResponse<T>> => {
    // Whoever asks for the whole response hears of a failure there; the other promise must not go unhandled.
    data.catch(ignore);
    return result;
  };
  return Object.assign(data, { withResponse });
}

/** A call whose arguments are looked at first: what is wrong with them rejects its promise, as everything else does. */
export function checkedCall<T>(make: () => CallPromise<T>): CallPromise<T> {
  try {
    return make();
  } catch (error) {
    return callPromise<T>(Promise.reject(error));
  }
}

/** Turns the result of a call into another, keeping `withResponse()`. */
export function mapCall<T, U>(call: CallPromise<T>, map: (data: T, meta: CallMeta) => U | Promise<U>): CallPromise<U> {
  return callPromise(call.withResponse().then(async ({ data, meta }) => ({ data: await map(data, meta), meta })));
}
