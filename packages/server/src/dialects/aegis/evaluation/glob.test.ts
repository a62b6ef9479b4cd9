import { expect, test } from 'vitest';
import { compileGlob } from './glob.js';

test.each([
  ['*', '', true],
  ['*prod*', 'a/b/prod/c', true],
  ['a?c', 'a/c', true],
  ['a?c', 'ac', false],
  ['*.env', '.env', true],
  ['*.env', 'x.env\n', false],
  ['x.y', 'xzy', false],
  ['[ab]c', 'bc', true],
  ['[!ab]c', 'bc', false],
  ['[a-c]z', 'bz', true],
  ['[]x]z', ']z', true],
  ['[ab', '[ab', true],
  ['DROP', 'drop', false],
  ['a*b*c', 'axxbyybzc', true],
  ['find * -delete', 'find / -name x -delete', true],
  ['?', '😀', true],
])('fnmatch(%j, %j) is %s', (pattern, text, expected) => {
  expect(compileGlob(pattern)(text)).toBe(expected);
});

test('a pattern of many stars takes no exponential time', () => {
  expect(compileGlob(`${'*a'.repeat(40)}b`)('a'.repeat(1024))).toBe(false);
});
