import { z } from 'zod';
import { RELATIONSHIP_TYPES } from '../delegation/relationship.js';
import { TIERS } from '../policy/tiers.js';
import { anyObject, count, texts, time } from './fields.js';

// What the routes answer. The server sends what it builds; these serve the documentation, and the tests that hold
// every answer against them.

const part = z.number().min(0).max(1);
const score = z.strictObject({
  agentId: z.string(),
  orgId: z.string(),
  computedScore: part,
  effectiveTier: z.enum(TIERS),
  components: z.strictObject({ history: part, anomaly: part, delegation: part, tenure: part, vouchers: part }),
  requestCount: count,
  denialCount: count,
  anomalyCount: count,
  computedAt: time,
  windowStart: time,
  windowEnd: time,
});
export const trustScore = z.strictObject({ score });
export const trustHistory = z.strictObject({ scores: z.array(score) });
export const recomputed = z.strictObject({ orgId: z.string(), updated: count, errors: count, recomputedAt: time });

const relationshipFields = {
  id: z.string(),
  orgId: z.string(),
  sourceAgentId: z.string(),
  targetAgentId: z.string(),
  relationshipType: z.enum(RELATIONSHIP_TYPES),
  scope: texts,
  permissionCeiling: texts,
  maxDepth: count,
  requiresApproval: z.boolean(),
  createdAt: time,
  expiresAt: time.optional(),
  revokedAt: time.optional(),
  revokedReason: z.string().optional(),
};
const relationship = z.strictObject(relationshipFields);
export const createdRelationship = z.strictObject({ relationship, receipt: anyObject });
export const relationshipList = z.strictObject({ relationships: z.array(relationship), maxHops: count });
export const endedRelationship = z.strictObject({ status: z.literal('revoked'), ...relationshipFields });
export const delegationAllowed = z.strictObject({
  allowed: z.literal(true),
  decision: z.literal('allow'),
  from: z.string(),
  to: z.string(),
  task_type: z.string(),
  depth: count,
  traceId: z.string(),
});

export const anomaly = z.strictObject({
  id: z.string(),
  orgId: z.string(),
  agentId: z.string(),
  anomalyType: z.string(),
  severity: z.enum(['low', 'medium', 'high', 'critical']),
  description: z.string(),
  triggerAuditId: z.string(),
  baselineValue: z.number(),
  observedValue: z.number(),
  deviationFactor: z.number(),
  autoAction: z.enum(['none', 'alert', 'throttle', 'block', 'quarantine']),
  resolved: z.boolean(),
  resolvedAt: time.optional(),
  resolvedBy: z.string().optional(),
  detectedAt: time,
});
export const anomalyList = z.strictObject({ anomalies: z.array(anomaly) });
const counts = z.record(z.string(), count);
export const anomalySummary = z.strictObject({
  summary: z.strictObject({
    orgId: z.string(),
    period: z.strictObject({ from: time, to: time }),
    totalAnomalies: count,
    unresolvedCount: count,
    bySeverity: counts,
    byType: counts,
    topAgents: z.array(z.strictObject({ agentId: z.string(), count })),
  }),
  agentSpecific: z.strictObject({
    agentId: z.string(),
    totalAnomalies: count,
    unresolvedCount: count,
    bySeverity: counts,
  }),
});
