import { z } from 'zod';
import { count, mode, texts, time } from './fields.js';

// What the routes answer. The server sends what it builds; these serve the documentation, and the tests that hold
// every answer against them.

export const allowed = z.strictObject({
  allowed: z.literal(true),
  decision: z.literal('allow'),
  action: z.string(),
  resource: z.string().optional(),
  policy: z.string(),
  rule: z.string(),
  reason: z.string().optional(),
  traceId: z.string(),
  trustTier: z.string(),
  timestamp: time,
  mode,
});

export const denied = z.strictObject({
  error: z.literal('Forbidden'),
  message: z.string(),
  reason: z.string(),
  allowed: z.literal(false),
  decision: z.enum(['deny', 'approval_required']),
  action: z.string(),
  policy: z.string(),
  rule: z.string(),
  traceId: z.string(),
  trace_id: z.string(),
  approvalId: z.string().optional(),
  approvalStatus: z.string().optional(),
  expiresAt: time.optional(),
  pendingId: z.string().optional(),
  waitMs: count.optional(),
  deniedPatterns: texts.optional(),
  requiresApproval: z.literal(true).optional(),
  approvers: texts.optional(),
  from: z.string().optional(),
  to: z.string().optional(),
});

export const evaluated = z.strictObject({
  decision: z.strictObject({
    effect: z.enum(['allow', 'deny', 'approval_required']),
    rule: z.string(),
    reason: z.string().optional(),
    alert: z.string().optional(),
  }),
  evaluationId: z.string(),
  evaluatedAt: time,
  policyVersion: z.string(),
  approvalId: z.string().optional(),
});
export const batchResults = z.strictObject({
  results: z.array(
    z.strictObject({
      action: z.string(),
      decision: z.enum(['allow', 'deny', 'approval_required']),
      reason: z.string().optional(),
      latencyMs: z.number(),
    }),
  ),
  totalLatencyMs: z.number(),
  traceId: z.string(),
});
