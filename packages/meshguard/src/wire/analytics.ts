import { compact, field } from '@sallyport/core/internal';
import { z } from 'zod';
import type {
  AgentRanking,
  AnalyticsOverview,
  DelegationStats,
  LatencyHeatmap,
  PolicyRanking,
  Timeseries,
  TrustDistribution,
} from '../types/index.js';

const period = field.orEmpty;
const numbers = {
  totalRequests: field.orZero,
  enforcementRate: field.orZero,
  activeAgents: field.orZero,
  avgLatencyMs: field.orZero,
};

const noTrends = { totalRequests: 0, enforcementRate: 0, activeAgents: 0, avgLatencyMs: 0 };

export const overview = z
  .object({
    period,
    ...numbers,
    trends: z
      .object(numbers)
      .nullish()
      .transform((trends) => trends ?? noTrends),
  })
  .transform((body): AnalyticsOverview => body);

export const timeseries = z
  .object({
    period,
    bucket: field.orEmpty,
    data: field.list(z.object({ time: z.string(), allowed: field.orZero, denied: field.orZero })),
  })
  .transform((body): Timeseries => body);

const rankedAgent = z
  .object({
    id: z.string(),
    name: field.orEmpty,
    trustTier: field.orEmpty,
    requests: field.orZero,
    allowed: field.orZero,
    denied: field.orZero,
    avgLatencyMs: field.orZero,
    lastActive: field.text,
  })
  .transform((body): AgentRanking['agents'][number] => compact(body));

export const agentRanking = z
  .object({ period, sort: field.orEmpty, agents: field.list(rankedAgent) })
  .transform((body): AgentRanking => body);

const rankedPolicy = z
  .object({
    name: z.string(),
    triggered: field.orZero,
    allowRate: field.orZero,
    denyRate: field.orZero,
    topAction: field.text,
  })
  .transform((body): PolicyRanking['policies'][number] => compact(body));

export const policyRanking = z
  .object({ period, policies: field.list(rankedPolicy) })
  .transform((body): PolicyRanking => body);

export const delegationStats = z
  .object({
    period,
    totalChains: field.orZero,
    avgDepth: field.orZero,
    blockedChains: field.orZero,
    topPairs: field.list(z.object({ fromAgent: field.orEmpty, toAgent: field.orEmpty, count: field.orZero })),
  })
  .transform((body): DelegationStats => body);

export const trustDistribution = z
  .object({
    period,
    tiers: field.list(
      z.object({ tier: z.string(), agentCount: field.orZero, requestCount: field.orZero, pct: field.orZero }),
    ),
  })
  .transform((body): TrustDistribution => body);

export const latencyHeatmap = z
  .object({
    period,
    cells: field.list(
      z.object({ dayOfWeek: z.number(), hourOfDay: z.number(), avgLatencyMs: field.orZero, count: field.orZero }),
    ),
  })
  .transform((body): LatencyHeatmap => body);
