import { describe, expect, it } from 'vitest';
import { ConfigurationError } from './errors/index.js';
import { headerValue, mergeHeaders } from './headers.js';

describe('merged headers', () => {
  it('have lower-case names, and the value of the last layer', () => {
    expect(mergeHeaders({ Accept: 'a', 'x-one': '1' }, undefined, { ACCEPT: 'b' })).toEqual({
      accept: 'b',
      'x-one': '1',
    });
  });

  it('lose what a later layer sets to null, and keep what it leaves undefined', () => {
    expect(mergeHeaders({ a: '1', b: '2' }, { A: null, b: undefined })).toEqual({ b: '2' });
    expect(mergeHeaders({ a: '1' }, { a: null }, { a: '3' })).toEqual({ a: '3' });
  });

  it.each(['a\r\nb: c', 'a\nb', 'a\0b', '\u0100', '😀'])('refuse the value %j without showing it', (value) => {
    expect(() => mergeHeaders({ 'x-secret': value })).toThrow(ConfigurationError);
    expect(() => mergeHeaders({ 'x-secret': value })).not.toThrow(value);
  });

  it.each(['', 'a b', 'a:b', 'a\r\nb', 'ü', '__proto__', 'Host', 'Content-Length', 'Transfer-Encoding', 'connection'])(
    'refuse the name %j',
    (name) => {
      expect(() => mergeHeaders({ [name]: 'x' })).toThrow(ConfigurationError);
    },
  );
});

it('reads the first value of a repeated response header', () => {
  expect(headerValue({ a: ['1', '2'], b: '3' }, 'a')).toBe('1');
  expect(headerValue({ a: ['1', '2'], b: '3' }, 'b')).toBe('3');
  expect(headerValue({}, 'a')).toBeUndefined();
});
