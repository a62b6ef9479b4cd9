import { performance } from 'node:perf_hooks';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ActionIndex } from './action-index.js';
import { readDocument } from './document.js';
import type { CallFacts } from './model.js';
import { compilePattern, covers } from './pattern.js';
import { PolicySet } from './policy-set.js';

const letters = fc.string({ unit: fc.constantFrom('a', 'b', ':', '*'), maxLength: 8 });
const texts = fc.string({ unit: fc.constantFrom('a', 'b', ':'), maxLength: 8 });

/** The meaning of a pattern, letter by letter. */
function means(pattern: string, text: string): boolean {
  const [first, ...rest] = pattern;
  if (first === undefined) return text === '';
  if (first === '*') return means(rest.join(''), text) || (text !== '' && means(pattern, text.slice(1)));
  return text[0] === first && means(rest.join(''), text.slice(1));
}

describe('patterns', () => {
  test('match what they mean', () => {
    fc.assert(fc.property(letters, texts, (pattern, text) => compilePattern(pattern)(text) === means(pattern, text)));
  });

  test('one covers another only when it matches all that the other does', () => {
    fc.assert(
      fc.property(letters, letters, texts, (outer, inner, text) => {
        if (covers(outer, inner) && means(inner, text)) expect(means(outer, text)).toBe(true);
      }),
    );
  });

  test('the index finds the rules that trying each of them finds', () => {
    fc.assert(
      fc.property(fc.array(fc.array(letters, { maxLength: 3 }), { maxLength: 6 }), texts, (rules, action) => {
        const found = rules.flatMap((patterns, rule) => (patterns.some((each) => means(each, action)) ? [rule] : []));
        expect(new ActionIndex(rules).find(action)).toEqual(found);
      }),
    );
  });

  test('no pattern takes long, whatever it is held against', () => {
    const matches = compilePattern(`${'*a'.repeat(500)}*b`);
    const began = performance.now();
    expect(matches('a'.repeat(100_000))).toBe(false);
    expect(performance.now() - began).toBeLessThan(500);
  });
});

test('a call among 1,000 policies costs about as much as among ten', () => {
  const set = (count: number) =>
    new PolicySet(
      Array.from({ length: count }, (_, number) => {
        const { document } = readDocument({
          name: `policy-${number}`,
          version: '1',
          appliesTo: { trustTiers: ['verified'] },
          rules: [
            { effect: 'deny', actions: [`delete:area${number}/*`] },
            { effect: 'allow', actions: [`read:area${number}/*`, `write:area${number}/x`] },
          ],
          defaultEffect: 'deny',
        });
        if (document === undefined) throw new Error('The policy has faults.');
        return document;
      }),
      1,
    );
  const [few, many] = [set(10), set(1000)];
  let count = 0;
  const call = (): CallFacts => {
    count += 1;
    return {
      agent: { id: 'a', name: 'a', orgId: 'o', trustTier: 'verified', tags: [] },
      action: `read:area7/${count}`,
      context: {},
      now: 0,
    };
  };
  const time = (policies: PolicySet): number => {
    const rounds = Array.from({ length: 7 }, () => {
      const began = performance.now();
      for (let round = 0; round < 300; round += 1) expect(policies.evaluate(call()).effect === 'allow').toBe(true);
      return performance.now() - began;
    });
    return Math.min(...rounds);
  };
  time(few);
  time(many);
  expect(time(many)).toBeLessThan(5 * time(few) + 5);
});
