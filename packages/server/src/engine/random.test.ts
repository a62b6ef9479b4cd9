import { expect, test } from 'vitest';
import { systemRandom } from './random.js';

test('no bytes are given out twice, however many are drawn', () => {
  const { bytes } = systemRandom();
  const sizes = [4, 16, 32, 64, 65, 5000];
  const drawn = Array.from({ length: 2000 }, (_, index) => bytes(sizes[index % sizes.length] ?? 4));
  expect(drawn.map(({ length }) => length)).toEqual(drawn.map((_, index) => sizes[index % sizes.length]));
  const long = drawn.filter(({ length }) => length >= 16).map((each) => each.subarray(0, 16).toString('hex'));
  expect(new Set(long).size).toBe(long.length);
});

test('what was given out stays as it was', () => {
  const { bytes } = systemRandom();
  const first = bytes(16);
  const before = first.toString('hex');
  bytes(16);
  expect(first.toString('hex')).toBe(before);
  expect(first.equals(Buffer.alloc(16))).toBe(false);
});
