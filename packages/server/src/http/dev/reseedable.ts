import type { Random } from '../../engine/engine.js';
import { seededRandom, systemRandom } from '../../engine/random.js';

/** Randomness that a test can make predictable while the gateway runs. */
export interface Reseedable extends Random {
  reseed(seed: string): void;
}

/** @param seed - the machine's randomness when absent. */
export function reseedableRandom(seed: string | undefined): Reseedable {
  let source = seed === undefined ? systemRandom() : seededRandom(seed);
  return {
    bytes: (count) => source.bytes(count),
    reset: () => source.reset?.(),
    reseed: (next) => {
      source = seededRandom(next);
    },
  };
}
