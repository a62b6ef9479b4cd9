import type { Clock, Log } from './engine.js';
import { dropAnswers } from './idempotency.js';
import type { Lane } from './unit.js';

const EVERY = 60 * 60 * 1000;

/** Drops, every hour, what is kept for a time only. */
export function keepHouse({ lane, clock, log }: { lane: Lane; clock: Clock; log: Log }): { stop(): void } {
  let timer: { cancel(): void };
  const arm = () => {
    timer = clock.after(EVERY, () => {
      arm();
      lane
        .run({ chains: [], load: [], decide: (_facts, { now }) => ({ writes: [dropAnswers(now)], answer: undefined }) })
        .catch((error: unknown) => log.warn({ err: error }, 'kept answers could not be swept'));
    });
  };
  arm();
  return { stop: () => timer.cancel() };
}
