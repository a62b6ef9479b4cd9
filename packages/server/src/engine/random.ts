import { createHash, randomBytes } from 'node:crypto';
import type { Random } from './engine.js';

const BLOCK_BYTES = 4096;
const SMALL_BYTES = 64;

/** The machine's secure randomness. */
export function systemRandom(): Random {
  // Drawn in blocks: a call to the system for each id would cost more than what is done with the id.
  let block: Buffer = Buffer.alloc(0);
  let used = 0;
  return {
    bytes(count) {
      if (count > SMALL_BYTES) return randomBytes(count);
      if (used + count > block.length) {
        block = randomBytes(BLOCK_BYTES);
        used = 0;
      }
      const drawn = block.subarray(used, used + count);
      used += count;
      const bytes = Buffer.from(drawn);
      // What was given out may be a secret, and nobody else's.
      drawn.fill(0);
      return bytes;
    },
  };
}

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
