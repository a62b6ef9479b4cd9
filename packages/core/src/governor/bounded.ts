import { unwatchSignal, watchSignal } from '../abort.js';
import { AbortedError } from '../errors/transport.js';
import { type Runtime, systemRuntime } from '../runtime.js';

/** How long a wait may last, and who may end it. */
export interface Bounds {
  readonly signal?: AbortSignal | undefined;
  readonly afterMs?: number | undefined;
  /** Makes the error for a wait that took longer than `afterMs`. */
  readonly late: () => Error;
  readonly runtime?: Runtime | undefined;
}

/** The error of a call whose caller gave up. */
export function abortedError(reason: unknown): AbortedError {
  return new AbortedError('The caller aborted the call. Nothing was run.', { cause: reason });
}

/**
 * Rejects when the caller aborts or time is up, whatever the work does: a verdict that comes later finds nobody waiting
 * and can no longer become consent.
 */
export function bounded<T>(start: () => Promise<T>, bounds: Bounds): Promise<T> {
  const { signal, afterMs, late, runtime = systemRuntime } = bounds;
  if (signal?.aborted) return Promise.reject(abortedError(signal.reason));
  return new Promise<T>((resolve, reject) => {
    const listener = { aborted: (reason: unknown) => end(() => reject(abortedError(reason))) };
    const timer = afterMs === undefined ? undefined : runtime.after(afterMs, () => end(() => reject(late())));
    const end = (finish: () => void) => {
      timer?.cancel();
      if (signal) unwatchSignal(signal, listener);
      finish();
    };
    if (signal) watchSignal(signal, listener);
    // Inside a `then`, so that what `start` throws is a rejection like any other.
    Promise.resolve()
      .then(start)
      .then(
        (value) => end(() => resolve(value)),
        (error: unknown) => end(() => reject(error)),
      );
  });
}
