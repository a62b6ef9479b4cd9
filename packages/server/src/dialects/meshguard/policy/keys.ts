import { closestName } from '@sallyport/core/internal';

/** The keys of a policy, also those that the gateway adds when it shows one: what was read can be applied again. */
export const POLICY_KEYS: readonly string[] = [
  ...['name', 'version', 'description', 'metadata', 'appliesTo', 'rules', 'defaultEffect', 'delegation', 'rateLimits'],
  ...['humanInTheLoop', 'audit', 'id', 'active', 'createdAt', 'updatedAt', 'warnings'],
];
/** The keys around a policy in the Governance Toolkit's form. */
export const WRAPPER_KEYS: readonly string[] = ['apiVersion', 'kind', 'metadata', 'spec'];
export const RULE_KEYS: readonly string[] = [
  ...['id', 'name', 'effect', 'actions', 'reason', 'description', 'alert', 'conditions', 'action'],
];
export const DELEGATION_KEYS: readonly string[] = ['maxDepth', 'permissionCeiling'];
export const APPROVAL_KEYS: readonly string[] = ['requireApproval'];

const MAX_KEY_CHARS = 64;

/** The first key that nobody would read, in words; undefined where all are known. */
export function unknownKey(fields: object, known: readonly string[]): string | undefined {
  const found = Object.keys(fields).find((key) => !known.includes(key));
  if (found === undefined) return undefined;
  const key = found.slice(0, MAX_KEY_CHARS);
  const meant = closestName(key, known);
  return `has no key "${key}"${meant === undefined ? `: known are ${known.join(', ')}` : `: did you mean "${meant}"?`}`;
}
