import { describe, expect, it } from 'vitest';
import { compilePolicies } from '../../policy/compile.js';
import type { RuleAction, Verdict } from '../../policy/model.js';
import type { PolicySet } from '../../policy/policy.js';
import { canonicalCall } from '../canonical.js';
import { vectors } from '../vectors.js';
import { writtenProfiles } from './generate.js';
import { loadProfile, profileNames } from './index.js';

const written = writtenProfiles();

describe('built-in profiles', () => {
  it('are those that are written', () => {
    expect([...profileNames()].sort()).toEqual([...written.keys()].sort());
  });

  it.each([...written])('%s is made from what is written; if not, run generate.ts', async (name, document) => {
    expect(await loadProfile(name)).toEqual(document);
  });

  it.each([
    ['standard', 48, 84, 'deny'],
    ['paranoid', 5, 5, 'deny'],
    ['yolo', 1, 1, 'allow'],
    ['block-prompt-injection', 3, 7, 'allow'],
    ['research-agent', 4, 6, 'deny'],
    ['mcp-server', 7, 8, 'allow'],
    ['demo', 4, 4, 'allow'],
  ])('%s has %d policies and %d rules, and by default %s', async (name, policies, rules, action) => {
    const profile = await loadProfile(name);
    expect(profile.policies).toHaveLength(policies);
    expect(profile.policies.flatMap((policy) => policy.rules)).toHaveLength(rules);
    expect(profile.defaultAction).toBe(action);
  });

  it('are known by name', async () => {
    await expect(loadProfile('toString')).rejects.toThrow('There is no profile "toString"; the built-in ones are');
  });
});

interface Effect {
  readonly tool: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly response?: string;
  /** How often the tool was called within the window, this call included. */
  readonly calls?: number;
  readonly action: RuleAction;
  readonly message?: string;
  readonly policy?: string;
}

function decide(set: PolicySet, { tool, params, response, calls = 1 }: Effect): Verdict {
  const { call } = canonicalCall(tool, { params });
  const facts = { now: 0, callCount: () => calls, denyUnmatched: false };
  return response === undefined ? set.evaluate(call, facts) : set.evaluateResponse(call, response);
}

describe('the standard profile', async () => {
  const standard = await loadProfile('standard');
  const set = compilePolicies([standard]);

  it.each(
    vectors<Effect>('standard-effects').map(
      (effect) => [`${effect.tool} ${Object.values(effect.params).join(' ')}`, effect] as const,
    ),
  )('%s', (_name, effect) => {
    const { action, message, policy } = effect;
    const verdict = decide(set, effect);
    expect({
      action: verdict.action,
      ...(message !== undefined && { message: verdict.message }),
      ...(policy !== undefined && { policy: verdict.deciding?.policy.name }),
    }).toEqual({ action, ...(message !== undefined && { message }), ...(policy !== undefined && { policy }) });
  });

  it('has every policy in use by some effect', () => {
    const seen = new Set(vectors<Effect>('standard-effects').map(({ policy }) => policy));
    const responses = ['block-credential-leaks', 'watch-prompt-injection'];
    expect(standard.policies.map(({ name }) => name).filter((name) => !seen.has(name))).toEqual(responses);
  });

  it('ends with what allows the rest', () => {
    expect(standard.policies.at(-1)).toMatchObject({
      name: 'allow-unmatched',
      priority: 10_000,
      match: { tools: ['*'] },
    });
  });
});

describe('the other profiles', async () => {
  const names = profileNames().filter((name) => name !== 'standard');
  const effects = vectors<Effect & { readonly profile: string }>('profile-effects');
  const sets = new Map<string, PolicySet>();
  for (const name of names) sets.set(name, compilePolicies([await loadProfile(name)]));

  it.each(
    effects.map(
      (effect) => [effect.profile, `${effect.tool} ${Object.values(effect.params).join(' ')}`, effect] as const,
    ),
  )('%s: %s', (profile, _call, effect) => {
    const set = sets.get(profile);
    if (set === undefined) throw new Error(`no profile ${profile}`);
    const verdict = decide(set, effect);
    expect([verdict.action, verdict.deciding?.policy.name]).toEqual([effect.action, effect.policy]);
  });

  it.each(names)('%s has every policy in use by some effect', async (name) => {
    const used = new Set(effects.filter(({ profile }) => profile === name).map(({ policy }) => policy));
    expect(
      (await loadProfile(name)).policies.map((policy) => policy.name).filter((policy) => !used.has(policy)),
    ).toEqual([]);
  });
});
