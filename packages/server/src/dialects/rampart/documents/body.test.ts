import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bodyFields, parseBody } from './body.js';
import { InvalidCallError } from './errors.js';

const read = (text: string) => parseBody(Buffer.from(text));

describe('request bodies', () => {
  it.each([
    ['{"a":1} {"b":2}', 'invalid request body: request body must contain exactly one JSON value'],
    ['{} null', 'invalid request body: request body must contain exactly one JSON value'],
    ['1 2', 'invalid request body: request body must contain exactly one JSON value'],
    ['"}" 2', 'invalid request body: request body must contain exactly one JSON value'],
    ['{"a":1} x', 'invalid request body: invalid trailing data: malformed JSON'],
    ['{}}', 'invalid request body: invalid trailing data: malformed JSON'],
    ['"\\"{" ]', 'invalid request body: invalid trailing data: malformed JSON'],
    ['', 'invalid request body: EOF'],
    [' \n', 'invalid request body: EOF'],
    ['{', 'invalid request body: malformed JSON'],
    ['{"a":}', 'invalid request body: malformed JSON'],
    ["{'a':1}", 'invalid request body: malformed JSON'],
    ['{"a":"\n"}', 'invalid request body: malformed JSON'],
    ['{"a":"\0"}', 'invalid request body: malformed JSON'],
    ['\ufeff{}', 'invalid request body: malformed JSON'],
    ['nul', 'invalid request body: malformed JSON'],
  ])('%j is refused', (text, error) => expect(() => read(text)).toThrow(new InvalidCallError(error)));

  it('begins the reason as the route wants it', () => {
    expect(() => parseBody(Buffer.from('{'), 'invalid body')).toThrow('invalid body: malformed JSON');
  });

  it('refuses a body that is nested more than 200 deep', () => {
    const nested = (depth: number) => `${'[{"a":'.repeat(depth / 2)}1${'}]'.repeat(depth / 2)}`;
    expect(read(nested(200))).toBeInstanceOf(Array);
    expect(() => read(nested(202))).toThrow('invalid request body: exceeded max depth');
    expect(() => read('['.repeat(1_000_000))).toThrow('invalid request body: exceeded max depth');
    expect(read(JSON.stringify({ a: `\\"${'['.repeat(300)}` }))).toEqual({ a: `\\"${'['.repeat(300)}` });
  });

  it('replaces lone surrogates, in keys as in values, and nothing else', () => {
    expect(read('{"\\ud800k":["\\udc00","\\ud83d\\ude00","\\u00e9"],"n":1}')).toEqual({
      '\ufffdk': ['\ufffd', '😀', 'é'],
      n: 1,
    });
  });

  it('replaces bytes that are no UTF-8', () => {
    expect(parseBody(Buffer.from([0x22, 0xff, 0x61, 0x22]))).toBe('\ufffda');
  });

  it('reads whatever JSON.stringify writes', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 5 }), (text) => {
        expect(JSON.stringify(read(text))).toBe(JSON.stringify(JSON.parse(text)));
      }),
    );
  });

  it('refuses every other text with its own error', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        try {
          parseBody(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(InvalidCallError);
        }
      }),
    );
  });
});

describe('bodyFields', () => {
  it('matches names in any case and drops the rest', () => {
    const body = { Tool: 'exec', ARGS: 'x', other: 1, source: null };
    expect(bodyFields(body, new Set(['tool', 'args', 'source']))).toEqual({ tool: 'exec', args: 'x' });
  });

  it('takes null for an empty body', () => {
    expect(bodyFields(null, new Set(['tool']))).toEqual({});
  });
});
