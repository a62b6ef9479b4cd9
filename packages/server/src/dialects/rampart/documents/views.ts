import type { Policy, RuleAction } from '../policy/model.js';
import type { PolicySet } from '../policy/policy.js';

const DEFAULT_PRIORITY = 100;

/** The answer of `GET /v1/policy/summary`. */
export interface PolicySummary {
  readonly default_action: string;
  readonly rules: readonly { readonly name: string; readonly action: RuleAction; readonly summary: string }[];
  readonly summary: string;
}

/** The answer of `GET /v1/policies`. */
export interface PolicyList {
  readonly policies: readonly {
    readonly name: string;
    readonly priority?: number;
    readonly source_file: string;
    readonly match_tools?: readonly string[];
    readonly match_agent?: string;
    readonly rule_count: number;
  }[];
  readonly default_action: string;
  readonly count: number;
}

function policiesOf(set: Pick<PolicySet, 'documents'>): readonly Policy[] {
  return set.documents.flatMap((document) => document.policies);
}

/** Policies and rules of a set, for status and reload answers. */
export function countPolicies(set: Pick<PolicySet, 'documents'>): {
  readonly policies: number;
  readonly rules: number;
} {
  const policies = policiesOf(set);
  return { policies: policies.length, rules: policies.reduce((sum, { rules }) => sum + rules.length, 0) };
}

/** The rules in force at a time (milliseconds since the epoch), in the words of their messages. */
export function summarise(set: PolicySet, now: number): PolicySummary {
  const rules = policiesOf(set)
    .filter(({ enabled }) => enabled)
    .flatMap(({ name, rules }) =>
      rules
        .filter(({ expiresAt }) => expiresAt === undefined || expiresAt > now)
        .map(({ action, message }) => ({ name, action, summary: message || name.replaceAll('-', ' ') })),
    );
  const summary = `${rules.length} active rules loaded; default action: ${set.defaultAction}`;
  return { default_action: set.defaultAction, rules, summary };
}

/** Every policy with where it was written. */
export function listPolicies(set: PolicySet): PolicyList {
  const policies = policiesOf(set).map(({ name, priority, source, match, rules }) => ({
    name,
    ...(priority !== DEFAULT_PRIORITY && { priority }),
    source_file: source.file,
    ...(match.tools && { match_tools: match.tools }),
    ...(match.agent !== '*' && { match_agent: match.agent }),
    rule_count: rules.length,
  }));
  return { policies, default_action: set.defaultAction, count: policies.length };
}
