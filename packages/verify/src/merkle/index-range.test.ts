import { expect, test } from 'vitest';
import { floorLog2, powerOfTwo } from './index-range.js';

const EXPONENTS = [...Array(54).keys()];

test('powers of two are exact up to the largest index', () => {
  expect(EXPONENTS.map(powerOfTwo)).toEqual(EXPONENTS.map((exponent) => 2 ** exponent));
});

test('the largest power of two is found at, below and above each power', () => {
  for (const exponent of EXPONENTS.slice(1, 53)) {
    const power = 2 ** exponent;
    expect([power - 1, power, power + 1].map(floorLog2)).toEqual([exponent - 1, exponent, exponent]);
  }
});
