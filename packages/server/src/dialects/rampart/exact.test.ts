import { describe, expect, test } from 'vitest';
import { inexactValue, mayBeInexact } from './exact.js';

const found = (json: string | Buffer) => inexactValue(Buffer.from(json).toString('latin1'), 'response');

describe('numbers', () => {
  test.each([
    '0',
    '-0',
    '-0.0',
    '9007199254740991',
    '-9007199254740991',
    '0.1',
    '0.10000000000000000000',
    '1.0000000000000000000000',
    '1e3',
    '1E+15',
    '100e-2',
    '0.30000000000000004',
    '5e-324',
    '2.2250738585072014e-308',
    '0.000000000000000000001',
  ])('%s is held exactly', (literal) => {
    expect(found(`{"params":{"n":${literal}}}`)).toBeUndefined();
  });

  test.each([
    '9007199254740992',
    '9007199254740993',
    '-9007199254740993',
    '12345678901234567890',
    '1e16',
    '1e999',
    '1e-400',
    '0.1234567890123456789',
    '1.0000000000000000000000001',
    '9007199254740992.5',
    `1${'0'.repeat(400)}`,
  ])('%s is not', (literal) => {
    const said = `params.n is a number that is not held exactly; send ${literal.slice(0, 64)} as a string`;
    expect(found(`{"params":{"n":${literal}}}`)).toBe(said);
  });
});

describe('texts', () => {
  test.each([
    ['"\\ud83d\\ude00"'],
    ['"😀é\u2028\ufffd"'],
    ['"\\\\ud800"'],
    ['"9007199254740993"'],
    ['"\\"\\\\\\" 1e400"'],
  ])('%s is well-formed', (text) => {
    expect(found(`{"params":{"n":${text}},"b":[${text}]}`)).toBeUndefined();
  });

  test.each<[string, Buffer]>([
    ['half a surrogate pair', Buffer.from('"a\\ud800"')],
    ['the other half', Buffer.from('"\\uDC00\\ud83d"')],
    ['bytes that are no UTF-8', Buffer.from([0x22, 0xff, 0x22])],
    ['a surrogate in UTF-8', Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22])],
  ])('%s is not', (_what, text) => {
    const around = (before: string, after: string) => Buffer.concat([Buffer.from(before), text, Buffer.from(after)]);
    expect(found(around('{"params":{"n":', '}}'))).toBe('params.n is no well-formed Unicode');
    expect(found(around('{"params":{', ':1}}'))).toBe('params has a name that is no well-formed Unicode');
    expect(found(text)).toBe('the body is no well-formed Unicode');
    expect(found(around('{"Response":', '}')), 'tool output may hold anything').toBeUndefined();
    expect(found(around('{"params":{"response":', '}}'))).toBe('params.response is no well-formed Unicode');
  });
});

test.each([
  ['{"a":[1,{"b c":[true,[],{},1e99]}]}', 'a[1]["b c"][3]'],
  ['{"a":{"x":1},"b":[[null,2],[3,1e99]]}', 'b[1][1]'],
  ['[1,1e99]', '[1]'],
  ['1e99', 'the body'],
  ['{"a":"},{[\\"","b":1e99}', 'b'],
])('%s: the path of the value', (json, path) => {
  expect(found(json)).toMatch(`${path} is a number`);
});

test('a large body is read in linear time', () => {
  const zeros = `1${'0'.repeat(200_000)}1`;
  const text = `"${'\\\\'.repeat(200_000)}é"`;
  expect(found(`{"a":${text},"b":0.${zeros}}`)).toMatch(/^b is a number/);
});

test('plain texts are not looked at closely; numbers, escapes and other alphabets are', () => {
  const looks = (json: string) => mayBeInexact(Buffer.from(json), JSON.parse(json));
  expect(looks('{"agent":"a","params":{"command":"echo 9007199254740993 1e400","deep":[{"b":true,"c":null}]}}')).toBe(
    false,
  );
  for (const json of ['{"n":1}', '{"a":[{"b":[0.5]}]}', '{"a":"\\ud800"}', '{"é":""}']) expect(looks(json)).toBe(true);
});
