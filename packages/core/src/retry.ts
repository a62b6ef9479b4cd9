import { HttpError } from './errors/http.js';
import { ConnectionError, TimeoutError } from './errors/transport.js';

const RETRIED_STATUSES = new Set([408, 429, 500, 502, 503, 504]);
const LONGEST_RETRY_AFTER_MS = 60_000;

/**
 * How long to wait between attempts, below or just above a ceiling that doubles with each.
 *
 * @example
 * ```ts
 * import type { Backoff } from '@sallyport/core';
 *
 * const patient: Backoff = { baseMs: 1_000, capMs: 30_000 };
 * ```
 */
export interface Backoff {
  /** Milliseconds below which the first wait is drawn. */
  readonly baseMs: number;
  /** Milliseconds that no wait exceeds, jitter apart. */
  readonly capMs: number;
  /**
   * `full`: anything below the ceiling. A number: the ceiling itself, and up to this share of it on top.
   *
   * @defaultValue `'full'`
   */
  readonly jitter?: 'full' | number;
}

export const DEFAULT_BACKOFF: Backoff = { baseMs: 500, capMs: 8_000 };

const retriedByDefault = (status: number): boolean => RETRIED_STATUSES.has(status);

/**
 * Whether a failed attempt may be made again.
 *
 * @param mayResend - the server may see the request twice: it is safe, or its idempotency key is honoured.
 * @param retriesStatus - the statuses that may pass.
 */
export function isRetryable(failure: unknown, mayResend: boolean, retriesStatus = retriedByDefault): boolean {
  if (failure instanceof ConnectionError) return mayResend || !failure.sent;
  if (failure instanceof TimeoutError)
    return failure.phase === 'connect' || (failure.phase === 'response' && mayResend);
  if (failure instanceof HttpError) return mayResend && retriesStatus(failure.status);
  return failure instanceof Error && Reflect.get(failure, 'retryable') === true;
}

/**
 * Milliseconds to wait before the next attempt. What the server asks for wins, up to a minute.
 *
 * @param attempt - the attempt that failed, counted from 1.
 */
export function retryDelayMs(failure: unknown, attempt: number, backoff: Backoff, random: () => number): number {
  const asked = failure instanceof HttpError ? failure.retryAfterMs : undefined;
  if (asked !== undefined) return Math.min(asked, LONGEST_RETRY_AFTER_MS);
  const { baseMs, capMs, jitter = 'full' } = backoff;
  const ceilingMs = Math.min(capMs, baseMs * 2 ** (attempt - 1));
  return jitter === 'full' ? random() * ceilingMs : ceilingMs * (1 + random() * jitter);
}

/**
 * Retries a client may still spend. A retry costs one, a call that succeeds gives a tenth back: when a gateway is down,
 * its clients do not multiply the load on it.
 */
export class RetryBudget {
  readonly #capacity: number;
  #left: number;

  constructor(capacity: number) {
    this.#capacity = capacity;
    this.#left = capacity;
  }

  /** Takes one retry; false when none is left. */
  take(): boolean {
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }

  refund(): void {
    if (this.#left < this.#capacity) this.#left = Math.min(this.#capacity, this.#left + 0.1);
  }
}
