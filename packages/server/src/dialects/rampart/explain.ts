import { isFields } from './documents/body.js';
import { canonicalCall } from './documents/canonical.js';
import { InvalidCallError } from './documents/errors.js';
import type { Remedy } from './explain/remedies.js';
import { type CredentialView, defaultOf, viewOf } from './explain/view.js';
import type { Trace } from './policy/model.js';
import { dryFacts } from './policy-routes.js';
import type { Rampart } from './runtime.js';

/** What would be decided about a call, and why. */
export interface Explanation {
  readonly decision: string;
  readonly message: string;
  readonly matched_policies: readonly string[];
  /** Whose credential the call would come with. */
  readonly as: CredentialView;
  /** What happens to a call that nothing matches, and why; `applied` when this is such a call. */
  readonly default: { readonly action: string; readonly because: string; readonly applied: boolean };
  /** What somebody can do about a refusal; each was tried before it is said. */
  readonly remedies: readonly Remedy[];
  readonly trace: Trace;
}

/**
 * Explains a call without recording it: `{ tool, …the fields of a decision request }`. A call of an agent that a token
 * names is explained as if it came with that token.
 *
 * @throws InvalidCallError when it does not parse.
 */
export async function explainCall(rampart: Rampart, call: unknown): Promise<Explanation> {
  if (!isFields(call) || typeof call['tool'] !== 'string') {
    throw new InvalidCallError('the call must be an object with a tool');
  }
  const { tool, ...body } = call;
  const canonical = canonicalCall(tool, body);
  const policies = rampart.policies.current();
  const view = await viewOf(rampart.engine, canonical.call.agent);
  const facts = {
    ...(await dryFacts(rampart, canonical.call.tool)),
    denyUnmatched: view.credential !== undefined,
    ...(view.policy !== undefined && { policyBinding: view.policy }),
  };
  const { trace, ...verdict } = policies.evaluate(canonical.call, facts, { trace: true });
  if (trace === undefined) throw new TypeError('a trace was asked for');
  // Writing YAML takes a library that few gateways ever need.
  const { remediesFor } = await import('./explain/remedies.js');
  const remedies = remediesFor({
    policies,
    overrides: rampart.policies.overridesPath,
    call: canonical.call,
    facts,
    verdict,
    judged: trace.judged,
  });
  return {
    decision: verdict.action,
    message: verdict.message,
    matched_policies: verdict.matchedPolicies,
    as: view,
    default: { ...defaultOf(policies, view), applied: trace.judged && verdict.deciding === undefined },
    remedies,
    trace,
  };
}
