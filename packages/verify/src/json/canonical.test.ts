import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { codeOf } from '../testing/codes.js';
import { canonicalJson, canonicalJsonOf } from './canonical.js';

describe('RFC 8785', () => {
  test('the example of section 3.2.2', () => {
    const input = JSON.parse(`{
      "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
      "string": "\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\"\\/",
      "literals": [null, true, false]
    }`);
    expect(canonicalJson(input)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],' +
        `"string":"€$\\u000f\\nA'B\\"\\\\\\\\\\"/"}`,
    );
  });

  test('the sorting example of section 3.2.3: by UTF-16 code units', () => {
    const input = {
      '\u20ac': 'Euro Sign',
      '\r': 'Carriage Return',
      '\ufb33': 'Hebrew Letter Dalet With Dagesh',
      '1': 'One',
      '\u{1f600}': 'Emoji: Grinning Face',
      '\u0080': 'Control',
      '\u00f6': 'Latin Small Letter O With Diaeresis',
    };
    expect(Object.values(JSON.parse(canonicalJson(input)))).toHaveLength(7);
    expect([...canonicalJson(input).matchAll(/:"([A-Z][a-z]+)/g)].map(([, word]) => word)).toEqual([
      'Carriage',
      'One',
      'Control',
      'Latin',
      'Euro',
      'Emoji',
      'Hebrew',
    ]);
  });

  test.each([
    ['0000000000000000', '0'],
    ['8000000000000000', '0'],
    ['0000000000000001', '5e-324'],
    ['8000000000000001', '-5e-324'],
    ['7fefffffffffffff', '1.7976931348623157e+308'],
    ['ffefffffffffffff', '-1.7976931348623157e+308'],
    ['4340000000000000', '9007199254740992'],
    ['c340000000000000', '-9007199254740992'],
    ['4430000000000000', '295147905179352830000'],
    ['44b52d02c7e14af5', '9.999999999999997e+22'],
    ['44b52d02c7e14af6', '1e+23'],
    ['44b52d02c7e14af7', '1.0000000000000001e+23'],
    ['444b1ae4d6e2ef4e', '999999999999999700000'],
    ['444b1ae4d6e2ef4f', '999999999999999900000'],
    ['444b1ae4d6e2ef50', '1e+21'],
    ['3eb0c6f7a0b5ed8c', '9.999999999999997e-7'],
    ['3eb0c6f7a0b5ed8d', '0.000001'],
    ['41b3de4355555553', '333333333.3333332'],
    ['41b3de4355555557', '333333333.33333343'],
    ['becbf647612f3696', '-0.0000033333333333333333'],
    ['43143ff3c1cb0959', '1424953923781206.2'],
  ])('appendix B: the double %s is %s', (hex, text) => {
    expect(canonicalJson(Buffer.from(hex, 'hex').readDoubleBE())).toBe(text);
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])('%s is refused', (value) => {
    expect(codeOf(() => canonicalJson(value))).toBe('not_json');
  });

  test.each(['\ud800', 'a\udc00b', '\udc00\ud800'])('half of a surrogate pair is refused', (text) => {
    expect(codeOf(() => canonicalJson({ text }))).toBe('lone_surrogate');
    expect(codeOf(() => canonicalJson({ [text]: 1 }))).toBe('lone_surrogate');
  });
});

test.each([
  ['undefined', undefined],
  ['a function', () => 1],
  ['a symbol', Symbol('s')],
  ['a bigint', 1n],
  ['a Date', new Date(0)],
  ['a Map', new Map()],
  ['a hole in an array', new Array(1)],
])('%s is refused, and the error says where', (_, value) => {
  expect(() => canonicalJson({ a: [{ b: value === undefined ? [value] : value }] })).toThrow(/a\.0\.b/);
  expect(codeOf(() => canonicalJson([value]))).toBe('not_json');
});

test('undefined members are left out', () => {
  expect(canonicalJson({ b: undefined, a: { c: undefined } })).toBe('{"a":{}}');
});

test('a cycle and extreme nesting are refused without overflowing the stack', () => {
  const cycle: { self?: unknown } = {};
  cycle.self = [cycle];
  const deep = JSON.parse('['.repeat(100_000) + ']'.repeat(100_000));
  expect(codeOf(() => canonicalJson(cycle))).toBe('nesting_depth');
  expect(codeOf(() => canonicalJson(deep))).toBe('nesting_depth');
  expect(canonicalJson(JSON.parse('['.repeat(1000) + ']'.repeat(1000)))).toHaveLength(2000);
});

test('__proto__ is a member like any other', () => {
  expect(canonicalJson(JSON.parse('{"z":1,"__proto__":{"a":1}}'))).toBe('{"__proto__":{"a":1},"z":1}');
});

const json = fc.jsonValue({ noUnicodeString: false });

test('property: the text parses back to the value, and is its own canonical form', () => {
  fc.assert(
    fc.property(json, (value) => {
      const text = canonicalJson(value);
      expect(canonicalJson(JSON.parse(text))).toBe(text);
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});

test('property: the order of members does not matter', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), json), (value) => {
      const reversed = Object.fromEntries(Object.entries(value).reverse());
      expect(canonicalJson(reversed)).toBe(canonicalJson(value));
    }),
  );
});

const unescaped = fc.jsonValue({ stringUnit: fc.constantFrom('a', 'Z', ' ', 'é', '€', '😀', '\u007f', '\u2028') });

test.each([
  ['with escapes', json],
  ['without escapes', unescaped],
])('property: knowing the source %s does not change the text', (_, values) => {
  fc.assert(
    fc.property(values, (value) => {
      const source = JSON.stringify(value, null, 1);
      const parsed: unknown = JSON.parse(source);
      expect(canonicalJsonOf(parsed, source)).toBe(canonicalJson(parsed));
    }),
  );
});

test('half of a surrogate pair is refused whether its source escapes it or not', () => {
  for (const source of ['["\ud800"]', '["\\ud800"]']) {
    expect(codeOf(() => canonicalJsonOf(JSON.parse(source), source))).toBe('lone_surrogate');
  }
});
