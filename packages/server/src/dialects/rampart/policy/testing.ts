import { readFileSync } from 'node:fs';
import { loadPolicies } from '../documents/load.js';
import type { Facts, Policy, PolicyDocument, Rule, RuleAction, ToolCall, When } from './model.js';

/** A rule in short: what it does and when. */
export type RuleDraft = { readonly action: RuleAction } & Partial<Omit<Rule, 'action'>>;

/** A policy in short; anything left out takes the default of a policy file. */
export type PolicyDraft = Partial<Omit<Policy, 'rules' | 'match'>> & {
  readonly match?: Partial<Policy['match']>;
  readonly rules: readonly RuleDraft[];
};

/** Builds a document as the loader would, with one line per rule. */
export function documentOf(
  policies: readonly PolicyDraft[],
  { file = 'policy.yaml', ...rest }: Partial<Omit<PolicyDocument, 'policies'>> = {},
): PolicyDocument {
  let line = 0;
  const built = policies.map(({ match, rules, ...policy }, index): Policy => {
    const source = { file, line: ++line };
    return {
      name: `policy-${index}`,
      description: '',
      priority: 100,
      enabled: true,
      source,
      ...policy,
      match: { agent: '*', session: '*', ...match },
      rules: rules.map((rule) => ({ when: {}, message: '', once: false, source: { file, line: ++line }, ...rule })),
    };
  });
  return { file, tests: [], ...rest, policies: built };
}

/** Builds a call of `exec` with a command, unless told otherwise. */
export function callOf(call: Partial<ToolCall> = {}): ToolCall {
  const { command = '', path = '', url = '' } = call;
  const params = { ...(command && { command }), ...(path && { path }), ...(url && { url }) };
  return {
    tool: 'exec',
    agent: 'tester',
    session: 's1',
    agentDepth: 0,
    params,
    view: params,
    workdir: '',
    domain: '',
    scheme: '',
    ...call,
    command,
    path,
    url,
  };
}

/** Facts of a quiet moment: nothing was called before, no credential is bound. */
export function factsOf(facts: Partial<Facts> = {}): Facts {
  return { now: Date.UTC(2026, 0, 1), callCount: () => 1, denyUnmatched: false, ...facts };
}

/** One rule about commands, in a policy of its own. */
export function commandRule(action: RuleAction, ...commandMatches: readonly string[]): PolicyDraft {
  const when: When = { commandMatches };
  return { name: `${action}-${commandMatches[0] ?? 'any'}`, rules: [{ action, when }] };
}

/** Reads a file of the vectors that an implementation in any language can be held against. */
export function vectors<Vector>(name: string): readonly Vector[] {
  const file = new URL(`../../../../../../vectors/rampart/policy/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8'));
}

/** Policy files as vectors hold them: by name, in load order, in the words of a policy file. */
export function documentsFrom(files: Readonly<Record<string, unknown>>): readonly PolicyDocument[] {
  return Object.entries(files).map(([file, content]) => loadPolicies(JSON.stringify(content), file));
}

/** One policy file with one policy of these rules, in the words of a policy file. */
export function rulesFrom(rules: unknown, defaultAction: string): readonly PolicyDocument[] {
  return documentsFrom({ 'rampart.yaml': { default_action: defaultAction, policies: [{ name: 'p', rules }] } });
}
