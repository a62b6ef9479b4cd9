import { describe, expect, test } from 'vitest';
import { compilePolicies } from './compile.js';
import type { Facts, RuleAction, ToolCall } from './model.js';
import { callOf, documentsFrom, factsOf, rulesFrom, vectors } from './testing.js';

interface Decision {
  readonly name: string;
  readonly files: Readonly<Record<string, unknown>>;
  readonly facts?: { readonly policy_binding?: string; readonly deny_unmatched?: boolean };
  readonly call: Partial<ToolCall>;
  readonly verdict: {
    readonly action: RuleAction;
    readonly message: string;
    readonly matched_policies: readonly string[];
    readonly suggest: boolean;
  };
}

function factsFrom({ policy_binding, deny_unmatched = false }: NonNullable<Decision['facts']>): Facts {
  return factsOf({
    denyUnmatched: deny_unmatched,
    ...(policy_binding !== undefined && { policyBinding: policy_binding }),
  });
}

describe('evaluation order', () => {
  test.each(vectors<Decision>('decisions'))('$name', ({ files, facts = {}, call, verdict }) => {
    const { action, message, matchedPolicies, suggest } = compilePolicies(documentsFrom(files)).evaluate(
      callOf(call),
      factsFrom(facts),
    );
    expect({ action, message, matched_policies: matchedPolicies, suggest }).toEqual(verdict);
  });
});

interface Condition {
  readonly name: string;
  readonly action: RuleAction;
  readonly when?: unknown;
  readonly call: Partial<ToolCall> & { readonly agent_depth?: number };
  readonly counts?: Readonly<Record<string, number>>;
  readonly fires: boolean;
}

describe('conditions', () => {
  test.each(vectors<Condition>('conditions'))('$name', ({ action, when, call, counts = {}, fires }) => {
    const { agent_depth = 0, params = {}, ...rest } = call;
    const rules = when === undefined ? [{ action }] : [{ action, when }];
    const policies = compilePolicies(rulesFrom(rules, 'allow'));
    const facts = factsOf({ callCount: (tool) => counts[tool] ?? 0 });
    const called = callOf({ params, view: params, ...rest, agentDepth: agent_depth });
    expect(policies.evaluate(called, facts).deciding !== undefined).toBe(fires);
  });

  test('call_count asks for the window of the rule', () => {
    const asked: [string, number][] = [];
    const callCount = (tool: string, windowMs: number) => {
      asked.push([tool, windowMs]);
      return 0;
    };
    const rules = [{ action: 'ask', when: { call_count: { gte: 2, window: '90s' } } }];
    compilePolicies(rulesFrom(rules, 'allow')).evaluate(callOf({ tool: 'fetch' }), factsOf({ callCount }));
    expect(asked).toEqual([['fetch', 90_000]]);
  });
});

describe('what decided', () => {
  test('the deciding rule is named with its place', () => {
    const files = {
      'a.yaml': {
        policies: [
          { name: 'p', rules: [{ action: 'watch', when: { command_matches: ['git *'] } }, { action: 'ask' }] },
        ],
      },
    };
    const { deciding } = compilePolicies(documentsFrom(files)).evaluate(callOf({ command: 'ls' }), factsOf());
    expect(deciding).toMatchObject({ policy: { name: 'p' }, rule: { action: 'ask' }, index: 1 });
  });

  test.each([
    ['an allow that is used up', [{ action: 'allow', once: true }], true],
    ['an allow that is not', [{ action: 'allow' }], false],
    ['a watch is never used up', [{ action: 'watch', once: true }], false],
  ])('once: %s', (_name, rules, used) => {
    const verdict = compilePolicies(rulesFrom(rules, 'deny')).evaluate(callOf({ command: 'ls' }), factsOf());
    expect(verdict.once !== undefined).toBe(used);
  });

  test('once: an allow that another action outranks is not used up', () => {
    const policies = [
      { name: 'a', rules: [{ action: 'allow', once: true }] },
      { name: 'b', rules: [{ action: 'ask' }] },
    ];
    const verdict = compilePolicies(documentsFrom({ 'a.yaml': { policies } })).evaluate(callOf(), factsOf());
    expect(verdict).not.toHaveProperty('once');
  });

  test('once: a durable allow is used up', () => {
    const policies = [{ name: 'mine', rules: [{ action: 'allow', once: true }] }];
    const set = compilePolicies(documentsFrom({ 'user-overrides.yaml': { policies } }));
    expect(set.evaluate(callOf(), factsOf()).once).toMatchObject({ action: 'allow' });
  });

  test('the same arguments give the same verdict', () => {
    const policies = compilePolicies(rulesFrom([{ action: 'deny', when: { command_contains: ['x'] } }], 'allow'));
    const decide = () => policies.evaluate(callOf({ command: 'a; x' }), factsOf());
    expect(decide()).toEqual(decide());
  });

  test('an invalid rule action at run time is a deny', () => {
    const [document] = rulesFrom([{ action: 'watch', message: 'm' }], 'allow');
    const broken = JSON.parse(JSON.stringify(document).replace('"watch"', '"permit"'));
    const verdict = compilePolicies([broken]).evaluate(callOf(), factsOf());
    expect(verdict).toMatchObject({ action: 'deny', message: 'invalid rule action; failing closed' });
  });
});

test('a script just below the limit is judged by its lines, though its readings are longer', () => {
  const script = 'a\n'.repeat(4000);
  const policies = compilePolicies(rulesFrom([{ action: 'deny', when: { command_matches: ['rm *'] } }], 'allow'));
  expect(policies.evaluate(callOf({ command: script }), factsOf()).action).toBe('allow');
  expect(policies.evaluate(callOf({ command: `${script}rm x` }), factsOf()).action).toBe('deny');
});

test('a removal too long to spell out counts as a match', () => {
  const policies = compilePolicies(rulesFrom([{ action: 'deny', when: { command_matches: ['never'] } }], 'allow'));
  const command = `find ${'a'.repeat(1000)} -exec rm ${'{}'.repeat(100)} +`;
  expect(policies.evaluate(callOf({ command }), factsOf()).action).toBe('deny');
});

describe('a command with more readings than are looked at', () => {
  const command = '$('.repeat(2000);

  test.each([
    ['deny', { command_matches: ['never'] }, true],
    ['deny', { command_contains: ['never'] }, true],
    ['deny', { command_env_assignments: ['NEVER'] }, true],
    ['deny', { path_matches: ['/x'], command_not_matches: ['*'] }, true],
    ['allow', { command_matches: ['*'] }, false],
    ['allow', { path_matches: ['/x'], command_not_matches: ['never'] }, false],
  ])('%s %j', (action, when, fires) => {
    const policies = compilePolicies(rulesFrom([{ action, when }], 'watch'));
    const verdict = policies.evaluate(callOf({ command, path: '/x' }), factsOf());
    expect(verdict.deciding !== undefined).toBe(fires);
  });
});
