/**
 * How far an agent is trusted, computed from what it did in the last 30 days.
 *
 * @example
 * ```ts
 * import { MeshGuardClient, type TrustScore } from '@sallyport/meshguard';
 *
 * const { computedScore, effectiveTier }: TrustScore = await new MeshGuardClient().trust.get('agent_abc123');
 * ```
 */
export interface TrustScore {
  readonly agentId: string;
  readonly orgId?: string;
  /** 0 to 1. */
  readonly computedScore: number;
  readonly effectiveTier: string;
  /** Each 0 to 1. */
  readonly components: {
    readonly history: number;
    readonly anomaly: number;
    readonly delegation: number;
    readonly tenure: number;
    readonly vouchers: number;
  };
  readonly requestCount: number;
  readonly denialCount: number;
  readonly anomalyCount: number;
  /** RFC 3339. */
  readonly computedAt?: string;
  readonly windowStart?: string;
  readonly windowEnd?: string;
}

/**
 * Which earlier scores to read.
 *
 * @example
 * ```ts
 * import type { TrustHistoryQuery } from '@sallyport/meshguard';
 *
 * const query: TrustHistoryQuery = { limit: 30, from: '2026-11-01T00:00:00Z' };
 * ```
 */
export interface TrustHistoryQuery {
  readonly limit?: number;
  /** RFC 3339. */
  readonly from?: string;
}

/**
 * What a recomputation of every score did.
 *
 * @example
 * ```ts
 * import type { TrustRecompute } from '@sallyport/meshguard';
 *
 * const worked = ({ errors }: TrustRecompute): boolean => errors === 0;
 * ```
 */
export interface TrustRecompute {
  readonly orgId: string;
  readonly updated: number;
  readonly errors: number;
  /** RFC 3339. */
  readonly recomputedAt?: string;
}

/**
 * A new relationship of two agents.
 *
 * @example
 * ```ts
 * import type { DelegationParams } from '@sallyport/meshguard';
 *
 * const params: DelegationParams = {
 *   sourceAgentId: 'agent_a',
 *   targetAgentId: 'agent_b',
 *   scope: ['read:contacts'],
 *   maxDepth: 1,
 * };
 * ```
 */
export interface DelegationParams {
  readonly sourceAgentId: string;
  readonly targetAgentId: string;
  /** @defaultValue `'delegates_to'` */
  readonly relationshipType?: 'delegates_to' | 'created_by' | 'supervised_by' | 'consumes_skill';
  /** Action patterns that are handed on. */
  readonly scope: readonly string[];
  /** Action patterns that no further delegation may exceed. */
  readonly permissionCeiling?: readonly string[];
  /** Hops that may follow; 1 lets nobody delegate further. */
  readonly maxDepth?: number;
  readonly requiresApproval?: boolean;
  /** RFC 3339. */
  readonly expiresAt?: string;
  readonly orgId?: string;
}

/**
 * A relationship of two agents, and the receipt for it.
 *
 * @example
 * ```ts
 * import { type Delegation, MeshGuardClient } from '@sallyport/meshguard';
 *
 * const revoke = ({ id }: Delegation) => new MeshGuardClient().delegations.revoke(id, 'no longer needed');
 * ```
 */
export interface Delegation {
  readonly id: string;
  readonly sourceAgentId: string;
  readonly targetAgentId: string;
  readonly relationshipType: string;
  readonly scope: readonly string[];
  readonly permissionCeiling: readonly string[];
  readonly maxDepth?: number;
  readonly requiresApproval?: boolean;
  readonly expiresAt?: string;
  readonly orgId?: string;
  readonly createdAt?: string;
  /** As the gateway sent it. */
  readonly receipt?: Readonly<Record<string, unknown>>;
}

/**
 * Which anomalies to read.
 *
 * @example
 * ```ts
 * import type { AnomalyQuery } from '@sallyport/meshguard';
 *
 * const open: AnomalyQuery = { resolved: false, severity: 'high' };
 * ```
 */
export interface AnomalyQuery {
  readonly agentId?: string;
  readonly orgId?: string;
  readonly severity?: 'low' | 'medium' | 'high' | 'critical';
  readonly resolved?: boolean;
  /** RFC 3339. */
  readonly from?: string;
  readonly to?: string;
  /**
   * Anomalies per page, 1 to 500.
   * @defaultValue `50`
   */
  readonly limit?: number;
}

/**
 * Something an agent did that it does not usually do.
 *
 * @example
 * ```ts
 * import type { Anomaly } from '@sallyport/meshguard';
 *
 * const line = ({ agentId, anomalyType, severity }: Anomaly): string => `${severity}: ${agentId} ${anomalyType}`;
 * ```
 */
export interface Anomaly {
  readonly id: string;
  readonly agentId: string;
  readonly orgId?: string;
  /** `volume_spike`, `denied_burst`, `new_resource`, … */
  readonly anomalyType: string;
  readonly severity: string;
  readonly description: string;
  readonly baselineValue?: number;
  readonly observedValue?: number;
  readonly deviationFactor?: number;
  /** `none`, `alert`, `throttle`, `block` or `quarantine`. */
  readonly autoAction?: string;
  readonly triggerAuditId?: string;
  readonly resolved: boolean;
  /** RFC 3339. */
  readonly detectedAt?: string;
  readonly resolvedAt?: string;
  readonly resolvedBy?: string;
}

/**
 * Anomalies in numbers.
 *
 * @example
 * ```ts
 * import type { AnomalyCounts } from '@sallyport/meshguard';
 *
 * const critical = ({ bySeverity }: AnomalyCounts): number => bySeverity['critical'] ?? 0;
 * ```
 */
export interface AnomalyCounts {
  readonly totalAnomalies: number;
  readonly unresolvedCount: number;
  readonly bySeverity: Readonly<Record<string, number>>;
  readonly byType: Readonly<Record<string, number>>;
}

/**
 * The anomalies of an agent beside those of everybody.
 *
 * @example
 * ```ts
 * import type { AnomalySummary } from '@sallyport/meshguard';
 *
 * const share = ({ summary, agent }: AnomalySummary): number => agent.totalAnomalies / summary.totalAnomalies;
 * ```
 */
export interface AnomalySummary {
  readonly summary: AnomalyCounts;
  readonly agent: AnomalyCounts;
}
