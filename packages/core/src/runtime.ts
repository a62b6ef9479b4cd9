/**
 * A timer under way.
 *
 * @example
 * ```ts
 * import { systemRuntime, type Timer } from '@sallyport/core';
 *
 * const timer: Timer = systemRuntime.after(1_000, () => {});
 * timer.cancel();
 * ```
 */
export interface Timer {
  /** Stops it; harmless when it has fired. */
  cancel(): void;
}

/**
 * Time, randomness and ids as the pipeline sees them. Give your own to make every call instant and exact in a test.
 *
 * @example
 * ```ts
 * import { type Runtime, systemRuntime } from '@sallyport/core';
 *
 * const predictable: Runtime = { ...systemRuntime, random: () => 0.5, id: () => 'id-1' };
 * ```
 */
export interface Runtime {
  /** Milliseconds since the epoch, for dates that a server sends. */
  now(): number;
  /** Milliseconds of a clock that never jumps, for durations and deadlines. */
  monotonic(): number;
  /** Calls back once after `ms` milliseconds. */
  after(ms: number, callback: () => void): Timer;
  /** A number from 0 (inclusive) to 1 (exclusive). */
  random(): number;
  /** A new unique id, safe in a header. */
  id(): string;
}

/** Beyond this many milliseconds Node's timers fire at once. */
const MAX_DELAY_MS = 2 ** 31 - 1;

class SystemTimer implements Timer {
  readonly #handle: ReturnType<typeof setTimeout>;

  constructor(ms: number, callback: () => void) {
    this.#handle = setTimeout(callback, Math.min(ms, MAX_DELAY_MS));
  }

  cancel(): void {
    clearTimeout(this.#handle);
  }
}

/**
 * The real clock, timers, randomness and ids of the process.
 *
 * @example
 * ```ts
 * import { systemRuntime } from '@sallyport/core';
 *
 * const startedAt = systemRuntime.monotonic();
 * ```
 */
export const systemRuntime: Runtime = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after: (ms, callback) => new SystemTimer(ms, callback),
  random: () => Math.random(),
  id: () => crypto.randomUUID(),
};
