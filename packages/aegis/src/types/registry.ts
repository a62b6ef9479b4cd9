import type { Outcome } from './proposals.js';

/**
 * How much harm a capability can do.
 *
 * @example
 * ```ts
 * import type { RiskLevel } from '@sallyport/aegis';
 *
 * const level: RiskLevel = 'high';
 * ```
 */
export type RiskLevel = 'low' | 'medium' | 'high' | 'critical';

/**
 * A new capability.
 *
 * @example
 * ```ts
 * import type { RegisterCapabilityParams } from '@sallyport/aegis';
 *
 * const params: RegisterCapabilityParams = {
 *   name: 'database.query',
 *   description: 'Reads from a database.',
 *   riskLevel: 'low',
 *   parameterSchema: { type: 'object', required: ['query'] },
 * };
 * ```
 */
export interface RegisterCapabilityParams {
  /** `domain.operation`. */
  readonly name: string;
  readonly description?: string;
  readonly riskLevel?: RiskLevel;
  /** A JSON Schema for the parameters of proposals. */
  readonly parameterSchema?: Readonly<Record<string, unknown>>;
}

/**
 * Something that actors can be allowed to do.
 *
 * @example
 * ```ts
 * import { AegisClient, type Capability } from '@sallyport/aegis';
 *
 * const capability: Capability = await new AegisClient().capabilities.get('database.query');
 * ```
 */
export interface Capability {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  /** `low`, `medium`, `high` or `critical`. */
  readonly riskLevel: string;
  readonly parameterSchema: Readonly<Record<string, unknown>>;
  /** ISO 8601. */
  readonly createdAt?: string;
}

/**
 * One rule of a policy.
 *
 * @example
 * ```ts
 * import type { PolicyRule } from '@sallyport/aegis';
 *
 * const rule: PolicyRule = {
 *   capability: 'infrastructure.deploy',
 *   condition: "parameters.environment == 'production'",
 *   outcome: 'REQUIRE_CONFIRMATION',
 *   priority: 100,
 * };
 * ```
 */
export interface PolicyRule {
  readonly capability: string;
  /** Over `parameters.*`, `actor.id`, `actor.type`, `context.*`, `time.hour` and `time.day_of_week`; always, when absent. */
  readonly condition?: string;
  readonly outcome: Outcome;
  /** The rule of the highest priority names the decision; the strictest outcome makes it. */
  readonly priority?: number;
}

/**
 * A policy, as it is created or replaced.
 *
 * @example
 * ```ts
 * import type { PolicyParams } from '@sallyport/aegis';
 *
 * const policy: PolicyParams = {
 *   name: 'no-night-queries',
 *   rules: [{ capability: 'database.query', condition: 'time.hour < 6', outcome: 'DENY', priority: 200 }],
 * };
 * ```
 */
export interface PolicyParams {
  readonly name: string;
  readonly description?: string;
  readonly rules: readonly PolicyRule[];
  /** @defaultValue `true` */
  readonly enabled?: boolean;
}

/**
 * A policy that the gateway has.
 *
 * @example
 * ```ts
 * import { AegisClient, type Policy } from '@sallyport/aegis';
 *
 * for await (const policy of new AegisClient().policies.list()) {
 *   const { name, rules }: Policy = policy;
 *   process.stdout.write(`${name}: ${rules.length} rules\n`);
 * }
 * ```
 */
export interface Policy {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly rules: readonly PolicyRule[];
  readonly enabled: boolean;
  readonly version?: number | string;
  /** ISO 8601. */
  readonly createdAt?: string;
  readonly updatedAt?: string;
}

/**
 * Limits of a grant.
 *
 * @example
 * ```ts
 * import type { GrantConstraints } from '@sallyport/aegis';
 *
 * const officeHours: GrantConstraints = {
 *   timeWindow: { start: '09:00', end: '17:00', timezone: 'UTC' },
 *   rateLimit: { maxRequests: 100, windowSeconds: 3600 },
 * };
 * ```
 */
export interface GrantConstraints {
  /** From `start` to `end`, past midnight when `start` is later. */
  readonly timeWindow?: { readonly start: string; readonly end: string; readonly timezone?: string };
  readonly rateLimit?: { readonly maxRequests: number; readonly windowSeconds: number };
}

/**
 * A capability for an actor.
 *
 * @example
 * ```ts
 * import type { GrantParams } from '@sallyport/aegis';
 *
 * const params: GrantParams = { capability: 'database.query', expiresAt: '2026-12-31T00:00:00Z' };
 * ```
 */
export interface GrantParams {
  readonly capability: string;
  readonly constraints?: GrantConstraints;
  /** ISO 8601; never, when absent. */
  readonly expiresAt?: string;
}

/**
 * A capability that an actor has.
 *
 * @example
 * ```ts
 * import { AegisClient, type Grant } from '@sallyport/aegis';
 *
 * for await (const grant of new AegisClient().grants.list('agent-001')) {
 *   const { capability, expiresAt }: Grant = grant;
 *   process.stdout.write(`${capability} until ${expiresAt ?? 'revoked'}\n`);
 * }
 * ```
 */
export interface Grant extends GrantParams {
  readonly actorId?: string;
  /** ISO 8601. */
  readonly createdAt?: string;
}
