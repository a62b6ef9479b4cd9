import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Meter } from './automaton.js';
import { compileGlob, compileSegments, MATCH_LIMIT } from './glob.js';

/** Steps that a match takes. */
function stepsOf(pattern: string, text: string): number {
  const meter: Meter = { steps: 0 };
  compileGlob(pattern)(text, meter);
  return meter.steps;
}

const wordsIn = (pattern: string) => (pattern.length >> 5) + 1;

describe('a match takes one step per character and 32 characters of pattern, whatever they are', () => {
  test.each([
    ['stars that all could match', `**${'*a'.repeat(100)}b**`, 'a'.repeat(MATCH_LIMIT)],
    ['two ** around a repeated run', `**${'a'.repeat(120)}**${'a'.repeat(120)}b`, 'a'.repeat(MATCH_LIMIT)],
    ['stars within segments', `${'?*'.repeat(4000)}b`, 'a'.repeat(MATCH_LIMIT)],
    ['a long literal behind a star', `x*${'a'.repeat(8000)}b`, `x${'a'.repeat(MATCH_LIMIT - 1)}`],
    ['classes', `**${'[a-z]*'.repeat(40)}9**`, 'abcdefgh'.repeat(MATCH_LIMIT / 8)],
    ['separators', `**${'/*'.repeat(120)}b`, '/'.repeat(MATCH_LIMIT)],
  ])('%s', (_name, pattern, text) => {
    expect(stepsOf(pattern, text)).toBeLessThanOrEqual(text.length * wordsIn(pattern));
    expect(compileGlob(pattern)(text)).toBe(false);
  });

  test('any pattern on any text', () => {
    const part = fc.constantFrom('*', '**', '?', '[a-b]', '[^a]', 'a', 'b', '/', 'é', '😀');
    const pattern = fc.array(part, { maxLength: 40 }).map((parts) => parts.join(''));
    const text = fc
      .array(fc.constantFrom('a', 'b', '/', 'é', '😀', '\ud800'), { maxLength: 200 })
      .map((all) => all.join(''));
    fc.assert(
      fc.property(pattern, text, (glob, input) => {
        expect(stepsOf(glob, input)).toBeLessThanOrEqual(2 * input.length * wordsIn(glob));
      }),
    );
  });
});

/** The textbook definition: tries everything. */
function naive(pattern: string, text: string): boolean {
  if (pattern === '') return text === '';
  if (pattern.startsWith('**')) return naive(pattern.slice(2), text) || (text !== '' && naive(pattern, text.slice(1)));
  const first = text.charAt(0);
  if (pattern.startsWith('*')) {
    return naive(pattern.slice(1), text) || (first !== '' && first !== '/' && naive(pattern, text.slice(1)));
  }
  const fits = pattern.startsWith('?') ? first !== '' && first !== '/' : first === pattern.charAt(0);
  return fits && naive(pattern.slice(1), text.slice(1));
}

test('the automaton agrees with the definition', () => {
  const pattern = fc
    .array(fc.constantFrom('*', '**', '?', 'a', 'b', '/'), { maxLength: 7 })
    .map((parts) => parts.join(''));
  const text = fc.array(fc.constantFrom('a', 'b', '/'), { maxLength: 9 }).map((parts) => parts.join(''));
  fc.assert(
    fc.property(pattern, text, (glob, input) => {
      const optional = glob.startsWith('**/') && naive(glob.slice(3), input);
      expect(compileSegments(glob)(input)).toBe(naive(glob, input) || optional);
    }),
    { numRuns: 3000 },
  );
});

test('a wide automaton agrees with a narrow one', () => {
  const part = fc.constantFrom('*', '**', '?', 'a', 'b', '/');
  const pattern = fc.array(part, { maxLength: 12 }).map((parts) => parts.join(''));
  const text = fc.array(fc.constantFrom('a', 'b', '/'), { maxLength: 12 }).map((parts) => parts.join(''));
  const pad = 'c'.repeat(40);
  fc.assert(
    fc.property(pattern, text, (glob, input) => {
      expect(compileSegments(`${pad}${glob}`)(pad + input)).toBe(compileSegments(`c${glob}`)(`c${input}`));
    }),
    { numRuns: 1000 },
  );
});
