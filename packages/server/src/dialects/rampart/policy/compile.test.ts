import { ConfigurationError } from '@sallyport/core';
import { describe, expect, test } from 'vitest';
import { compilePolicies } from './compile.js';
import { callOf, documentOf, documentsFrom, factsOf, rulesFrom } from './testing.js';

describe('countsFor', () => {
  const count = (window: string, tool?: string) => ({
    action: 'ask',
    when: { call_count: { gte: 3, window, ...(tool !== undefined && { tool }) } },
  });

  test('the pairs that a decision on the tool may ask for, each once', () => {
    const policies = [
      { name: 'any', rules: [count('1h'), count('1h'), count('1m', 'read')] },
      { name: 'web', match: { tool: ['fetch', 'web_*'] }, rules: [count('2h')] },
      { name: 'off', enabled: false, rules: [count('3h')] },
    ];
    const set = compilePolicies(documentsFrom({ 'a.yaml': { policies } }));
    expect(set.countsFor('exec')).toEqual([
      { tool: 'exec', windowMs: 3_600_000 },
      { tool: 'read', windowMs: 60_000 },
    ]);
    expect(set.countsFor('web_search')).toContainEqual({ tool: 'web_search', windowMs: 7_200_000 });
  });

  test('none without such rules', () => {
    expect(compilePolicies(rulesFrom([{ action: 'deny' }], 'allow')).countsFor('exec')).toEqual([]);
  });
});

describe('revision', () => {
  const revisionOf = (message: string) => compilePolicies(rulesFrom([{ action: 'deny', message }], 'allow')).revision;

  test('is a SHA-256 that changes when a rule does', () => {
    expect(revisionOf('a')).toMatch(/^[0-9a-f]{64}$/);
    expect(revisionOf('a')).toBe(revisionOf('a'));
    expect(revisionOf('a')).not.toBe(revisionOf('b'));
  });
});

describe('patterns that would silently match nothing', () => {
  test.each([
    [
      { commandMatches: ['**a**b**'] },
      'policy.yaml:2: policy "policy-0": rule 0: command_matches pattern "**a**b**" has 3 ** occurrences (max 2)',
    ],
    [
      { pathNotMatches: [`**${'a'.repeat(300)}`] },
      /path_not_matches pattern "\*\*a+" is 302 bytes long \(max 256 with \*\*\)/,
    ],
    [{ toolParamMatches: { x: '*'.repeat(8) } }, /tool_param_matches pattern .* has 4 \*\* occurrences/],
    [{ responseMatches: ['(a'] }, /^policy\.yaml:2: policy "policy-0": rule 0: response pattern "\(a":/],
    [{ responseMatches: ['a'], responseNotMatches: ['(?<=a)b'] }, /response pattern "\(\?<=a\)b":/],
  ])('%j', (when, message) => {
    const compile = () => compilePolicies([documentOf([{ rules: [{ action: 'deny', when }] }])]);
    expect(compile).toThrow(ConfigurationError);
    expect(compile).toThrow(message);
  });

  test('a disabled policy may hold them', () => {
    const when = { commandMatches: ['**a**b**'] };
    expect(() => compilePolicies([documentOf([{ enabled: false, rules: [{ action: 'deny', when }] }])])).not.toThrow();
  });
});

describe('many callers', () => {
  test('each is judged by its own scope, however many there were', () => {
    const policies = [{ name: 'p', match: { agent: 'agent-7*' }, rules: [{ action: 'deny' }] }];
    const set = compilePolicies(documentsFrom({ 'a.yaml': { default_action: 'allow', policies } }));
    const decide = (agent: string) => set.evaluate(callOf({ agent }), factsOf()).action;
    for (let round = 0; round < 2; round++) {
      for (let index = 0; index < 1000; index++) {
        expect(decide(`agent-${index}`)).toBe(String(index).startsWith('7') ? 'deny' : 'allow');
      }
    }
  });

  test('a name that runs into the next field is another caller', () => {
    const policies = [{ name: 'p', match: { agent: 'ab', session: 'c' }, rules: [{ action: 'deny' }] }];
    const set = compilePolicies(documentsFrom({ 'a.yaml': { default_action: 'allow', policies } }));
    const decide = (agent: string, session: string) => set.evaluate(callOf({ agent, session }), factsOf()).action;
    expect([decide('ab', 'c'), decide('a', 'bc'), decide('ab', 'c')]).toEqual(['deny', 'allow', 'deny']);
  });

  test('a binding is another caller', () => {
    const set = compilePolicies(rulesFrom([{ action: 'watch' }], 'allow'));
    const decide = (facts: object) => set.evaluate(callOf(), factsOf(facts)).action;
    expect([decide({}), decide({ policyBinding: 'ci' }), decide({})]).toEqual(['watch', 'allow', 'watch']);
  });
});

test('many rules: only those that a call is about are looked at, and the verdict is the same', () => {
  const rules = Array.from({ length: 1000 }, (_, index) => ({
    action: index % 2 === 0 ? ('deny' as const) : ('allow' as const),
    when: { commandMatches: [`tool-${index} *`] },
    message: `rule ${index}`,
  }));
  const set = compilePolicies([documentOf([{ rules }])]);
  expect(set.evaluate(callOf({ command: 'tool-998 x' }), factsOf())).toMatchObject({
    action: 'deny',
    message: 'rule 998',
  });
  expect(set.evaluate(callOf({ command: 'tool-999 x' }), factsOf())).toMatchObject({
    action: 'allow',
    message: 'rule 999',
  });
  expect(set.evaluate(callOf({ command: 'tool-1000 x' }), factsOf())).not.toHaveProperty('deciding');
});
