import { describe, expect, test } from 'vitest';
import { vectors } from '../testing.js';
import { canonicalDomain, compileDomainGlob } from './domain.js';
import { exactText, globProblem, matchGlob } from './glob.js';
import { compilePathGlob } from './path.js';

interface GlobVector {
  readonly name: string;
  readonly pattern: string;
  readonly text: string;
  readonly match: boolean;
}

describe('command-style globs', () => {
  test.each(vectors<GlobVector>('globs'))('$name', ({ pattern, text, match }) => {
    expect(matchGlob(pattern, text)).toBe(match);
  });

  test('a pattern of 8192 bytes fits, a longer one fits nothing', () => {
    expect(matchGlob('a'.repeat(8192), 'a'.repeat(8192))).toBe(true);
    expect(matchGlob(`${'a'.repeat(8192)}*`, 'a'.repeat(8192))).toBe(false);
  });

  test('a pattern with ** of 256 bytes fits, a longer one fits nothing', () => {
    expect(matchGlob(`**${'a'.repeat(254)}`, 'a'.repeat(254))).toBe(true);
    expect(matchGlob(`**${'a'.repeat(255)}`, 'a'.repeat(255))).toBe(false);
  });

  test('two ** fit, three fit nothing', () => {
    expect(matchGlob('**a**', 'xay')).toBe(true);
    expect(matchGlob('**a**b**', 'xaybz')).toBe(false);
  });

  test('an input of more than 8192 bytes fits nothing, bytes being those of UTF-8', () => {
    expect(matchGlob('*', 'a'.repeat(8192))).toBe(true);
    expect(matchGlob('*', 'a'.repeat(8193))).toBe(false);
    expect(matchGlob('*', 'é'.repeat(4096))).toBe(true);
    expect(matchGlob('*', 'é'.repeat(4097))).toBe(false);
  });
});

describe('what is wrong with a pattern', () => {
  test.each([
    ['**a**b**', 'has 3 ** occurrences (max 2)'],
    ['a'.repeat(8193), 'is 8193 bytes long (max 8192)'],
    [`**${'a'.repeat(255)}`, 'is 257 bytes long (max 256 with **)'],
    ['é'.repeat(4097), 'is 8194 bytes long (max 8192)'],
    ['**a**', undefined],
    ['', undefined],
    ['*', undefined],
    [`${'x'.repeat(254)}**`, undefined],
    ['x'.repeat(8192), undefined],
  ])('%.12s…', (pattern, problem) => {
    expect(globProblem(pattern)).toBe(problem);
  });
});

describe('patterns of one text', () => {
  test.each([
    ['rm [*]', 'rm *'],
    ['plain', 'plain'],
    ['a[[]b[?]', 'a[b?'],
    ['a*', undefined],
    ['a?', undefined],
    ['[ab]', undefined],
    ['[^a]', undefined],
    ['[a', undefined],
  ])('%s', (pattern, text) => {
    expect(exactText(pattern)).toBe(text);
  });
});

describe('domain globs', () => {
  test.each(vectors<GlobVector>('domains'))('$name', ({ pattern, text, match }) => {
    const domain = canonicalDomain(text);
    expect(domain !== '' && compileDomainGlob(pattern)(domain)).toBe(match);
  });
});

describe('path globs', () => {
  test.each([
    ['**a**b**', 'xaybz'],
    ['', ''],
    ['a[', 'a['],
  ])('%s fits nothing', (pattern, text) => {
    expect(compilePathGlob(pattern)(text)).toBe(false);
  });
});
