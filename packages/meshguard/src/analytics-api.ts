import type { CallPromise, RequestOptions } from '@sallyport/core';
import type { Connection } from './connection.js';
import {
  getDelegationStats,
  getLatencyHeatmap,
  getOverview,
  getTimeseries,
  getTrustDistribution,
  rankAgents,
  rankPolicies,
} from './operations/analytics.js';
import type {
  AgentRanking,
  AgentRankingQuery,
  AnalyticsOverview,
  DelegationStats,
  LatencyHeatmap,
  PeriodQuery,
  PolicyRanking,
  Timeseries,
  TimeseriesQuery,
  TrustDistribution,
} from './types/index.js';

/**
 * What the audit log adds up to. Needs an admin token.
 *
 * @example
 * ```ts
 * import { MeshGuardClient } from '@sallyport/meshguard';
 *
 * const { data } = await new MeshGuardClient().analytics.timeseries({ period: '7d', bucket: 'day' });
 * ```
 */
export class AnalyticsApi {
  readonly #connection: Connection;

  /** @internal Made by the client. */
  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Totals, and how they changed against the period before. */
  overview(query: PeriodQuery = {}, options?: RequestOptions): CallPromise<AnalyticsOverview> {
    return this.#connection.call(getOverview, query, options);
  }

  /** Allowed and denied requests over time. */
  timeseries(query: TimeseriesQuery = {}, options?: RequestOptions): CallPromise<Timeseries> {
    return this.#connection.call(getTimeseries, query, options);
  }

  /** Agents, ranked. */
  agents(query: AgentRankingQuery = {}, options?: RequestOptions): CallPromise<AgentRanking> {
    return this.#connection.call(rankAgents, query, options);
  }

  /** Policies, by how often they decide. */
  policies(query: PeriodQuery = {}, options?: RequestOptions): CallPromise<PolicyRanking> {
    return this.#connection.call(rankPolicies, query, options);
  }

  /** Who delegates to whom. */
  delegations(query: PeriodQuery = {}, options?: RequestOptions): CallPromise<DelegationStats> {
    return this.#connection.call(getDelegationStats, query, options);
  }

  /** Agents and requests by trust tier. */
  trustDistribution(query: PeriodQuery = {}, options?: RequestOptions): CallPromise<TrustDistribution> {
    return this.#connection.call(getTrustDistribution, query, options);
  }

  /** Latency by the hour of the week; of 30 days unless told otherwise. */
  latencyHeatmap(query: PeriodQuery = {}, options?: RequestOptions): CallPromise<LatencyHeatmap> {
    return this.#connection.call(getLatencyHeatmap, query, options);
  }
}
