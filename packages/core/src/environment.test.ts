import { describe, expect, it } from 'vitest';
import { checkEncrypted } from './environment.js';

describe('an address without encryption', () => {
  it.each(['http://localhost:9090', 'http://127.0.0.7', 'http://[::1]:1', 'https://gateway.test'])(
    '%s is fine',
    (url) => {
      expect(() => checkEncrypted(url)).not.toThrow();
    },
  );

  it('is refused beyond this machine, unless the user says so', () => {
    expect(() => checkEncrypted('http://gateway.test')).toThrow('Use https, or set allowInsecure: true.');
    expect(() => checkEncrypted('http://gateway.test', true)).not.toThrow();
    expect(() => checkEncrypted('https://gateway.test', 'no')).toThrow('allowInsecure must be true or false');
  });
});
