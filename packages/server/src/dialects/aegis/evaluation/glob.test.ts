import { expect, test } from 'vitest';
import { engineVectors } from '../testing-vectors.js';
import { compileGlob } from './glob.js';

const { cases }: { cases: readonly (readonly [pattern: string, text: string, matches: boolean])[] } =
  engineVectors('globs.json');

test.each(cases)('fnmatch(%j, %j) is %s', (pattern, text, expected) => {
  expect(compileGlob(pattern)(text)).toBe(expected);
});

test('a pattern of many stars takes no exponential time', () => {
  expect(compileGlob(`${'*a'.repeat(40)}b`)('a'.repeat(1024))).toBe(false);
});

test.each([
  ['a*a', 'a', false],
  ['a*a', 'aa', true],
  ['ab*b*bc', 'abbc', false],
  ['ab*b*bc', 'abbbc', true],
  ['*ab*ab*', 'abab', true],
  ['*ab*ab*', 'xabx', false],
  ['**', '', true],
  ['', '', true],
  ['', 'a', false],
  ['a', 'A', false],
  ['*\u{1f600}', 'a\u{1f600}', true],
])('stars and texts: %s on %s is %s', (pattern, text, expected) => {
  expect(compileGlob(pattern)(text)).toBe(expected);
  // The same pattern with a set in it goes the general way.
  if (pattern.startsWith('a')) expect(compileGlob(`[a]${pattern.slice(1)}`)(text)).toBe(expected);
});
