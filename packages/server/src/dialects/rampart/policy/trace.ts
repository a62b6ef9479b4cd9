import { isExpired, type RequestRules } from './evaluate.js';
import { unjudgeable } from './guards.js';
import type { Facts, ToolCall, Trace, TracePolicy, TraceRule, Verdict } from './model.js';
import type { Plan } from './plan.js';
import { CallContext } from './rules/context.js';
import type { CompiledRule } from './rules/rule.js';
import type { CompiledPolicy } from './scope.js';
import { wouldAllow } from './would-allow.js';

/** How a verdict came about. Looks at every rule of every policy: it is for people, not for the hot path. */
export function explain(rules: RequestRules, call: ToolCall, facts: Facts, verdict: Verdict): Trace {
  const judged = unjudgeable(call, rules.parameters) === undefined;
  const plan = rules.planner.plan(call, facts.policyBinding);
  const context = new CallContext(call, facts, rules.tables, plan.pathBases);
  const { deciding } = verdict;
  return {
    call,
    commands: judged && call.command !== '' ? context.command.texts : [],
    judged,
    policies: judged ? tracePolicies(rules, plan, context, verdict) : [],
    ...(deciding === undefined
      ? {}
      : { deciding: { policy: deciding.policy.name, rule: deciding.index, source: deciding.rule.source } }),
    defaultAction: facts.denyUnmatched ? 'deny' : rules.defaultAction,
    wouldAllow: wouldAllow(rules, call, facts, verdict),
  };
}

function tracePolicies(
  rules: RequestRules,
  plan: Plan,
  context: CallContext,
  { deciding, action }: Verdict,
): TracePolicy[] {
  let denied = false;
  return rules.planner.policies.map((compiled) => {
    const { name, priority, source } = compiled.policy;
    const inScope = isConsidered(plan, compiled);
    const traced = inScope
      ? traceRules(compiled, context, denied)
      : compiled.rules.map((rule) => traceRule(rule, false, outOfScope(plan, compiled, context)));
    denied ||= action === 'deny' && deciding?.policy === compiled.policy;
    return { name, priority, source, inScope, rules: traced };
  });
}

/** A binding hides a policy from a credential, but not the operator's standing allows. */
function isConsidered(plan: Plan, { position, durableMessage }: CompiledPolicy): boolean {
  return plan.isBound[position] === 1 || (durableMessage !== undefined && plan.isScoped[position] === 1);
}

function outOfScope(plan: Plan, { position }: CompiledPolicy, { call, facts }: CallContext): string {
  if (plan.isScoped[position] === 1) return `the credential is bound to the policies of ${facts.policyBinding}`;
  return `the policy is not about agent "${call.agent}", session "${call.session}" and tool "${call.tool}"`;
}

function traceRules({ rules, ...compiled }: CompiledPolicy, context: CallContext, denied: boolean): TraceRule[] {
  let decided = false;
  return rules.map((rule) => {
    if (denied) return traceRule(rule, false, 'an earlier policy had denied the call');
    if (decided) return traceRule(rule, false, 'an earlier rule of the policy had decided');
    const placed = { position: 0, policy: { rules, ...compiled }, compiled: rule };
    if (isExpired(placed, context.facts.now)) return traceRule(rule, false, 'it has expired');
    if (rule.trigger === 'never') return traceRule(rule, false, 'it asks nothing of a request');
    const failing = rule.checks.find((check) => !check.holds(context));
    decided = failing === undefined;
    const because = failing?.explain(context) ?? rule.checks.map((check) => check.explain(context)).join('; ');
    return traceRule(rule, decided, because || 'it matches every call');
  });
}

function traceRule({ rule, index }: CompiledRule, fired: boolean, because: string): TraceRule {
  return { index, action: rule.action, source: rule.source, fired, because };
}
