import { createHash, randomBytes } from 'node:crypto';
import type { Random } from './engine.js';

/** The machine's secure randomness. */
export const systemRandom = (): Random => ({ bytes: (count) => randomBytes(count) });

/**
 * The same bytes for the same seed, in the same order: for tests and development gateways only, since whoever knows the
 * seed knows every secret.
 */
export function seededRandom(seed: string): Random {
  let counter = 0;
  let rest: Buffer = Buffer.alloc(0);
  return {
    bytes(count) {
      const blocks = [rest];
      for (let have = rest.length; have < count; have += 32) {
        blocks.push(createHash('sha256').update(`${seed}\n${counter}`).digest());
        counter += 1;
      }
      const bytes = Buffer.concat(blocks);
      rest = bytes.subarray(count);
      return Buffer.from(bytes.subarray(0, count));
    },
    reset() {
      counter = 0;
      rest = Buffer.alloc(0);
    },
  };
}
