import { z } from 'zod';
import type { OperationDoc, OperationDocs } from '../../../http/openapi/operation.js';
import * as answers from './analytics-answers.js';
import { ADMIN, json, period, reading } from './common.js';

/** Analytics. */
export function analyticsOperations(): OperationDocs {
  const read = (summary: string, schema: z.ZodType, query: z.ZodObject = period): OperationDoc => ({
    tag: 'MeshGuard: analytics',
    access: ADMIN,
    summary,
    query,
    answers: { 200: json('The figures.', schema), ...reading },
  });
  return {
    overview: read('Requests, and what has changed since the period before', answers.overview),
    timeseries: read(
      'Decisions over time',
      answers.timeseries,
      period.extend({ bucket: z.enum(['hour', 'day']).optional() }),
    ),
    rankAgents: read(
      'Agents by what they asked for',
      answers.agentRanking,
      period.extend({ sort: z.string().optional(), limit: z.string().optional() }),
    ),
    rankPolicies: read('Policies by what they decided', answers.policyRanking),
    delegationStats: read('Chains of delegations', answers.delegationStats),
    trustDistribution: read('Agents by trust tier', answers.trustDistribution),
    latencyHeatmap: read('Latency by weekday and hour', answers.latencyHeatmap),
  };
}
