import { expect, test } from 'vitest';
import { normalPath, sameTargetKey, targetVariants } from './targets.js';

test.each([
  ['a//b/./c/../d/', 'a/b/d'],
  ['/', '/'],
  ['//a', '//a'],
  ['//', '//'],
  ['///a', '/a'],
  ['', '.'],
  ['/../x', '/x'],
  ['../x', '../x'],
  ['/repo/.git/hooks/x', '/repo/.git/hooks/x'],
])('normpath(%j) is %j', (path, expected) => {
  expect(normalPath(path)).toBe(expected);
});

test('targets are compared by one spelling; URLs as they are', () => {
  expect(sameTargetKey(' /A/./b/ '.trim())).toBe('/a/b');
  expect(sameTargetKey('https://H/../x')).toBe('https://h/../x');
});

test.each([
  ['%2565tc', 'etc'],
  ['/ｅtc/ｓhadow', '/etc/shadow'],
  ['/e\u0301tc', '/étc'.normalize('NFKC').replace(/\p{M}/gu, '')],
  ['\\etc∕shadow', '/etc/shadow'],
  ['a..b', 'a.b'],
  ['https://h/x/../etc', 'h/x/etc'],
  ['sudo nice -n 5 FOO=1 rm -rf /', 'rm -rf /'],
  ['SUDO timeout 5 rm x', 'rm x'],
])('%j is also read as %j', (target, variant) => {
  expect(targetVariants(target)).toContain(variant);
});
