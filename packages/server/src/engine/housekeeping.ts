import type { Clock, Log } from './engine.js';
import { dropAnswers } from './idempotency.js';
import type { Lane, Unit } from './unit.js';

const EVERY = 60 * 60 * 1000;

/** Drops, every hour, what is kept for a time only. */
export function keepHouse({ lane, clock, log }: { lane: Lane; clock: Clock; log: Log }): { stop(): void } {
  let timer: { cancel(): void } | undefined;
  let stopped = false;
  const sweep: Unit<void> = {
    chains: [],
    load: [],
    decide: (_facts, { now }) => ({ writes: [dropAnswers(now)], answer: undefined }),
  };
  // Set again only when the last one is done: a clock that jumps ahead by years owes one sweep, and not thousands.
  const arm = () => {
    if (stopped) return;
    timer = clock.after(EVERY, () => {
      lane
        .run(sweep)
        .catch((error: unknown) => log.warn({ err: error }, 'kept answers could not be swept'))
        .finally(arm);
    });
  };
  arm();
  return {
    stop() {
      stopped = true;
      timer?.cancel();
    },
  };
}
