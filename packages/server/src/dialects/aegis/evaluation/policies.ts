import type { Scope } from '../conditions/parse.js';
import { ConditionError } from '../conditions/values.js';
import { OUTCOMES, type Outcome } from '../registry/model.js';
import type { CompiledRule } from '../registry/registry.js';

/** One rule that was looked at. */
export interface PolicyStep {
  readonly policy_id: string;
  readonly policy_name: string;
  readonly effect: Outcome;
  readonly matched: boolean;
  readonly rule: number;
  readonly condition?: string;
}

export interface PolicyVerdict {
  readonly outcome: Outcome;
  readonly reason: string;
  /** Name of the policy that decided; absent for default deny. */
  readonly matched?: string;
  readonly steps: readonly PolicyStep[];
}

/** A rule's condition could not be evaluated: AEGIS-POL-009. */
export class PolicyConditionError extends Error {
  override readonly name = 'PolicyConditionError';
  readonly policyId: string;
  readonly steps: readonly PolicyStep[];

  constructor(rule: CompiledRule, steps: readonly PolicyStep[], cause: ConditionError) {
    super(`The condition of rule ${rule.index} of policy '${rule.policy.name}' failed: ${cause.message}`, { cause });
    this.policyId = rule.policy.id;
    this.steps = steps;
  }
}

/** What wins: the strictest outcome of all that match, or the one of the highest priority. */
export type Precedence = 'strictest' | 'priority';

const DEFAULT_DENY = 'No matching allow policy found (default-deny).';

const REASONS: Readonly<Record<Outcome, (name: string) => string>> = {
  DENY: (name) => `Denied by policy '${name}'.`,
  ESCALATE: (name) => `Escalation required by policy '${name}'.`,
  REQUIRE_CONFIRMATION: (name) => `Human confirmation required by policy '${name}'.`,
  ALLOW: (name) => `Approved by policy '${name}'.`,
};

/**
 * Evaluates rules in their order. The first DENY ends it whatever its priority; else the strictest outcome wins, named by
 * its first rule. Nothing matching is a denial.
 *
 * @throws PolicyConditionError unless a denial was met before.
 */
export function evaluatePolicies(rules: readonly CompiledRule[], scope: Scope, precedence: Precedence): PolicyVerdict {
  const steps: PolicyStep[] = [];
  const first = new Map<Outcome, CompiledRule>();
  let highest: number | undefined;
  for (const rule of rules) {
    // Rules of a lower priority have no say any more.
    if (precedence === 'priority' && highest !== undefined && rule.priority < highest) break;
    const matched = holds(rule, scope, steps);
    steps.push(stepOf(rule, matched));
    if (!matched) continue;
    highest ??= rule.priority;
    if (!first.has(rule.outcome)) first.set(rule.outcome, rule);
    if (rule.outcome === 'DENY') break;
  }
  const outcome = OUTCOMES.find((one) => first.has(one));
  const decisive = outcome && first.get(outcome);
  if (decisive === undefined) return { outcome: 'DENY', reason: DEFAULT_DENY, steps };
  const { name } = decisive.policy;
  return { outcome: decisive.outcome, reason: REASONS[decisive.outcome](name), matched: name, steps };
}

function holds(rule: CompiledRule, scope: Scope, steps: readonly PolicyStep[]): boolean {
  if (rule.condition === undefined) return true;
  try {
    return rule.condition(scope);
  } catch (error) {
    throw error instanceof ConditionError ? new PolicyConditionError(rule, steps, error) : error;
  }
}

function stepOf({ policy, outcome, index, text }: CompiledRule, matched: boolean): PolicyStep {
  return {
    policy_id: policy.id,
    policy_name: policy.name,
    effect: outcome,
    matched,
    rule: index,
    ...(text !== undefined && { condition: text }),
  };
}
