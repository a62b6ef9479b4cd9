import { readCommand } from './commands/read.js';
import { type DefaultAction, evaluateRequest, type RequestRules } from './evaluate.js';
import { MATCH_LIMIT } from './globs/glob.js';
import { ambiguousField, oversizedField } from './guards.js';
import type { Facts, ToolCall, Verdict } from './model.js';
import { list, quote } from './rules/check.js';
import { uncovered } from './rules/command-field.js';
import { CallContext } from './rules/context.js';

/** A command of more parts is not tried part by part. */
const PARTS_LIMIT = 16;

/** What would have let a refused call through, in words; empty when it was let through. */
export function wouldAllow(rules: RequestRules, call: ToolCall, facts: Facts, verdict: Verdict): string[] {
  const { action, deciding } = verdict;
  if (passes(verdict)) return [];
  const ambiguous = ambiguousField(call);
  if (ambiguous !== undefined) return [`sending one value for the ${ambiguous}`];
  const oversized = oversizedField(call, rules.parameters);
  if (oversized !== undefined) return [`sending a ${oversized.field} of at most ${MATCH_LIMIT} bytes`];

  const ways = withoutRefusedParts(rules, call, facts);
  const override = `a rule in user-overrides.yaml allowing ${quote(subjectOf(call))}`;
  if (deciding === undefined) return [...ways, ...nearMisses(rules, call, facts), override, ...defaults(rules, facts)];
  const { file, line } = deciding.rule.source;
  const rule = `rule ${deciding.index} of policy "${deciding.policy.name}" (${file}:${line})`;
  if (action === 'deny') return [...ways, `removing or narrowing ${rule}; nothing outranks a deny`];
  if (action === 'webhook') return [...ways, `an answer of "allow" from the webhook of ${rule}`, override];
  return [...ways, 'approval by a human', override, `removing or narrowing ${rule}`];
}

function passes({ action }: Verdict): boolean {
  return action === 'allow' || action === 'watch';
}

/** What the call is about, in one value. */
function subjectOf({ command, path, url, tool }: ToolCall): string {
  return command || path || url || tool;
}

/** Of a compound command, the parts without which the rest would pass. */
function withoutRefusedParts(rules: RequestRules, call: ToolCall, facts: Facts): string[] {
  if (call.command === '') return [];
  const { components } = readCommand(call.command);
  if (components.length < 2 || components.length > PARTS_LIMIT) return [];
  const isAllowed = (command: string) => passes(evaluateRequest(rules, { ...call, command }, facts));
  const refused = components.filter((component) => !isAllowed(component));
  const rest = components.filter((component) => !refused.includes(component));
  if (refused.length === 0 || rest.length === 0 || !isAllowed(rest.join(' && '))) return [];
  return [`removing ${list(refused.map(quote))} from the command`];
}

/** Allows that cover some of a compound command but not all of it. */
function nearMisses(rules: RequestRules, call: ToolCall, facts: Facts): string[] {
  if (call.command === '') return [];
  const plan = rules.planner.plan(call, facts.policyBinding);
  const context = new CallContext(call, facts, rules.tables, plan.pathBases);
  return plan.commandRules.flatMap(({ policy, compiled: { rule, index, command } }) => {
    if (rule.action !== 'allow' || command === undefined || plan.isBound[policy.position] !== 1) return [];
    const open = uncovered(command, context.command);
    if (open.length === 0 || open.length === context.command.reading.components.length) return [];
    const { file, line } = rule.source;
    return [`rule ${index} of policy "${policy.policy.name}" (${file}:${line}) also covering ${list(open.map(quote))}`];
  });
}

function defaults({ defaultAction }: RequestRules, { denyUnmatched }: Facts): string[] {
  if (!denyUnmatched) return ['default_action: allow'];
  const otherwise: DefaultAction = defaultAction;
  return otherwise === 'allow' || otherwise === 'watch'
    ? [`a credential that belongs to no agent: for those the default action is ${otherwise}`]
    : [];
}
