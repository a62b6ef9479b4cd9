import { unjudgeable } from './guards.js';
import type { RegexTable } from './index/regex-table.js';
import type { Policy, Rule, ToolCall, Verdict } from './model.js';
import type { Planner } from './plan.js';
import type { CompiledPolicy } from './scope.js';
import { uncompilable } from './validate.js';

/** Longest output that is scanned, in bytes of UTF-8. */
const RESPONSE_LIMIT = 1_048_576;

/** A rule about what a tool answers. */
export interface ResponseRule {
  readonly rule: Rule;
  readonly index: number;
  readonly wanted: readonly number[];
  readonly excluded: readonly number[];
}

/** What the evaluation of responses reads of a policy set. */
export interface ResponseRules {
  readonly planner: Planner;
  readonly regexes: RegexTable;
  readonly byPolicy: ReadonlyMap<CompiledPolicy, readonly ResponseRule[]>;
  readonly parameters: ReadonlySet<string>;
}

/** Compiles the rules of a policy that speak of responses. */
export function compileResponseRules(policy: Policy, regexes: RegexTable): ResponseRule[] {
  return policy.rules.flatMap((rule, index) => {
    const intern = (pattern: string) => {
      try {
        return regexes.intern(pattern);
      } catch (cause) {
        const problem = cause instanceof Error ? cause.message : String(cause);
        throw uncompilable(policy, index, `response pattern ${JSON.stringify(pattern)}: ${problem}`, { cause });
      }
    };
    const wanted = (rule.when.responseMatches ?? []).map(intern);
    const excluded = (rule.when.responseNotMatches ?? []).map(intern);
    return wanted.length === 0 ? [] : [{ rule, index, wanted, excluded }];
  });
}

/** Decides what becomes of a tool's output. Conditions on the request, expiry and credentials play no part. */
export function evaluateResponse(rules: ResponseRules, call: ToolCall, response: string): Verdict {
  const refusal = unjudgeable(call, rules.parameters);
  if (refusal !== undefined) return plain('deny', refusal);
  const { scoped } = rules.planner.plan(call, undefined);
  if (scoped.length === 0) return plain('allow', 'no matching policy; response allowed');
  const applicable = scoped.filter((policy) => rules.byPolicy.has(policy));
  if (applicable.length === 0 || response === '') return plain('allow', 'no matching response rule; response allowed');
  if (response.length * 3 > RESPONSE_LIMIT && Buffer.byteLength(response) > RESPONSE_LIMIT) {
    return plain('deny', `response exceeds the ${RESPONSE_LIMIT}-byte policy matching limit; failing closed`);
  }

  const found = rules.regexes.match(response);
  const has = (id: number) => found.has(id);
  const matchedPolicies: string[] = [];
  let verdict: Verdict | undefined;
  for (const policy of applicable) {
    const fired = rules.byPolicy.get(policy)?.find(({ wanted, excluded }) => wanted.some(has) && !excluded.some(has));
    if (fired === undefined) continue;
    matchedPolicies.push(policy.policy.name);
    const { rule, index } = fired;
    const deciding = { policy: policy.policy, rule, index };
    const passes = rule.action === 'allow' || rule.action === 'watch';
    // The tool has run: there is nothing left to ask about, so whatever would hold it back withholds the output.
    if (!passes) return { action: 'deny', message: rule.message, matchedPolicies, suggest: false, deciding };
    const outranks =
      verdict === undefined || (verdict.action === 'allow' && (rule.action === 'watch' || verdict.message === ''));
    if (outranks) verdict = { action: rule.action, message: rule.message, matchedPolicies, suggest: false, deciding };
  }
  return verdict ?? plain('allow', 'no matching response rule; response allowed');
}

function plain(action: 'allow' | 'deny', message: string): Verdict {
  return { action, message, matchedPolicies: [], suggest: false };
}
