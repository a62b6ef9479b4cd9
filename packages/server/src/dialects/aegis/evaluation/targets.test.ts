import { expect, test } from 'vitest';
import { engineVectors } from '../testing-vectors.js';
import { normalPath, sameTargetKey, targetVariants } from './targets.js';

const { cases }: { cases: readonly (readonly [path: string, normal: string])[] } = engineVectors('paths.json');

test.each(cases)('normpath(%j) is %j', (path, expected) => {
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
