import { isFields } from './documents/body.js';
import { canonicalCall } from './documents/canonical.js';
import { InvalidCallError } from './documents/errors.js';
import { suggestions } from './documents/suggestions.js';
import { dryFacts } from './policy-routes.js';
import type { Rampart } from './runtime.js';

/** What would be decided about a call, and why. */
export type Explanation = Readonly<
  Record<'decision' | 'message' | 'matched_policies' | 'suggestions' | 'trace', unknown>
>;

/**
 * Explains a call without recording it: `{ tool, …the fields of a decision request }`.
 *
 * @throws InvalidCallError when it does not parse.
 */
export async function explainCall(rampart: Rampart, call: unknown): Promise<Explanation> {
  if (!isFields(call) || typeof call['tool'] !== 'string') {
    throw new InvalidCallError('the call must be an object with a tool');
  }
  const { tool, ...body } = call;
  const canonical = canonicalCall(tool, body);
  const facts = await dryFacts(rampart, canonical.call.tool);
  const verdict = rampart.policies.current().evaluate(canonical.call, facts, { trace: true });
  return {
    decision: verdict.action,
    message: verdict.message,
    matched_policies: verdict.matchedPolicies,
    suggestions: verdict.suggest ? suggestions(canonical.call) : [],
    trace: verdict.trace,
  };
}
