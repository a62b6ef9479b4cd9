import type { RiskLevel } from '../evaluation/risk.js';

/** The answers of the protocol. */
export type Outcome = 'ALLOW' | 'DENY' | 'ESCALATE' | 'REQUIRE_CONFIRMATION';

/** From the strictest on. */
export const OUTCOMES: readonly Outcome[] = ['DENY', 'ESCALATE', 'REQUIRE_CONFIRMATION', 'ALLOW'];

/** Something that agents may be allowed to do. Times are milliseconds since the epoch, here and below. */
export interface Capability {
  readonly id: string;
  /** `domain.operation` */
  readonly name: string;
  readonly description: string;
  readonly riskLevel: RiskLevel;
  /** JSON Schema of the parameters; absent where they may be anything. */
  readonly parameterSchema?: Readonly<Record<string, unknown>>;
  readonly createdAt: number;
}

/** Hours of the day, as `HH:MM`; a window that starts after its end goes on over midnight. */
export interface TimeWindow {
  readonly start: string;
  readonly end: string;
  /** IANA name. */
  readonly timezone: string;
}

export interface RateLimit {
  readonly maxRequests: number;
  readonly windowSeconds: number;
}

/** That an actor may use a capability. */
export interface Grant {
  readonly actor: string;
  readonly capability: string;
  readonly timeWindow?: TimeWindow;
  readonly rateLimit?: RateLimit;
  readonly grantedAt: number;
  readonly expiresAt?: number;
}

export interface PolicyRule {
  /** A capability's name, or a domain with `.*` behind it. */
  readonly capability: string;
  /** Always, when absent. */
  readonly condition?: string;
  readonly outcome: Outcome;
  /** The higher number is looked at first. */
  readonly priority: number;
}

export interface Policy {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly rules: readonly PolicyRule[];
  readonly enabled: boolean;
  readonly version: number;
  readonly createdAt: number;
  readonly updatedAt: number;
}
