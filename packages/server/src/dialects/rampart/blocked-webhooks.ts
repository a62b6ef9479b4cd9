import type { Log } from '../../engine/engine.js';
import type { OutboundError } from '../../outbound/errors.js';
import type { PolicySet } from './policy/policy.js';

const told = new WeakMap<PolicySet, Set<string>>();

/** Tells of a policy's webhook that the gateway may not call, once for as long as these policies are in force. */
export function tellOfBlocked(
  log: Log,
  policies: PolicySet,
  { policy, url }: { readonly policy: string; readonly url: string },
  error: OutboundError,
): void {
  const known = told.get(policies) ?? new Set();
  told.set(policies, known);
  const key = `${policy}\0${url}`;
  if (known.has(key)) return;
  known.add(key);
  // Of the address, the host alone: the rest of a webhook's is often its secret.
  log.warn({ err: error, policy, host: new URL(url).host }, 'the webhook of a policy is not called');
}
