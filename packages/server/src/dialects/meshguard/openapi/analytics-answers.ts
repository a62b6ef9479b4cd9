import { z } from 'zod';
import { count, period, time } from './fields.js';

// What the routes answer. The server sends what it builds; these serve the documentation, and the tests that hold
// every answer against them.

const numbers = {
  totalRequests: z.number(),
  enforcementRate: z.number(),
  activeAgents: z.number(),
  avgLatencyMs: z.number(),
};
export const overview = z.strictObject({ period, ...numbers, trends: z.strictObject(numbers) });
export const timeseries = z.strictObject({
  period,
  bucket: z.enum(['hour', 'day']),
  data: z.array(z.strictObject({ time, allowed: count, denied: count })),
});
export const agentRanking = z.strictObject({
  period,
  sort: z.enum(['requests', 'denied', 'latency']),
  agents: z.array(
    z.strictObject({
      id: z.string(),
      name: z.string(),
      trustTier: z.string(),
      requests: count,
      allowed: count,
      denied: count,
      avgLatencyMs: z.number(),
      lastActive: time,
    }),
  ),
});
export const policyRanking = z.strictObject({
  period,
  policies: z.array(
    z.strictObject({
      name: z.string(),
      triggered: count,
      allowRate: z.number(),
      denyRate: z.number(),
      topAction: z.string(),
    }),
  ),
});
export const delegationStats = z.strictObject({
  period,
  totalChains: count,
  avgDepth: z.number(),
  blockedChains: count,
  topPairs: z.array(z.strictObject({ fromAgent: z.string(), toAgent: z.string(), count })),
});
export const trustDistribution = z.strictObject({
  period,
  tiers: z.array(z.strictObject({ tier: z.string(), agentCount: count, requestCount: count, pct: z.number() })),
});
export const latencyHeatmap = z.strictObject({
  period,
  cells: z.array(
    z.strictObject({ dayOfWeek: count.max(6), hourOfDay: count.max(23), avgLatencyMs: z.number(), count }),
  ),
});
