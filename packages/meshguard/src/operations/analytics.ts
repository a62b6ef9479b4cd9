import type { Operation } from '@sallyport/core';
import { zodDecoder } from '@sallyport/core/internal';
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
} from '../types/index.js';
import {
  agentRanking,
  delegationStats,
  latencyHeatmap,
  overview,
  policyRanking,
  timeseries,
  trustDistribution,
} from '../wire/analytics.js';

const read = { method: 'GET', auth: 'admin', retry: 'safe' } as const;
const ofPeriod = { ...read, query: ({ period }: PeriodQuery) => ({ period }) };

export const getOverview: Operation<PeriodQuery, AnalyticsOverview> = {
  ...ofPeriod,
  name: 'meshguard.analytics.overview',
  path: () => '/admin/analytics/overview',
  decode: zodDecoder(overview),
};

export const getTimeseries: Operation<TimeseriesQuery, Timeseries> = {
  ...read,
  name: 'meshguard.analytics.timeseries',
  path: () => '/admin/analytics/timeseries',
  query: ({ period, bucket }) => ({ period, bucket }),
  decode: zodDecoder(timeseries),
};

export const rankAgents: Operation<AgentRankingQuery, AgentRanking> = {
  ...read,
  name: 'meshguard.analytics.agents',
  path: () => '/admin/analytics/agents',
  query: ({ period, sort, limit }) => ({ period, sort, limit }),
  decode: zodDecoder(agentRanking),
};

export const rankPolicies: Operation<PeriodQuery, PolicyRanking> = {
  ...ofPeriod,
  name: 'meshguard.analytics.policies',
  path: () => '/admin/analytics/policies',
  decode: zodDecoder(policyRanking),
};

export const getDelegationStats: Operation<PeriodQuery, DelegationStats> = {
  ...ofPeriod,
  name: 'meshguard.analytics.delegations',
  path: () => '/admin/analytics/delegations',
  decode: zodDecoder(delegationStats),
};

export const getTrustDistribution: Operation<PeriodQuery, TrustDistribution> = {
  ...ofPeriod,
  name: 'meshguard.analytics.trustDistribution',
  path: () => '/admin/analytics/trust-distribution',
  decode: zodDecoder(trustDistribution),
};

export const getLatencyHeatmap: Operation<PeriodQuery, LatencyHeatmap> = {
  ...ofPeriod,
  name: 'meshguard.analytics.latencyHeatmap',
  path: () => '/admin/analytics/latency-heatmap',
  decode: zodDecoder(latencyHeatmap),
};
