import { monotonicFactory } from 'ulid';
import type { Ids, Random } from './engine.js';

const UINT32 = 2 ** 32;

/** Ids out of injected randomness, so that a seed gives the same ids again. */
export function createIds(random: Random): Ids {
  // Drawn in blocks: a call to the system for each of the sixteen characters of a ULID would cost more than the record.
  let block: Buffer = Buffer.alloc(0);
  let used = 0;
  const fraction = () => {
    if (used + 4 > block.length) {
      block = random.bytes(256);
      used = 0;
    }
    const value = block.readUInt32BE(used) / UINT32;
    used += 4;
    return value;
  };
  let ulid = monotonicFactory(fraction);
  return {
    ulid: (at) => ulid(at),
    reset() {
      used = block.length;
      ulid = monotonicFactory(fraction);
    },
    uuid() {
      const bytes = random.bytes(16);
      bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x40, 6);
      bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
      const hex = bytes.toString('hex');
      return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
    },
  };
}
