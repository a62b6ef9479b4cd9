import { z } from 'zod';
import { anyObject, texts, time } from './fields.js';

// What the routes answer. The server sends what it builds; these serve the documentation, and the tests that hold
// every answer against them.

export const approval = z.strictObject({
  id: z.string(),
  status: z.enum(['pending', 'approved', 'rejected', 'expired', 'cancelled', 'consumed']),
  action: z.string(),
  summary: z.string(),
  reason: z.string(),
  agentId: z.string(),
  agentName: z.string(),
  policy: z.string(),
  rule: z.string(),
  call: anyObject,
  auditId: z.string(),
  deniedPatterns: texts.optional(),
  createdAt: time,
  expiresAt: time,
  readyAt: time.optional(),
  resolvedAt: time.optional(),
  resolvedBy: z.string().optional(),
  note: z.string().optional(),
});
export const approvalList = z.strictObject({ approvals: z.array(approval) });
