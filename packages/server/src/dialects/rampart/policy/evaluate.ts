import { unjudgeable } from './guards.js';
import type { Facts, RuleAction, ToolCall, Verdict } from './model.js';
import type { PlacedRule, Plan, Planner } from './plan.js';
import { CallContext } from './rules/context.js';
import type { Tables } from './rules/tables.js';

/** What the evaluation of requests reads of a policy set. */
export interface RequestRules {
  readonly planner: Planner;
  readonly tables: Tables;
  readonly defaultAction: DefaultAction;
  /** Parameters that some rule looks at. */
  readonly parameters: ReadonlySet<string>;
}

/** What happens to a call that no rule speaks of. */
export type DefaultAction = Exclude<RuleAction, 'webhook'>;

/** Which action wins across policies; a deny wins at once. */
const RANK: ReadonlyMap<string, number> = new Map([
  ['allow', 0],
  ['watch', 1],
  ['ask', 2],
  ['webhook', 3],
  ['deny', 4],
]);

/** Decides a request. */
export function evaluateRequest(rules: RequestRules, call: ToolCall, facts: Facts): Verdict {
  const refusal = unjudgeable(call, rules.parameters);
  if (refusal !== undefined) return guard(refusal);

  const plan = rules.planner.plan(call, facts.policyBinding);
  const fallback = facts.denyUnmatched ? 'deny' : rules.defaultAction;
  const fired: PlacedRule[] = [];
  let durable: PlacedRule | undefined;
  for (const placed of firing(rules, plan, call, facts)) {
    const { action } = placed.compiled.rule;
    if (action === 'allow' && placed.policy.durableMessage !== undefined) durable ??= placed;
    if (plan.isBound[placed.policy.position] !== 1) continue;
    fired.push(placed);
    if (!RANK.has(action)) return denied(plan, fired, placed, 'invalid rule action; failing closed');
    if (action === 'deny') return denied(plan, fired, placed, placed.compiled.rule.message);
  }
  if (durable !== undefined) return durablyAllowed(durable);
  if (plan.bound.length === 0) {
    return {
      action: fallback,
      message: 'no matching policy; using default action',
      matchedPolicies: [],
      suggest: false,
    };
  }
  return fired.length === 0 ? unmatched(fallback) : combined(fired);
}

/** The first rule that fires of each policy, in order of evaluation. */
function* firing(rules: RequestRules, plan: Plan, call: ToolCall, facts: Facts): Generator<PlacedRule> {
  const context = new CallContext(call, facts, rules.tables, plan.pathBases);
  let decided = -1;
  for (const placed of rules.planner.candidates(plan, context)) {
    const { policy, compiled } = placed;
    if (policy.position === decided || isExpired(placed, facts.now)) continue;
    if (!compiled.checks.every((check) => check.holds(context))) continue;
    decided = policy.position;
    yield placed;
  }
}

/** Whether a rule's time is over. */
export function isExpired({ compiled }: PlacedRule, now: number): boolean {
  return compiled.rule.expiresAt !== undefined && compiled.rule.expiresAt <= now;
}

function guard(message: string): Verdict {
  return { action: 'deny', message, matchedPolicies: [], suggest: false };
}

/** A deny names the policies that fired and then all that were still to come, whether or not a rule of theirs fits. */
function denied(plan: Plan, fired: readonly PlacedRule[], by: PlacedRule, message: string): Verdict {
  const following = plan.bound.indexOf(by.policy) + 1;
  const matchedPolicies = [...fired.map(nameOf), ...plan.names.slice(following)];
  return { action: 'deny', message, matchedPolicies, suggest: true, deciding: decidingOf(by) };
}

function durablyAllowed(by: PlacedRule): Verdict {
  const message = by.compiled.rule.message || (by.policy.durableMessage ?? '');
  return settled('allow', message, [by], by);
}

/** The wording speaks of project policies even where there are none; clients may match on it. */
function unmatched(fallback: DefaultAction): Verdict {
  if (fallback === 'allow') {
    return { action: 'allow', message: 'no matching rule; using default action', matchedPolicies: [], suggest: false };
  }
  const message = `project policy cannot weaken global default ${fallback}`;
  return { action: fallback, message, matchedPolicies: [], suggest: fallback === 'deny' };
}

function combined(fired: readonly PlacedRule[]): Verdict {
  const rank = ({ compiled }: PlacedRule) => RANK.get(compiled.rule.action) ?? 0;
  const strongest = Math.max(...fired.map(rank));
  const agreeing = fired.filter((placed) => rank(placed) === strongest);
  const spoken = strongest === 0 ? agreeing.find(({ compiled }) => compiled.rule.message !== '') : undefined;
  const by = spoken ?? agreeing[0];
  if (by === undefined) throw new RangeError('no rule fired');
  return settled(by.compiled.rule.action, by.compiled.rule.message, fired, by);
}

function settled(action: RuleAction, message: string, fired: readonly PlacedRule[], by: PlacedRule): Verdict {
  const { rule } = by.compiled;
  const verdict = { action, message, matchedPolicies: fired.map(nameOf), suggest: false, deciding: decidingOf(by) };
  return action === 'allow' && rule.once ? { ...verdict, once: rule } : verdict;
}

function decidingOf({ policy, compiled }: PlacedRule): NonNullable<Verdict['deciding']> {
  return { policy: policy.policy, rule: compiled.rule, index: compiled.index };
}

function nameOf({ policy }: PlacedRule): string {
  return policy.policy.name;
}
