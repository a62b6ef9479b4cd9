/** One HTTP request as a transport sees it: everything is decided, nothing is left to interpret. */
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

/** Response headers by lower-case name; a repeated header keeps every value (`set-cookie` above all). */
export type TransportHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

/** A response that was read whole. */
export interface TransportResponse {
  readonly status: number;
  readonly headers: TransportHeaders;
  readonly body: Uint8Array;
}

/** A response whose body has yet to be read. It must be read to its end, or cancelled. */
export interface TransportStream {
  readonly status: number;
  readonly headers: TransportHeaders;
  readonly body: AsyncIterable<Uint8Array>;
  cancel(): void;
}

/** A request under way. `abort` is cheaper than an AbortController, which costs more than the rest of a call. */
export interface Exchange<T> {
  readonly result: Promise<T>;
  /** Ends the exchange. `result` may still be pending afterwards: callers reject their own promise first. */
  abort(reason: Error): void;
  /** True once request bytes may have reached the server: a failure before that is safe to retry. */
  readonly sent: boolean;
}

/**
 * How bytes travel. `send` reads the whole response (the fast path), `open` hands it over unread.
 * A transport never follows redirects, never retries and never sets a timeout: the pipeline above it does.
 */
export interface Transport {
  send(request: TransportRequest): Exchange<TransportResponse>;
  open(request: TransportRequest): Exchange<TransportStream>;
  /** Releases what the transport itself created, and nothing it was handed. */
  close(): Promise<void>;
}
