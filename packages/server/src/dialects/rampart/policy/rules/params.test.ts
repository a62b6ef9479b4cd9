import { expect, test } from 'vitest';
import { printValue } from './params.js';

test.each<[unknown, string]>([
  ['text', 'text'],
  ['', ''],
  [true, 'true'],
  [null, '<nil>'],
  [0, '0'],
  [-0, '-0'],
  [12.5, '12.5'],
  [123456, '123456'],
  [1000000, '1e+06'],
  [1234567.5, '1.2345675e+06'],
  [1e21, '1e+21'],
  [1.5e-7, '1.5e-07'],
  [0.0001, '0.0001'],
  [0.00001, '1e-05'],
  [-2500000, '-2.5e+06'],
  [[], '[]'],
  [['a', 1, null], '[a 1 <nil>]'],
  [{}, 'map[]'],
  [{ b: { c: [1] }, a: 1 }, 'map[a:1 b:map[c:[1]]]'],
])('%j prints as %s', (value, printed) => {
  expect(printValue(value)).toBe(printed);
});
