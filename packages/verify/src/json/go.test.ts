import fc from 'fast-check';
import { expect, test } from 'vitest';
import { codeOf } from '../testing/codes.js';
import { goJson } from './go.js';

// Inputs beside what Go 1.26's json.Marshal makes of json.Unmarshal's result.
test.each([
  ['{"b":1,"a":"<b>&\\u2028\\u2029"}', '{"a":"\\u003cb\\u003e\\u0026\\u2028\\u2029","b":1}'],
  [
    '"\\u0000\\u0001\\u0008\\u0009\\n\\u000b\\u000c\\r\\u001f\\u007f\\u0080\\"\\\\/"',
    '"\\u0000\\u0001\\b\\t\\n\\u000b\\f\\r\\u001f\u007f\u0080\\"\\\\/"',
  ],
  [
    '[0,-0,-0.0,1.0,100000000000000000000,1e20,1e21,123456789012345680000000,1e-6,1e-7,0.000001234,5e-324]',
    '[0,-0,-0,1,100000000000000000000,100000000000000000000,1e+21,1.2345678901234569e+23,0.000001,1e-7,0.000001234,5e-324]',
  ],
  [
    '[1.7976931348623157e308,9007199254740993,-1.5e-9,333333333.33333329,1E30,4.50,2e-3]',
    '[1.7976931348623157e+308,9007199254740992,-1.5e-9,333333333.3333333,1e+30,4.5,0.002]',
  ],
  ['"\\ud83d\\ude02 \\ud800 \\udc00x"', '"😂 \ufffd \ufffdx"'],
  [
    '{"\\ud83d\\ude02":1,"\\uffee":2,"\\ue000":3,"z":4,"é":5,"10":6,"9":7,"":8,"<":9}',
    '{"":8,"10":6,"9":7,"\\u003c":9,"z":4,"é":5,"\ue000":3,"\uffee":2,"😂":1}',
  ],
  ['{"nested":{"y":[],"x":{},"n":null,"t":true}}', '{"nested":{"n":null,"t":true,"x":{},"y":[]}}'],
  ['{"\\ud800":1,"\\udc00":2}', '{"\ufffd":2}'],
])('Go writes %s as %s', (input, output) => {
  expect(goJson(JSON.parse(input))).toBe(output);
});

test('bigints are Go integers', () => {
  expect(goJson({ n: 9_007_199_254_740_993n })).toBe('{"n":9007199254740993}');
});

test('what JSON cannot express is refused', () => {
  expect(codeOf(() => goJson({ a: Number.NaN }))).toBe('not_json');
  expect(codeOf(() => goJson([undefined]))).toBe('not_json');
});

test('property: keys stand in the byte order of UTF-8, and the value survives', () => {
  const keys = fc.string({ unit: 'binary' });
  fc.assert(
    fc.property(fc.dictionary(keys, fc.nat(), { minKeys: 2 }), (value) => {
      const text = goJson(value);
      expect(JSON.parse(text)).toEqual(value);
      const written = [...text.matchAll(/("(?:[^"\\]|\\.)*"):/gu)].map(([, key = '']) => Buffer.from(JSON.parse(key)));
      expect(written).toEqual(written.toSorted(Buffer.compare));
    }),
  );
});
