import { expect, test } from 'vitest';
import { placeholdersOf } from './placeholders.js';

test.each([
  ['SELECT 1', 0, 'SELECT 1'],
  ['a = ? AND b = ?', 2, 'a = $1 AND b = $2'],
  ["a = '?' AND b = ?", 1, "a = '?' AND b = $1"],
  ["a = 'it''s ?' AND b = ?", 1, "a = 'it''s ?' AND b = $1"],
  ['"odd?name" = ? OR "a""?" = ?', 2, '"odd?name" = $1 OR "a""?" = $2'],
  ['VALUES (?, ?), (?, ?)', 4, 'VALUES ($1, $2), ($3, $4)'],
])('numbers the placeholders of %s', (sql, count, numbered) =>
  expect(placeholdersOf(sql)).toEqual({ count, numbered }),
);
