import { VerificationError } from '../errors.js';

/** A position or size in a tree: a whole number from 0 to 2^53 − 1, as a number or a bigint. */
export type TreeIndex = number | bigint;

/** Reads a position or size, refusing what is no whole number from 0 to 2^53 − 1. */
export function toIndex(value: TreeIndex, what: string): number {
  const number = Number(value);
  if (Number.isSafeInteger(number) && number >= 0) return number;
  throw new VerificationError('index_range', `${what} is ${value}: it must be a whole number from 0 to 2^53 - 1`);
}

/** Reads a size that may not exceed another. */
export function toIndexUpTo(value: TreeIndex, limit: number, what: string): number {
  const number = toIndex(value, what);
  if (number <= limit) return number;
  throw new VerificationError('index_range', `${what} is ${number}: it must be at most ${limit}`);
}

/** The exponent of the largest power of two that is at most `size`, which is from 1 to 2^53 − 1. */
export const floorLog2 = (size: number): number =>
  size < 2 ** 32 ? 31 - Math.clz32(size) : 63 - Math.clz32(size / 2 ** 32);

/** `2 ** exponent`, for exponents from 0 to 53: shifting is many times quicker than the floating-point power. */
export const powerOfTwo = (exponent: number): number => (exponent < 31 ? 1 << exponent : 2 ** exponent);
