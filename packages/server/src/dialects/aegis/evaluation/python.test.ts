import { expect, test } from 'vitest';
import { pythonFixed, pythonFloat, pythonRound } from './python.js';

test.each([
  [2.25, 1, '2.2'],
  [2.35, 1, '2.4'],
  [0.75, 1, '0.8'],
  [0.125, 2, '0.12'],
  [0.375, 2, '0.38'],
  [2.675, 2, '2.67'],
  [0.5, 0, '0'],
  [1.5, 0, '2'],
  [2.5, 0, '2'],
  [9, 0, '9'],
  [4.5, 1, '4.5'],
])('%f with %i digits is %s: exact ties go to even', (value, digits, expected) => {
  expect(pythonFixed(value, digits)).toBe(expected);
  expect(pythonRound(value, digits)).toBe(Number(expected));
});

test('floats keep their fraction', () => {
  expect([10, 60, 8.85].map(pythonFloat)).toEqual(['10.0', '60.0', '8.85']);
});
