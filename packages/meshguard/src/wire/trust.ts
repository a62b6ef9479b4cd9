import { compact, field } from '@sallyport/core/internal';
import { z } from 'zod';
import type { Anomaly, AnomalyCounts, AnomalySummary, Delegation, TrustRecompute, TrustScore } from '../types/index.js';

const score = z
  .object({
    agentId: z.string(),
    orgId: field.text,
    computedScore: z.number(),
    effectiveTier: field.orEmpty,
    components: z.object({
      history: field.orZero,
      anomaly: field.orZero,
      delegation: field.orZero,
      tenure: field.orZero,
      vouchers: field.orZero,
    }),
    requestCount: field.orZero,
    denialCount: field.orZero,
    anomalyCount: field.orZero,
    computedAt: field.text,
    windowStart: field.text,
    windowEnd: field.text,
  })
  .transform((body): TrustScore => compact(body));

export const trustScore = z.object({ score }).transform((body): TrustScore => body.score);

/** A list that comes bare, or under a name: the documents only say that it is one. */
const listUnder = <T extends z.ZodType>(item: T, ...names: readonly string[]) =>
  z.preprocess((body) => {
    if (typeof body !== 'object' || body === null || Array.isArray(body)) return body;
    return names.map((name): unknown => Reflect.get(body, name)).find(Array.isArray);
  }, z.array(item));

export const trustHistory = listUnder(score, 'scores', 'history').transform((list): readonly TrustScore[] => list);

export const trustRecompute = z
  .object({
    orgId: field.orEmpty,
    updated: field.orZero,
    errors: field.orZero,
    recomputedAt: field.text,
  })
  .transform((body): TrustRecompute => compact(body));

const relationship = z.object({
  id: z.string(),
  sourceAgentId: field.orEmpty,
  targetAgentId: field.orEmpty,
  relationshipType: field.orEmpty,
  scope: field.texts,
  permissionCeiling: field.texts,
  maxDepth: field.number,
  requiresApproval: field.flag,
  expiresAt: field.text,
  orgId: field.text,
  createdAt: field.text,
});

/** The relationship beside its receipt, or with the receipt in it. */
export const delegation = z
  .union([
    z.object({ relationship, receipt: field.record }),
    relationship
      .extend({ receipt: field.record })
      .transform(({ receipt, ...rest }) => ({ relationship: rest, receipt })),
  ])
  .transform((body): Delegation => compact({ ...body.relationship, receipt: body.receipt }));

const anomaly = z
  .object({
    id: z.string(),
    agentId: field.orEmpty,
    orgId: field.text,
    anomalyType: field.orEmpty,
    severity: field.orEmpty,
    description: field.orEmpty,
    baselineValue: field.number,
    observedValue: field.number,
    deviationFactor: field.number,
    autoAction: field.text,
    triggerAuditId: field.text,
    resolved: field.orFalse,
    detectedAt: field.text,
    resolvedAt: field.text,
    resolvedBy: field.text,
  })
  .transform((body): Anomaly => compact(body));

export const anomalies = listUnder(anomaly, 'anomalies', 'events').transform((list): readonly Anomaly[] => list);

const counts = z
  .object({
    totalAnomalies: field.orZero,
    unresolvedCount: field.orZero,
    bySeverity: field.counts,
    byType: field.counts,
  })
  .transform((body): AnomalyCounts => body);

export const anomalySummary = z
  .object({ summary: counts, agentSpecific: counts })
  .transform((body): AnomalySummary => ({ summary: body.summary, agent: body.agentSpecific }));
