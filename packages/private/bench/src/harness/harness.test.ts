import { expect, test } from 'vitest';
import { interleave } from './interleave.js';
import { callsPerSecond } from './measure.js';
import { reportTable } from './report.js';
import { holds, type Row } from './row.js';
import { median, quantile } from './statistics.js';

test('quantiles are taken by rank, whatever the order', () => {
  expect(median([5, 1, 3])).toBe(3);
  expect(quantile([4, 2, 1, 3], 0.99)).toBe(4);
  expect(quantile([7], 0)).toBe(7);
  expect(() => median([])).toThrow(RangeError);
});

test('contestants take turns, and the first round does not count', async () => {
  const order: string[] = [];
  const values = { a: [100, 1, 2, 3], b: [200, 4, 5, 6] };
  const measure = (name: 'a' | 'b') => () => {
    order.push(name);
    return values[name].shift() ?? 0;
  };
  expect(await interleave(3, { a: measure('a'), b: measure('b') })).toEqual({ a: 2, b: 5 });
  expect(order.join('')).toBe('abababab');
});

test('so many calls are made, and never more than so many at once', async () => {
  let [made, open, most] = [0, 0, 0];
  await callsPerSecond(50, 8, async () => {
    made++;
    most = Math.max(most, ++open);
    await new Promise((resolve) => setImmediate(resolve));
    open--;
  });
  expect([made, most]).toEqual([50, 8]);
});

const row = (value: number, better: Row['better'], limit?: number): Row => ({
  name: 'r',
  value,
  unit: '×',
  better,
  ...(limit !== undefined && { limit }),
});

test.each([
  [row(0.5, 'more', 0.5), true],
  [row(0.49, 'more', 0.5), false],
  [row(2, 'less', 2), true],
  [row(2.1, 'less', 2), false],
  [row(9, 'less'), undefined],
])('%j holds: %s', (measured, expected) => {
  expect(holds(measured)).toBe(expected);
});

test('the table shows what was measured beside what it should be', () => {
  const rows: Row[] = [
    { name: 'a', value: 0.613, unit: '×', better: 'more', aim: 0.5, limit: 0.3 },
    { name: 'bb', value: 12_345.6, unit: '/s', better: 'more' },
    { name: 'c', value: 3, unit: 'ms', better: 'less', limit: 2 },
  ];
  expect(reportTable(rows).split('\n')).toEqual([
    '     measured    aim  limit',
    'a     0.613 ×  0.5 ×  0.3 ×    ok',
    'bb  12,346 /s',
    'c        3 ms          2 ms  MISS',
  ]);
});
