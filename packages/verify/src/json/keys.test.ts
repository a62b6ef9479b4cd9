import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { remembered, sortKeys } from './keys.js';

test('property: few or many keys come in the order of their UTF-16 code units', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 3 }), { maxLength: 80 }), (keys) => {
      const sorted = [...keys];
      sortKeys(sorted);
      expect(sorted).toEqual([...keys].sort());
    }),
  );
});

test('what is computed from a name is computed once', () => {
  const compute = vi.fn((key: string) => `"${key}":`);
  const opening = remembered(compute);
  expect([opening('a'), opening('b'), opening('a')]).toEqual(['"a":', '"b":', '"a":']);
  expect(compute).toHaveBeenCalledTimes(2);
});

test('neither long names nor ever more names are kept in memory', () => {
  const compute = vi.fn((key: string) => key);
  const name = remembered(compute);
  const callsOf = (key: string): number => compute.mock.calls.filter(([called]) => called === key).length;
  const long = 'x'.repeat(65);
  for (let index = 0; index < 2000; index++) name(`member ${index}`);
  for (const key of [long, long, 'member 0', 'member 1999']) expect(name(key)).toBe(key);
  expect([callsOf(long), callsOf('member 0'), callsOf('member 1999')]).toEqual([2, 1, 2]);
});
