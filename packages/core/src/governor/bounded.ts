import { AbortedError } from '../errors/transport.js';

/** Above this, `setTimeout` fires at once. */
const MAX_DELAY_MS = 2 ** 31 - 1;

export interface Bounds {
  readonly signal?: AbortSignal | undefined;
  readonly afterMs?: number | undefined;
  /** Makes the error for a wait that took longer than `afterMs`. */
  readonly late: () => Error;
}

/** The error of a call whose caller gave up. */
export function abortedError(signal: AbortSignal): AbortedError {
  return new AbortedError('The caller aborted the call. Nothing was run.', { cause: signal.reason });
}

/**
 * Rejects when the caller aborts or time is up, whatever the work does: a verdict that comes later finds nobody waiting
 * and can no longer become consent.
 */
export function bounded<T>(start: () => Promise<T>, { signal, afterMs, late }: Bounds): Promise<T> {
  if (signal?.aborted) return Promise.reject(abortedError(signal));
  return new Promise<T>((resolve, reject) => {
    const onAbort = () => signal && settle(() => reject(abortedError(signal)));
    const timer =
      afterMs === undefined
        ? undefined
        : setTimeout(() => settle(() => reject(late())), Math.min(afterMs, MAX_DELAY_MS));
    const settle = (finish: () => void) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      finish();
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    Promise.resolve()
      .then(start)
      .then(
        (value) => settle(() => resolve(value)),
        (error: unknown) => settle(() => reject(error)),
      );
  });
}
