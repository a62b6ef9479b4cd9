import type { Readable } from 'node:stream';
import type { Reach } from './lookup.js';

/** A request that the gateway makes of somebody else's server. */
export interface OutboundRequest {
  readonly url: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** Larger answers fail. */
  readonly maxResponseBytes: number;
}

export interface OutboundResponse {
  readonly status: number;
  readonly body: string;
}

/** Somebody's request that is passed on, its body and the answer's as streams. */
export interface ForwardRequest {
  /** Scheme, host and port of the target. */
  readonly origin: URL;
  /** Path and query, byte for byte as they go out. */
  readonly path: string;
  readonly method: string;
  /** Names and values in turn, as they go out. */
  readonly headers: readonly string[];
  readonly body?: Readable | Buffer;
  /** Milliseconds until the head of the answer must have come; its body may take any time. */
  readonly timeoutMs: number;
  /** Ends the exchange, the answer's body included. */
  readonly signal: AbortSignal;
  /**
   * `loopback` reaches this machine and nothing else, over http: for a target beside a development gateway.
   *
   * @defaultValue `public`, or wherever the gateway may reach at all
   */
  readonly reach?: Reach;
}

export interface ForwardResponse {
  readonly status: number;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Readable;
}

/**
 * The only way out. Redirects are not followed; names are resolved first, and addresses in private, loopback,
 * link-local and other special ranges are refused unless they were allowed at start-up.
 */
export interface Outbound {
  /** POSTs JSON. @throws OutboundError with a `reason`: `blocked`, `timeout`, `failed`, `too_large`. */
  post(request: OutboundRequest): Promise<OutboundResponse>;
  /** Fire and forget: at most `limit` under way for one `queue`; what exceeds it is dropped and logged. */
  notify(queue: string, limit: number, request: OutboundRequest): void;
  /** Passes a request on, and hands back its answer as it comes. @throws OutboundError with a `reason`: `blocked`, `timeout`, `failed`. */
  forward(request: ForwardRequest): Promise<ForwardResponse>;
  close(): Promise<void>;
}
