import { z } from 'zod';
import { anyObject, count, period, texts, time } from './fields.js';

// What the routes answer. The server sends what it builds; these serve the documentation, and the tests that hold
// every answer against them.

const auditEntry = z.strictObject({
  id: z.string(),
  timestamp: time,
  orgId: z.string(),
  agentId: z.string(),
  agentName: z.string(),
  trustTier: z.string(),
  action: z.string(),
  resource: z.string().optional(),
  method: z.string().optional(),
  path: z.string().optional(),
  decision: z.string(),
  result: z.string(),
  enforced: z.literal(false).optional(),
  policy: z.string().optional(),
  policyName: z.string().optional(),
  rule: z.string().optional(),
  reason: z.string().optional(),
  alert: z.string().optional(),
  traceId: z.string(),
  durationMs: z.number().nonnegative(),
  statusCode: z.int().optional(),
  error: z.string().optional(),
  approvalId: z.string().optional(),
  delegatedBy: z.string().optional(),
  metadata: anyObject,
  meta: anyObject,
  source: z.literal('agent').optional(),
  previousHash: z.string(),
  hash: z.string(),
});

export const auditList = z.strictObject({ entries: z.array(auditEntry) });
export const auditStats = z.strictObject({ total: count, allowed: count, denied: count, period });
export const auditVerified = z.strictObject({
  ok: z.boolean(),
  chains: z.array(
    z.strictObject({
      chain: z.string(),
      ok: z.boolean(),
      count,
      head: z.string(),
      anchored: z.boolean(),
      firstBad: anyObject.optional(),
    }),
  ),
});
export const eventList = z.strictObject({
  events: z.array(
    z.strictObject({
      id: z.string(),
      timestamp: time,
      orgId: z.string(),
      type: z.string(),
      actor: z.string(),
      subject: z.string(),
      link: z.string(),
      data: anyObject,
      previousHash: z.string(),
      hash: z.string(),
    }),
  ),
});
export const entered = z.strictObject({ id: z.string() });
export const enteredBatch = z.union([entered, z.strictObject({ accepted: count, ids: texts })]);
