import { describe, expect, test } from 'vitest';
import { compilePolicies } from './compile.js';
import type { Facts, ToolCall, Trace } from './model.js';
import { callOf, documentOf, documentsFrom, factsOf, type PolicyDraft, rulesFrom } from './testing.js';

function traceOf(policies: readonly PolicyDraft[], call: Partial<ToolCall>, facts: Partial<Facts> = {}): Trace {
  const set = compilePolicies([documentOf(policies, { file: '/p/rampart.yaml' })]);
  const { trace } = set.evaluate(callOf(call), factsOf(facts), { trace: true });
  if (trace === undefined) throw new Error('no trace');
  return trace;
}

const gits: PolicyDraft = { name: 'gits', rules: [{ action: 'allow', when: { commandMatches: ['git *'] } }] };

describe('a trace', () => {
  test('is absent unless it is asked for', () => {
    const set = compilePolicies([documentOf([gits])]);
    expect(set.evaluate(callOf({ command: 'ls' }), factsOf())).not.toHaveProperty('trace');
  });

  test('gives the input and every text that patterns were held against', () => {
    const trace = traceOf([gits], { command: "FOO=1 'git' status" });
    expect(trace.call.command).toBe("FOO=1 'git' status");
    expect(trace.commands).toEqual(["FOO=1 'git' status", 'git status']);
  });

  test('names the deciding rule with file and line', () => {
    const trace = traceOf([gits], { command: 'git status' });
    expect(trace.deciding).toEqual({ policy: 'gits', rule: 0, source: { file: '/p/rampart.yaml', line: 2 } });
    expect(trace.policies[0]?.rules[0]).toMatchObject({ fired: true, because: 'command patterns cover `git status`' });
    expect(trace.wouldAllow).toEqual([]);
  });

  test('lists policies in order of evaluation, with their scope', () => {
    const trace = traceOf(
      [
        { name: 'late', priority: 200, rules: [{ action: 'allow' }] },
        { name: 'reads', match: { tools: ['read'] }, rules: [{ action: 'deny' }] },
      ],
      { command: 'ls' },
    );
    expect(trace.policies.map(({ name, priority, inScope }) => [name, priority, inScope])).toEqual([
      ['reads', 100, false],
      ['late', 200, true],
    ]);
    expect(trace.policies[0]?.rules[0]?.because).toContain('tool "exec"');
  });

  test.each<[string, PolicyDraft['rules'], Partial<ToolCall>, string]>([
    ['matches always', [{ action: 'watch' }], {}, 'it matches every call'],
    ['expired', [{ action: 'watch', expiresAt: 0 }], {}, 'it has expired'],
    ['about responses', [{ action: 'deny', when: { responseMatches: ['x'] } }], {}, 'it asks nothing of a request'],
    [
      'a restriction that fits',
      [{ action: 'deny', when: { commandMatches: ['rm *'] } }],
      { command: 'ls; rm x' },
      '`rm *` fits `rm x`',
    ],
    [
      'a restriction that does not',
      [{ action: 'deny', when: { commandMatches: ['rm *'] } }],
      { command: 'ls' },
      'no command pattern fits, or only what command_not_matches excludes',
    ],
    ['no command', [{ action: 'deny', when: { commandMatches: ['rm *'] } }], {}, 'there is no command'],
    [
      'a grant with a gap',
      [{ action: 'allow', when: { commandMatches: ['git *'] } }],
      { command: 'git log | cat' },
      'no command pattern covers `cat`',
    ],
    [
      'a grant with an exclusion',
      [{ action: 'allow', when: { commandMatches: ['git *'], commandNotMatches: ['git push*'] } }],
      { command: 'git push' },
      'command_not_matches excludes `git push`',
    ],
    [
      'an assignment',
      [{ action: 'deny', when: { commandEnvAssignments: ['LD_*'] } }],
      { command: 'LD_PRELOAD=x ls' },
      'it sets `LD_PRELOAD`',
    ],
    [
      'no assignment',
      [{ action: 'deny', when: { commandEnvAssignments: ['LD_*'] } }],
      { command: 'ls' },
      'it sets none of `LD_*`',
    ],
    ['a path', [{ action: 'deny', when: { pathMatches: ['/etc/**'] } }], { path: '/etc/x' }, '`/etc/**` fits `/etc/x`'],
    [
      'an excluded path',
      [{ action: 'deny', when: { pathMatches: ['/etc/**'], pathNotMatches: ['/etc/x'] } }],
      { path: '/etc/x' },
      'path_not_matches excludes `/etc/x`',
    ],
    [
      'a domain',
      [{ action: 'deny', when: { domainMatches: ['*.test'] } }],
      { domain: 'x.test' },
      '`*.test` fits `x.test`',
    ],
    ['no URL', [{ action: 'deny', when: { urlMatches: ['*'] } }], {}, 'there is no url'],
    [
      'a parameter',
      [{ action: 'deny', when: { toolParamMatches: { a: '1' } } }],
      { view: { a: 1 } },
      'parameter `a` fits `1`',
    ],
    ['a session', [{ action: 'watch', when: { sessionMatches: ['main'] } }], {}, 'session `s1` does not fit `main`'],
    ['a depth', [{ action: 'watch', when: { agentDepth: { gte: 1 } } }], {}, 'the agent is nested 0 deep'],
    [
      'a count',
      [{ action: 'watch', when: { callCount: { gte: 5, windowMs: 60_000 } } }],
      {},
      '1 calls of `exec` in 60 s, the rule asks for 5',
    ],
  ])('says why a rule fires or does not: %s', (_name, rules, call, because) => {
    expect(traceOf([{ rules }], call).policies[0]?.rules[0]?.because).toBe(because);
  });

  test('says that an earlier rule or policy had decided', () => {
    const trace = traceOf([{ rules: [{ action: 'deny' }, { action: 'watch' }] }, { rules: [{ action: 'watch' }] }], {
      command: 'ls',
    });
    expect(trace.policies.map(({ rules }) => rules.map(({ fired, because }) => [fired, because]))).toEqual([
      [
        [true, 'it matches every call'],
        [false, 'an earlier rule of the policy had decided'],
      ],
      [[false, 'an earlier policy had denied the call']],
    ]);
  });

  test('says that a binding hides a policy', () => {
    const trace = traceOf([gits], { command: 'git log' }, { policyBinding: 'ci' });
    expect(trace.policies[0]).toMatchObject({
      inScope: false,
      rules: [{ because: 'the credential is bound to the policies of ci' }],
    });
  });
});

describe('what would have allowed the call', () => {
  const deny: PolicyDraft = {
    name: 'no-rm',
    rules: [{ action: 'deny', when: { commandMatches: ['rm *'] } }, { action: 'allow' }],
  };
  const ask: PolicyDraft = {
    name: 'asks',
    rules: [{ action: 'ask', when: { commandMatches: ['deploy*'] } }, { action: 'allow' }],
  };
  const wouldAllow = (policies: readonly PolicyDraft[], call: Partial<ToolCall>, facts?: Partial<Facts>) =>
    traceOf(policies, call, facts).wouldAllow;

  test('a deny: only the rule itself', () => {
    expect(wouldAllow([deny], { command: 'rm x' })).toEqual([
      'removing or narrowing rule 0 of policy "no-rm" (/p/rampart.yaml:2); nothing outranks a deny',
    ]);
  });

  test('a deny of one part: leaving that part out', () => {
    expect(wouldAllow([deny], { command: 'ls && rm x' })[0]).toBe('removing `rm x` from the command');
  });

  test('an ask: a human, or a rule of the operator', () => {
    expect(wouldAllow([ask], { command: 'deploy' })).toEqual([
      'approval by a human',
      'a rule in user-overrides.yaml allowing `deploy`',
      'removing or narrowing rule 0 of policy "asks" (/p/rampart.yaml:2)',
    ]);
  });

  test('a webhook: its answer', () => {
    const webhook = { url: 'https://hook.test', timeoutMs: 1000, failOpen: false };
    expect(wouldAllow([{ name: 'hook', rules: [{ action: 'webhook', webhook }] }], { command: 'x' })[0]).toBe(
      'an answer of "allow" from the webhook of rule 0 of policy "hook" (/p/rampart.yaml:2)',
    );
  });

  test('nothing matched: what nearly did, a rule, or the default', () => {
    expect(wouldAllow([gits], { command: 'git log | cat' })).toEqual([
      'removing `cat` from the command',
      'rule 0 of policy "gits" (/p/rampart.yaml:2) also covering `cat`',
      'a rule in user-overrides.yaml allowing `git log | cat`',
      'default_action: allow',
    ]);
  });

  test('nothing matched, asked with an agent’s token', () => {
    const set = compilePolicies([documentOf([gits], { defaultAction: 'allow' })]);
    const { trace } = set.evaluate(callOf({ command: 'ls' }), factsOf({ denyUnmatched: true }), { trace: true });
    expect(trace?.defaultAction).toBe('deny');
    expect(trace?.wouldAllow.at(-1)).toBe(
      'a credential that belongs to no agent: for those the default action is allow',
    );
  });

  test('what it says is true: the override allows', () => {
    for (const command of ['git log | cat', 'echo "it\'s [x]"', 'a; b', "sh -c 'x y'"]) {
      const pattern = command.replace(/[*?[]/g, '[$&]');
      const files = {
        'rampart.yaml': { policies: [{ name: 'asks', rules: [{ action: 'ask' }] }] },
        'user-overrides.yaml': {
          policies: [{ name: 'o', rules: [{ action: 'allow', when: { command_matches: [pattern] } }] }],
        },
      };
      const verdict = compilePolicies(documentsFrom(files)).evaluate(callOf({ command }), factsOf());
      expect([command, verdict.action]).toEqual([command, 'allow']);
    }
  });

  test('an ambiguous call: one value', () => {
    expect(wouldAllow([gits], { command: 'ls', params: { command: 'ls', cmd: 'x' } })).toEqual([
      'sending one value for the command',
    ]);
  });

  test('an oversized call: a shorter one, and nothing of it is matched', () => {
    const trace = traceOf([gits], { command: 'a'.repeat(9000) });
    expect(trace.wouldAllow).toEqual(['sending a command of at most 8192 bytes']);
    expect([trace.commands, trace.policies]).toEqual([[], []]);
  });
});

test('rules from a file carry its lines', () => {
  const set = compilePolicies(rulesFrom([{ action: 'deny' }], 'allow'));
  const { trace } = set.evaluate(callOf(), factsOf(), { trace: true });
  expect(trace?.deciding?.source).toMatchObject({ file: 'rampart.yaml', line: 1 });
});
