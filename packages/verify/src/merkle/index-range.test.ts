import { expect, test } from 'vitest';
import { floorLog2, powerOfTwo } from './index-range.js';

const EXPONENTS = [...Array(54).keys()];

test.each(EXPONENTS)('2 to the power of %i', (exponent) => {
  expect(powerOfTwo(exponent)).toBe(2 ** exponent);
});

test.each(EXPONENTS.slice(0, 53))('the largest power of two at, above and below 2^%i', (exponent) => {
  const power = 2 ** exponent;
  expect(floorLog2(power)).toBe(exponent);
  if (exponent > 0) expect([floorLog2(power + 1), floorLog2(power - 1)]).toEqual([exponent, exponent - 1]);
});
