import type { Clock } from '../../../engine/engine.js';

/** A burst of calls that becomes one. */
export interface Debounced {
  (): void;
  cancel(): void;
}

/**
 * Calls back once after the last of a burst, so that no call is lost; a burst that never ends is answered after `maxMs`.
 *
 * @param quietMs - how long it must be quiet before the callback.
 */
export function debounce(clock: Clock, quietMs: number, maxMs: number, callback: () => void): Debounced {
  let began: number | undefined;
  let timer: { cancel(): void } | undefined;
  const fire = () => {
    began = undefined;
    callback();
  };
  const call = () => {
    const now = clock.monotonic();
    began ??= now;
    timer?.cancel();
    timer = clock.after(Math.min(quietMs, Math.max(0, began + maxMs - now)), fire);
  };
  return Object.assign(call, { cancel: () => timer?.cancel() });
}
