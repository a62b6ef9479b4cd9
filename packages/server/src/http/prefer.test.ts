import { expect, test } from 'vitest';
import { MAX_WAIT_SECONDS, preferredWait, queriedWait } from './prefer.js';

test.each([
  [undefined, undefined],
  ['wait=10', 10],
  ['respond-async, wait=5', 5],
  ['Wait="7"; foo', 7],
  [['return=minimal', 'wait=3'], 3],
  ['wait=0', 0],
  ['wait=999999', MAX_WAIT_SECONDS],
  ['wait=-1', undefined],
  ['wait=1.5', undefined],
  ['await=4', undefined],
  ['foo="a,wait=5"', undefined],
  ['foo="a;wait=5", wait=6', 6],
  ['foo="a\\",wait=5"; bar, WAIT = 8', 8],
  ['foo; wait=5', undefined],
  ['foo="a, wait=5', undefined],
  ['wait=3, wait=9', 3],
  ['wait', undefined],
  ['wait="5', undefined],
])('Prefer: %s waits %s seconds', (header, seconds) => {
  expect(preferredWait(header)).toBe(seconds);
});

test.each([
  ['30', 30],
  ['99999', MAX_WAIT_SECONDS],
  ['x', undefined],
  ['', undefined],
  [['1', '2'], undefined],
])('?wait=%s waits %s seconds', (value, seconds) => {
  expect(queriedWait(value)).toBe(seconds);
});
