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

/**
 * The only way out. Redirects are not followed; names are resolved first, and addresses in private, loopback,
 * link-local and other special ranges are refused unless they were allowed at start-up.
 */
export interface Outbound {
  /** POSTs JSON. @throws OutboundError with a `reason`: `blocked`, `timeout`, `failed`, `too_large`. */
  post(request: OutboundRequest): Promise<OutboundResponse>;
  /** Fire and forget: at most `limit` under way for one `queue`; what exceeds it is dropped and logged. */
  notify(queue: string, limit: number, request: OutboundRequest): void;
  close(): Promise<void>;
}
