/**
 * One HTTP request as a transport sees it: everything is decided, nothing is left to interpret.
 *
 * @example
 * ```ts
 * import type { TransportRequest } from '@sallyport/core';
 *
 * const request: TransportRequest = { method: 'GET', url: 'http://localhost:9090/healthz', headers: {}, maxResponseBytes: 1_000 };
 * ```
 */
export interface TransportRequest {
  readonly method: string;
  /** Absolute URL, already encoded. */
  readonly url: string;
  /** Lower-case names; a transport adds only what HTTP itself needs (`host`, `content-length`). */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | AsyncIterable<Uint8Array>;
  /** Response bodies beyond this many bytes are cut off with an error. Only `send` reads it. */
  readonly maxResponseBytes: number;
}

/**
 * Response headers by lower-case name; a repeated header keeps every value (`set-cookie` above all).
 *
 * @example
 * ```ts
 * import type { TransportHeaders } from '@sallyport/core';
 *
 * const headers: TransportHeaders = { 'content-type': 'application/json', 'set-cookie': ['a=1', 'b=2'] };
 * ```
 */
export type TransportHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

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
 * A response that was read whole.
 *
 * @example
 * ```ts
 * import type { TransportResponse } from '@sallyport/core';
 *
 * const text = ({ body }: TransportResponse): string => new TextDecoder().decode(body);
 * ```
 */
export interface TransportResponse extends ResponseHead {
  readonly body: Uint8Array;
}

/**
 * A response whose body has yet to be read. It must be read to its end, or cancelled.
 *
 * @example
 * ```ts
 * import type { TransportStream } from '@sallyport/core';
 *
 * async function size({ body }: TransportStream): Promise<number> {
 *   let bytes = 0;
 *   for await (const chunk of body) bytes += chunk.length;
 *   return bytes;
 * }
 * ```
 */
export interface TransportStream extends ResponseHead {
  readonly body: AsyncIterable<Uint8Array>;
  /** Drops what was not read, and the connection; harmless when it is over. */
  cancel(): void;
}

/**
 * A request under way. `abort` is cheaper than an AbortController, which costs more than the rest of a call.
 *
 * @example
 * ```ts
 * import { FetchTransport } from '@sallyport/core';
 *
 * const request = { method: 'GET', url: 'http://localhost:9090/healthz', headers: {}, maxResponseBytes: 1_000 };
 * const exchange = new FetchTransport().send(request);
 * exchange.abort(new Error('not needed any more'));
 * ```
 */
export interface Exchange<T> {
  readonly result: Promise<T>;
  /** Ends the exchange. `result` may still be pending afterwards: callers reject their own promise first. */
  abort(reason: Error): void;
  /** True once request bytes may have reached the server: a failure before that is safe to retry. */
  readonly sent: boolean;
  /** Status and headers of the answer, once they are there: what a failure within its body leaves of it. */
  readonly head?: ResponseHead | undefined;
}

/**
 * How bytes travel. `send` reads the whole response (the fast path), `open` hands it over unread.
 * A transport never follows redirects, never retries and never sets a timeout: the pipeline above it does.
 *
 * @example
 * ```ts
 * import { FetchTransport, type Transport, type TransportRequest } from '@sallyport/core';
 *
 * class CountingTransport extends FetchTransport implements Transport {
 *   sent = 0;
 *   override send(request: TransportRequest) {
 *     this.sent += 1;
 *     return super.send(request);
 *   }
 * }
 * ```
 */
export interface Transport {
  /** Sends, and reads the whole response. */
  send(request: TransportRequest): Exchange<TransportResponse>;
  /** Sends, and hands the response over once its headers are there. */
  open(request: TransportRequest): Exchange<TransportStream>;
  /** Releases what the transport itself created, and nothing it was handed. */
  close(): Promise<void>;
}
