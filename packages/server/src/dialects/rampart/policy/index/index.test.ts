import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileGlob, slashed } from '../globs/glob.js';
import { NeedleIndex } from './aho-corasick.js';
import { requiredLiteral } from './literal.js';
import { PatternTable, subjectOf } from './pattern-table.js';
import { internGlob, internText } from './patterns.js';

describe('needles', () => {
  const found = (needles: readonly string[], text: string) => {
    const ids = new Set<number>();
    new NeedleIndex(needles.map((literal, id) => ({ literal, id }))).scan(text, (id) => ids.add(id));
    return [...ids].sort();
  };

  test('all that occur are found, those within others too', () => {
    expect(found(['he', 'she', 'hers', 'his', 'e'], 'ushers')).toEqual([0, 1, 2, 4]);
  });

  test('in any case, and across both separators', () => {
    expect(found(['A/b', 'x'], 'a\\B')).toEqual([0]);
  });

  test('in letters that only become ASCII in lower case', () => {
    expect(found(['kill', 'file'], '\u212aill F\u0130le')).toEqual([0, 1]);
  });

  test('as a plain search finds them', () => {
    const word = fc.array(fc.constantFrom('a', 'b', '/'), { minLength: 1, maxLength: 4 }).map((all) => all.join(''));
    const text = fc.array(fc.constantFrom('a', 'b', '/', 'é', '\u0000'), { maxLength: 40 }).map((all) => all.join(''));
    fc.assert(
      fc.property(fc.array(word, { maxLength: 8 }), text, (needles, input) => {
        const plain = needles.flatMap((needle, id) => (input.includes(needle) ? [id] : []));
        expect(found(needles, input)).toEqual(plain);
      }),
    );
  });
});

describe('required literals', () => {
  test.each([
    ['git push*', 'git push'],
    ['*curl*webhook.site*', 'webhook.site'],
    ['a[bcdefgh]ij', 'ij'],
    ['[unclosed', ''],
    ['**', ''],
    ['**/.env', '.env'],
    ['**\\.env', '.env'],
    ['a**/.env', '/.env'],
    ['caféteria', 'teria'],
  ])('%s', (pattern, literal) => {
    expect(requiredLiteral(pattern, 'glob')).toBe(literal);
  });

  test('a text has no wildcards', () => {
    expect(requiredLiteral('a*b?[c]', 'text')).toBe('a*b?[c]');
  });
});

describe('the index never hides a match', () => {
  const part = fc.constantFrom('*', '**', '?', '[ab]', '[^a]', '[', ']', 'a', 'B', '/', '\\', 'é', 'K', '\u212a', ' ');
  const pattern = fc.array(part, { minLength: 1, maxLength: 8 }).map((parts) => parts.join(''));
  const text = fc
    .array(fc.constantFrom('a', 'b', 'B', 'k', '/', '\\', 'é', '\u212a', '[', ' '), { maxLength: 12 })
    .map((all) => all.join(''));

  test('of a glob', () => {
    fc.assert(
      fc.property(fc.array(pattern, { minLength: 1, maxLength: 6 }), text, (patterns, input) => {
        const table = new PatternTable();
        const ids = patterns.map((glob) => internGlob(table, glob));
        const matched = table.match(subjectOf(input));
        for (const [at, glob] of patterns.entries()) {
          expect(matched.includes(ids[at] ?? -1)).toBe(compileGlob(glob)(slashed(input)));
        }
      }),
      { numRuns: 2000 },
    );
  });

  test('of a text, in its case and in any', () => {
    fc.assert(
      fc.property(
        text.filter((all) => all !== ''),
        text,
        (literal, input) => {
          const table = new PatternTable();
          const exact = internText(table, literal, false);
          const folded = internText(table, literal, true);
          const matched = table.match(subjectOf(input));
          expect(matched.includes(exact)).toBe(input.includes(literal));
          expect(matched.includes(folded)).toBe(input.toLowerCase().includes(literal.toLowerCase()));
        },
      ),
      { numRuns: 1000 },
    );
  });
});

test('a pattern is held once, however many rules name it', () => {
  const table = new PatternTable();
  expect(internGlob(table, 'git *')).toBe(internGlob(table, 'git *'));
  expect(internGlob(table, 'git *')).not.toBe(internText(table, 'git *', false));
});
