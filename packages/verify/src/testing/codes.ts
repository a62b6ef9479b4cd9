import { type VerificationCode, VerificationError } from '../errors.js';

/** The code an action fails with; an error of another kind is passed on, and success is undefined. */
export function codeOf(action: () => unknown): VerificationCode | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    if (error instanceof VerificationError) return error.code;
    throw error;
  }
}

/** A copy of some bytes with one bit flipped. */
export function flipped(bytes: Uint8Array, bit: number): Buffer {
  const copy = Buffer.from(bytes);
  const at = Math.floor(bit / 8) % copy.length;
  copy.writeUInt8(copy.readUInt8(at) ^ (1 << (bit % 8)), at);
  return copy;
}
