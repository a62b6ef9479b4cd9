import { unwatchSignal, watchSignal } from './abort.js';
import { AbortedError } from './errors/transport.js';
import type { Runtime } from './runtime.js';

/** How long somebody is willing to wait. */
export interface Patience {
  readonly maxWaitMs: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs work under a signal that fires when the caller aborts or time is up.
 *
 * @param timeUp - what comes of it in the second case; may throw.
 */
export async function waitAtMost<T>(
  runtime: Runtime,
  { maxWaitMs, signal }: Patience,
  work: (signal: AbortSignal) => Promise<T>,
  timeUp: () => T,
): Promise<T> {
  const controller = new AbortController();
  const listener = { aborted: (reason: unknown) => controller.abort(reason) };
  let isUp = false;
  if (signal?.aborted) controller.abort(signal.reason);
  else if (signal) watchSignal(signal, listener);
  const timer = runtime.after(maxWaitMs, () => {
    isUp = true;
    controller.abort();
  });
  try {
    return await work(controller.signal);
  } catch (error) {
    if (isUp && error instanceof AbortedError && !signal?.aborted) return timeUp();
    throw error;
  } finally {
    timer.cancel();
    if (signal) unwatchSignal(signal, listener);
  }
}
