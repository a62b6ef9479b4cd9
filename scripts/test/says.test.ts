import { expect, test } from 'vitest';
import { missing } from './says.js';

const OUTPUT = 'one\ntwo\none\n';

test.each([
  ['one\ntwo\n', undefined],
  ['one\none\n', undefined],
  ['two\none\ntwo\n', 'two'],
  ['one\none\none\n', 'one'],
  ['three\n', 'three'],
])('of %j an output lacks %j', (expected, lacks) => {
  expect(missing(OUTPUT, expected)).toBe(lacks);
});
