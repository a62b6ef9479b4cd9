import { expect, test } from 'vitest';
import { engineVectors } from '../testing-vectors.js';
import { pythonFixed, pythonFloat, pythonRound } from './python.js';

const { cases }: { cases: readonly (readonly [value: number, digits: number, printed: string])[] } =
  engineVectors('rounding.json');

test.each(cases)('%f with %i digits is %s', (value, digits, printed) => {
  expect(pythonFixed(value, digits)).toBe(printed);
  expect(pythonRound(value, digits)).toBe(Number(printed));
});

test('floats keep their fraction', () => {
  expect([10, 60, 8.85].map(pythonFloat)).toEqual(['10.0', '60.0', '8.85']);
});
