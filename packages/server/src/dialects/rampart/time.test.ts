import { expect, test } from 'vitest';
import { dayStart, rfc3339, rfc3339Nano } from './time.js';

test.each([
  [0, '1970-01-01T00:00:00Z'],
  [10_100, '1970-01-01T00:00:10.1Z'],
  [123, '1970-01-01T00:00:00.123Z'],
  [20, '1970-01-01T00:00:00.02Z'],
])('%d ms is %s', (ms, text) => {
  expect(rfc3339Nano(ms)).toBe(text);
});

test('whole seconds are rounded up', () => {
  expect(rfc3339(1_001)).toBe('1970-01-01T00:00:02Z');
  expect(rfc3339(2_000)).toBe('1970-01-01T00:00:02Z');
});

test.each([
  ['1970-01-02', 86_400_000],
  ['2026-02-31', undefined],
  ['2026-2-3', undefined],
  ['2026-13-01', undefined],
  ['../../etc', undefined],
  ['', undefined],
])('%s starts at %s', (date, ms) => {
  expect(dayStart(date)).toBe(ms);
});
