/**
 * How far back analytics look.
 *
 * @example
 * ```ts
 * import type { AnalyticsPeriod } from '@sallyport/meshguard';
 *
 * const lastWeek: AnalyticsPeriod = '7d';
 * ```
 */
export type AnalyticsPeriod = '24h' | '7d' | '30d';

/**
 * What an overview is asked for.
 *
 * @example
 * ```ts
 * import type { PeriodQuery } from '@sallyport/meshguard';
 *
 * const query: PeriodQuery = { period: '30d' };
 * ```
 */
export interface PeriodQuery {
  /** @defaultValue `'24h'`; `'30d'` for the heat map */
  readonly period?: AnalyticsPeriod;
}

/**
 * What a time series is asked for.
 *
 * @example
 * ```ts
 * import type { TimeseriesQuery } from '@sallyport/meshguard';
 *
 * const query: TimeseriesQuery = { period: '7d', bucket: 'day' };
 * ```
 */
export interface TimeseriesQuery extends PeriodQuery {
  /** @defaultValue `'hour'` */
  readonly bucket?: 'hour' | 'day';
}

/**
 * What a ranking of agents is asked for.
 *
 * @example
 * ```ts
 * import type { AgentRankingQuery } from '@sallyport/meshguard';
 *
 * const query: AgentRankingQuery = { sort: 'denied', limit: 10 };
 * ```
 */
export interface AgentRankingQuery extends PeriodQuery {
  /** @defaultValue `'requests'` */
  readonly sort?: 'requests' | 'denied' | 'latency';
  /**
   * 1 to 100.
   * @defaultValue `20`
   */
  readonly limit?: number;
}

/**
 * The gateway at a glance, and how it changed against the period before.
 *
 * @example
 * ```ts
 * import { type AnalyticsOverview, MeshGuardClient } from '@sallyport/meshguard';
 *
 * const { totalRequests }: AnalyticsOverview = await new MeshGuardClient().analytics.overview({ period: '7d' });
 * ```
 */
export interface AnalyticsOverview {
  readonly period: string;
  readonly totalRequests: number;
  /** Percent of requests that an explicit rule decided. */
  readonly enforcementRate: number;
  readonly activeAgents: number;
  readonly avgLatencyMs: number;
  /** Requests in percent, the others as differences. */
  readonly trends: {
    readonly totalRequests: number;
    readonly enforcementRate: number;
    readonly activeAgents: number;
    readonly avgLatencyMs: number;
  };
}

/**
 * Requests over time.
 *
 * @example
 * ```ts
 * import type { Timeseries } from '@sallyport/meshguard';
 *
 * const denied = (series: Timeseries): number => series.data.reduce((sum, bucket) => sum + bucket.denied, 0);
 * ```
 */
export interface Timeseries {
  readonly period: string;
  readonly bucket: string;
  readonly data: readonly { readonly time: string; readonly allowed: number; readonly denied: number }[];
}

/**
 * Agents by how much they ask for.
 *
 * @example
 * ```ts
 * import type { AgentRanking } from '@sallyport/meshguard';
 *
 * const busiest = (ranking: AgentRanking): string | undefined => ranking.agents[0]?.name;
 * ```
 */
export interface AgentRanking {
  readonly period: string;
  readonly sort: string;
  readonly agents: readonly {
    readonly id: string;
    readonly name: string;
    readonly trustTier: string;
    readonly requests: number;
    readonly allowed: number;
    readonly denied: number;
    readonly avgLatencyMs: number;
    readonly lastActive?: string;
  }[];
}

/**
 * Policies by how often they decide.
 *
 * @example
 * ```ts
 * import type { PolicyRanking } from '@sallyport/meshguard';
 *
 * const unused = (ranking: PolicyRanking) => ranking.policies.filter(({ triggered }) => triggered === 0);
 * ```
 */
export interface PolicyRanking {
  readonly period: string;
  readonly policies: readonly {
    readonly name: string;
    readonly triggered: number;
    /** Percent. */
    readonly allowRate: number;
    /** Percent. */
    readonly denyRate: number;
    readonly topAction?: string;
  }[];
}

/**
 * How agents delegate to each other.
 *
 * @example
 * ```ts
 * import type { DelegationStats } from '@sallyport/meshguard';
 *
 * const blocked = (stats: DelegationStats): number => stats.blockedChains;
 * ```
 */
export interface DelegationStats {
  readonly period: string;
  readonly totalChains: number;
  /** 1 is a direct delegation. */
  readonly avgDepth: number;
  readonly blockedChains: number;
  readonly topPairs: readonly { readonly fromAgent: string; readonly toAgent: string; readonly count: number }[];
}

/**
 * Agents and requests by trust tier.
 *
 * @example
 * ```ts
 * import type { TrustDistribution } from '@sallyport/meshguard';
 *
 * const tiers = (distribution: TrustDistribution): string[] => distribution.tiers.map(({ tier }) => tier);
 * ```
 */
export interface TrustDistribution {
  readonly period: string;
  readonly tiers: readonly {
    readonly tier: string;
    readonly agentCount: number;
    readonly requestCount: number;
    /** Percent. */
    readonly pct: number;
  }[];
}

/**
 * Latency by the hour of the week.
 *
 * @example
 * ```ts
 * import type { LatencyHeatmap } from '@sallyport/meshguard';
 *
 * const sundays = (heatmap: LatencyHeatmap) => heatmap.cells.filter(({ dayOfWeek }) => dayOfWeek === 0);
 * ```
 */
export interface LatencyHeatmap {
  readonly period: string;
  readonly cells: readonly {
    /** 0 is Sunday. */
    readonly dayOfWeek: number;
    /** UTC. */
    readonly hourOfDay: number;
    readonly avgLatencyMs: number;
    readonly count: number;
  }[];
}
