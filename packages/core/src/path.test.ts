import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConfigurationError } from './errors/index.js';
import { path } from './path.js';

const wellFormed = fc.string({ unit: 'binary', minLength: 1 }).filter((text) => text !== '.' && text !== '..');

describe('a path', () => {
  it('is what the template says, with every value encoded', () => {
    expect(path`/v1/approvals/${'a/b?c#d'}/resolve/${7}`).toBe('/v1/approvals/a%2Fb%3Fc%23d/resolve/7');
    expect(path`/healthz`).toBe('/healthz');
  });

  it('keeps any value one segment, at its place, through the URL parser and back', () => {
    fc.assert(
      fc.property(wellFormed, wellFormed, (a, b) => {
        const { pathname, search, hash } = new URL(path`/x/${a}/y/${b}`, 'http://gate.test');
        expect(pathname.split('/').map(decodeURIComponent)).toEqual(['', 'x', a, 'y', b]);
        expect(search + hash).toBe('');
      }),
    );
  });

  it.each(['', '.', '..', '\ud800', 'a\udc00'])('refuses the value %j', (value) => {
    expect(() => path`/x/${value}/y`).toThrow(ConfigurationError);
  });

  it('refuses dot segments that only the template and a value together make', () => {
    expect(() => path`/x/.${'.'}/y`).toThrow(ConfigurationError);
    expect(path`/x/a${'.'}/y`).toBe('/x/a./y');
  });

  it('is not tricked by a value that is already encoded', () => {
    expect(path`/x/${'%2e%2e'}/y`).toBe('/x/%252e%252e/y');
  });
});
