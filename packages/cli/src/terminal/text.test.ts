import { expect, test } from 'vitest';
import { parseDuration, sayDuration } from './duration.js';
import { plain, table } from './table.js';

test.each([
  ['500ms', 500],
  ['90', undefined],
  ['90s', 90_000],
  ['1.5m', 90_000],
  ['2h', 7_200_000],
  ['30d', 2_592_000_000],
  ['2 m', undefined],
  ['-1s', undefined],
  ['', undefined],
  ['1w', undefined],
])('%j is %s ms', (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

test.each([
  [-5, '0 s'],
  [45_000, '45 s'],
  [150_000, '3 min'],
  [10_800_000, '3 h'],
  [432_000_000, '5 d'],
])('%d ms is said as %s', (ms, said) => {
  expect(sayDuration(ms)).toBe(said);
});

test('columns are aligned, and what an agent wrote cannot move the cursor', () => {
  expect(
    table(
      ['ID', 'CALL'],
      [
        ['1', 'ls'],
        ['22', 'echo \u001b[2J\nhi'],
      ],
    ),
  ).toEqual(['ID  CALL', '1   ls', '22  echo \\u001b[2J\\u000ahi']);
});

test('bidirectional overrides and invisible characters are shown as what they are', () => {
  expect(plain('rm \u202efr-\u200b /')).toBe('rm \\u202efr-\\u200b /');
});
