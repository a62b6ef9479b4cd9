import { describe, expect, test } from 'vitest';
import { compilePolicies } from './compile.js';
import type { RuleAction } from './model.js';
import { callOf, documentsFrom, factsOf, rulesFrom, vectors } from './testing.js';

interface ResponseVector {
  readonly name: string;
  readonly rules: unknown;
  readonly response: string;
  readonly action: RuleAction;
  readonly message: string;
}

describe('response scanning', () => {
  test.each(vectors<ResponseVector>('responses'))('$name', ({ rules, response, action, message }) => {
    const verdict = compilePolicies(rulesFrom(rules, 'deny')).evaluateResponse(callOf(), response);
    expect({ action: verdict.action, message: verdict.message }).toEqual({ action, message });
  });

  const secret = { action: 'deny', when: { response_matches: ['secret'] }, message: 'no' };

  test('no policy in scope', () => {
    const files = { 'a.yaml': { policies: [{ name: 'p', match: { tool: 'read' }, rules: [secret] }] } };
    const verdict = compilePolicies(documentsFrom(files)).evaluateResponse(callOf(), 'secret');
    expect(verdict).toMatchObject({ action: 'allow', message: 'no matching policy; response allowed' });
  });

  test('a deny of any policy withholds; it names the policies that fired', () => {
    const watch = { action: 'watch', when: { response_matches: ['sec'] } };
    const policies = [
      { name: 'a', rules: [watch] },
      { name: 'b', rules: [secret] },
      { name: 'c', rules: [secret] },
    ];
    const verdict = compilePolicies(documentsFrom({ 'a.yaml': { policies } })).evaluateResponse(callOf(), 'secret');
    expect(verdict).toMatchObject({ action: 'deny', message: 'no', matchedPolicies: ['a', 'b'] });
    expect(verdict.deciding).toMatchObject({ policy: { name: 'b' }, index: 0 });
  });

  test('watch outranks allow', () => {
    const policies = (['allow', 'watch', 'allow'] as const).map((action, index) => ({
      name: `p${index}`,
      rules: [{ action, when: { response_matches: ['x'] }, message: action }],
    }));
    const verdict = compilePolicies(documentsFrom({ 'a.yaml': { policies } })).evaluateResponse(callOf(), 'x');
    expect(verdict).toMatchObject({ action: 'watch', message: 'watch', matchedPolicies: ['p0', 'p1', 'p2'] });
  });

  test('a response over 1,048,576 bytes is denied when a rule applies', () => {
    const policies = compilePolicies(rulesFrom([secret], 'deny'));
    const limit = 1_048_576;
    expect(policies.evaluateResponse(callOf(), 'a'.repeat(limit)).action).toBe('allow');
    expect(policies.evaluateResponse(callOf(), 'é'.repeat(limit / 2 + 1))).toMatchObject({
      action: 'deny',
      message: 'response exceeds the 1048576-byte policy matching limit; failing closed',
    });
  });

  test('a response over the limit is let through when no rule applies', () => {
    const policies = compilePolicies(rulesFrom([{ action: 'allow' }], 'deny'));
    expect(policies.evaluateResponse(callOf(), 'a'.repeat(1_048_577)).action).toBe('allow');
  });

  test('an ambiguous call is denied', () => {
    const call = callOf({ params: { command: 'a', cmd: 'b' } });
    expect(compilePolicies(rulesFrom([secret], 'deny')).evaluateResponse(call, 'x').action).toBe('deny');
  });

  test('more patterns than one automaton holds', () => {
    const rules = Array.from({ length: 100 }, (_, index) => ({
      action: 'deny',
      when: { response_matches: [`key-${index}-[0-9]+`] },
      message: `rule ${index}`,
    }));
    const policies = compilePolicies(rulesFrom(rules, 'deny'));
    expect(policies.evaluateResponse(callOf(), 'a key-77-1 b').message).toBe('rule 77');
  });

  test('a pattern that would make a backtracking engine hang', () => {
    const rules = [{ action: 'deny', when: { response_matches: ['(x+x+y|x+x+z)w'] }, message: 'no' }];
    const verdict = compilePolicies(rulesFrom(rules, 'deny')).evaluateResponse(callOf(), 'x'.repeat(100_000));
    expect(verdict.action).toBe('allow');
  });
});

test('scansResponses: whether any rule could', () => {
  const response = { action: 'deny', when: { response_matches: ['x'] } };
  const policies = [
    { name: 'a', match: { tool: 'read' }, rules: [response] },
    { name: 'b', enabled: false, rules: [response] },
    { name: 'c', rules: [{ action: 'deny', when: { response_not_matches: ['x'] } }] },
  ];
  const set = compilePolicies(documentsFrom({ 'a.yaml': { policies } }));
  expect([set.scansResponses('read'), set.scansResponses('exec')]).toEqual([true, false]);
  expect(set.evaluate(callOf({ tool: 'read' }), factsOf()).action).toBe('deny');
});
