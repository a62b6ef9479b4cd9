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
