import type { SallyportError } from './errors/base.js';
import type { ResponseHead, TransportHeaders } from './transport/port.js';

/**
 * When a call may be sent a second time after bytes of the first may have arrived.
 * `safe`: always (reads). `keyed`: only when the server honours the idempotency key that is sent along.
 * `never`: not at all (a failure before any byte was sent is still retried).
 *
 * @example
 * ```ts
 * import type { RetryClass } from '@sallyport/core';
 *
 * const ofDecisions: RetryClass = 'keyed';
 * ```
 */
export type RetryClass = 'safe' | 'keyed' | 'never';

/**
 * Where a body on its way through the decoders came from.
 *
 * @example
 * ```ts
 * import type { DecodeContext } from '@sallyport/core';
 *
 * const label = ({ operation, status }: DecodeContext): string => `${operation} → ${status}`;
 * ```
 */
export interface DecodeContext {
  readonly operation: string;
  readonly status: number;
  readonly headers: TransportHeaders;
  readonly requestId: string | undefined;
}

/**
 * Turns a parsed body into the operation's result; throws a `ResponseError` when it cannot be believed.
 *
 * @example
 * ```ts
 * import { type Decoder, ResponseValidationError } from '@sallyport/core';
 *
 * const text: Decoder<string> = (body) => {
 *   if (typeof body === 'string') return body;
 *   throw new ResponseValidationError('The answer is not a text.');
 * };
 * ```
 */
export type Decoder<T> = (body: unknown, context: DecodeContext) => T;

/**
 * Turns an error answer into a specific error, or leaves it to the next one.
 *
 * @example
 * ```ts
 * import { type ErrorDecoder, PolicyDeniedError } from '@sallyport/core';
 *
 * const denied: ErrorDecoder = (_body, { status }) => (status === 451 ? new PolicyDeniedError('Denied by law.') : undefined);
 * ```
 */
export type ErrorDecoder = (body: unknown, context: DecodeContext) => SallyportError | undefined;

/**
 * A value of a query; undefined leaves it out.
 *
 * @example
 * ```ts
 * import type { QueryValue } from '@sallyport/core';
 *
 * const query: Record<string, QueryValue> = { limit: 50, tool: undefined };
 * ```
 */
export type QueryValue = string | number | boolean | undefined;

/**
 * One endpoint of a gateway, as data. A client's method is one line over it.
 *
 * @example
 * ```ts
 * import type { Operation } from '@sallyport/core';
 *
 * const health: Operation<void, unknown> = {
 *   name: 'rampart.health',
 *   method: 'GET',
 *   path: () => '/healthz',
 *   auth: 'none',
 *   retry: 'safe',
 *   decode: (body) => body,
 * };
 * ```
 */
export interface Operation<Input, Output> {
  /** Stable name for errors, logs and spans: `rampart.exec`. */
  readonly name: string;
  readonly method: 'GET' | 'HEAD' | 'OPTIONS' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** The path below the base URL, built with the `path` tag so that segments are encoded. */
  readonly path: (input: Input) => string;
  /** Values of the query; those that are undefined are left out. A text is the query itself, sent byte for byte. */
  readonly query?: (input: Input) => Readonly<Record<string, QueryValue>> | string;
  /** The JSON body; absent for none. Bytes are sent as they are, and so are streams of bytes, whose call is never repeated. */
  readonly body?: (input: Input) => unknown;
  /** Which of the client's credentials is sent; `none` for public endpoints. */
  readonly auth: string;
  readonly retry: RetryClass;
  /**
   * Statuses beyond 2xx whose body is a result and not an error (a decision that comes with 403); or a test that tells
   * for each answer, 2xx and redirects included.
   */
  readonly results?: readonly number[] | ((answer: ResponseHead) => boolean);
  /** What the body is read as; `json` when absent. */
  readonly reads?: 'json' | 'text';
  /**
   * Whether its answers are another service's, relayed: what they announce is not the gateway's word, and an encoded body is
   * handed over as it came.
   */
  readonly relayed?: boolean;
  /** Bytes its answer may have, by the gateway's own documents; the user's cap wins. 16 MiB when absent. */
  readonly maxResponseBytes?: number;
  /** The options that a call of it takes; those of every call when absent. */
  readonly options?: ReadonlySet<string>;
  readonly decode: Decoder<Output>;
  /** Asked in order before the general classes by status. */
  readonly errors?: readonly ErrorDecoder[];
}
