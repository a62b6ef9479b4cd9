import { expect, test } from 'vitest';
import { codeOf } from '../testing/codes.js';
import { pythonJson } from './python.js';

test.each<[unknown, string]>([
  [{ k: 'v', n: 1 }, '{"k": "v", "n": 1}'],
  [[1, [true, null], {}], '[1, [true, null], {}]'],
  ['é€😀', '"\\u00e9\\u20ac\\ud83d\\ude00"'],
  ['"\\\n\r\t\b\f\u0000\u007f', '"\\"\\\\\\n\\r\\t\\b\\f\\u0000\\u007f"'],
  [{ z: 1, a: undefined, ü: 2.5 }, '{"z": 1, "\\u00fc": 2.5}'],
])('%j is written as json.dumps writes it', (value, expected) => {
  expect(pythonJson(value)).toBe(expected);
});

test('what JSON cannot express is refused', () => {
  expect(codeOf(() => pythonJson(Number.NaN))).toBe('not_json');
  expect(codeOf(() => pythonJson({ f: () => 1 }))).toBe('not_json');
  const loop: unknown[] = [];
  loop.push(loop);
  expect(codeOf(() => pythonJson(loop))).toBe('nesting_depth');
});

test('compact is what separators=(",", ":") writes, sortKeys what sort_keys=True does', () => {
  expect(pythonJson({ b: [1, { d: 'ü', c: 2 }], a: null }, { compact: true })).toBe(
    '{"b":[1,{"d":"\\u00fc","c":2}],"a":null}',
  );
  expect(pythonJson({ '\u{1F600}': 1, '\uffee': 2, a: { z: 1, b: 2 } }, { sortKeys: true })).toBe(
    '{"a": {"b": 2, "z": 1}, "\\uffee": 2, "\\ud83d\\ude00": 1}',
  );
});
