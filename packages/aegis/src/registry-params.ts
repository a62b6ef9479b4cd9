import { ConfigurationError } from '@sallyport/core';
import { checkNames, checkPlainObject, optionNames, shown } from '@sallyport/core/internal';
import type {
  GrantConstraints,
  GrantParams,
  Policy,
  PolicyParams,
  PolicyRule,
  RegisterCapabilityParams,
} from './types/index.js';

// A misspelt name would leave out a condition or a limit, and allow more than was meant.

const CAPABILITY_NAMES = optionNames({
  name: true,
  description: true,
  riskLevel: true,
  parameterSchema: true,
} satisfies Readonly<Record<keyof RegisterCapabilityParams, true>>);

const policyNames = { name: true, description: true, rules: true, enabled: true } satisfies Readonly<
  Record<keyof PolicyParams, true>
>;
const POLICY_NAMES = optionNames(policyNames);

/** A policy that was read can be changed and sent back whole. */
const READ_POLICY_NAMES = optionNames({
  ...policyNames,
  id: true,
  version: true,
  createdAt: true,
  updatedAt: true,
} satisfies Readonly<Record<keyof Policy, true>>);

const RULE_NAMES = optionNames({
  capability: true,
  condition: true,
  outcome: true,
  priority: true,
} satisfies Readonly<Record<keyof PolicyRule, true>>);

const GRANT_NAMES = optionNames({ capability: true, constraints: true, expiresAt: true } satisfies Readonly<
  Record<keyof GrantParams, true>
>);

const CONSTRAINT_NAMES = optionNames({ timeWindow: true, rateLimit: true } satisfies Readonly<
  Record<keyof GrantConstraints, true>
>);

const WINDOW_NAMES = optionNames({ start: true, end: true, timezone: true } satisfies Readonly<
  Record<keyof NonNullable<GrantConstraints['timeWindow']>, true>
>);

const LIMIT_NAMES = optionNames({ maxRequests: true, windowSeconds: true } satisfies Readonly<
  Record<keyof NonNullable<GrantConstraints['rateLimit']>, true>
>);

type Names = typeof POLICY_NAMES;

/** @throws ConfigurationError naming what a capability does not have. */
export function checkCapability(params: RegisterCapabilityParams): void {
  checkMembers('params', params, CAPABILITY_NAMES, 'A capability');
}

/** @throws ConfigurationError naming what a policy, or one of its rules, does not have. */
export function checkPolicy(params: PolicyParams, names = POLICY_NAMES): void {
  checkMembers('params', params, names, 'A policy');
  if (!Array.isArray(params.rules))
    throw new ConfigurationError(`rules must be an array, and not ${shown(params.rules)}.`);
  for (const [index, rule] of params.rules.entries()) checkMembers(`rules[${index}]`, rule, RULE_NAMES, 'A rule');
}

/** Like {@link checkPolicy}, for one that may have been read from the gateway. @throws ConfigurationError */
export const checkPolicyUpdate = (params: PolicyParams): void => checkPolicy(params, READ_POLICY_NAMES);

/** @throws ConfigurationError naming what a grant, or one of its constraints, does not have. */
export function checkGrant(params: GrantParams): void {
  checkMembers('params', params, GRANT_NAMES, 'A grant');
  const { constraints } = params;
  if (constraints === undefined) return;
  checkMembers('constraints', constraints, CONSTRAINT_NAMES, 'The constraints of a grant');
  const { timeWindow, rateLimit } = constraints;
  if (timeWindow !== undefined) checkMembers('timeWindow', timeWindow, WINDOW_NAMES, 'A time window');
  if (rateLimit !== undefined) checkMembers('rateLimit', rateLimit, LIMIT_NAMES, 'A rate limit');
}

function checkMembers(name: string, value: object, names: Names, taker: string): void {
  checkPlainObject(name, value);
  checkNames(value, names, taker);
}
