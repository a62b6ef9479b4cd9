/** Told once when a signal aborts. */
export interface AbortListener {
  aborted(reason: unknown): void;
}

interface Watch {
  readonly listeners: Set<AbortListener>;
  readonly fire: () => void;
}

const watches = new WeakMap<AbortSignal, Watch>();

/**
 * Listens to a signal. All listeners of one signal share a single event listener, which is gone when the last of them is:
 * a long-lived signal with many calls in flight neither warns about a leak nor is one.
 */
export function watchSignal(signal: AbortSignal, listener: AbortListener): void {
  const known = watches.get(signal);
  if (known) {
    known.listeners.add(listener);
    return;
  }
  const listeners = new Set([listener]);
  const fire = (): void => {
    watches.delete(signal);
    for (const each of listeners) each.aborted(signal.reason);
  };
  watches.set(signal, { listeners, fire });
  signal.addEventListener('abort', fire, { once: true });
}

/** Stops listening; harmless when the signal has fired or was never watched. */
export function unwatchSignal(signal: AbortSignal, listener: AbortListener): void {
  const watch = watches.get(signal);
  if (!watch?.listeners.delete(listener) || watch.listeners.size > 0) return;
  watches.delete(signal);
  signal.removeEventListener('abort', watch.fire);
}
