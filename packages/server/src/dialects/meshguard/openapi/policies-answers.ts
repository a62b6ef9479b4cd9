import { z } from 'zod';
import { anyObject, count, texts, time } from './fields.js';

// What the routes answer. The server sends what it builds; these serve the documentation, and the tests that hold
// every answer against them.

const rule = z.strictObject({
  id: z.string(),
  name: z.string().optional(),
  effect: z.enum(['allow', 'deny', 'require_approval']),
  actions: texts,
  action: z.string(),
  reason: z.string().optional(),
  description: z.string().optional(),
  alert: z.enum(['info', 'warning', 'critical']).optional(),
  conditions: anyObject.optional(),
});

const policyFields = {
  id: z.string(),
  name: z.string(),
  version: z.string().optional(),
  description: z.string().optional(),
  appliesTo: z.strictObject({ trustTiers: texts, tags: texts, agentIds: texts, orgIds: texts }),
  rules: z.array(rule),
  defaultEffect: z.enum(['allow', 'deny']),
  delegation: anyObject.optional(),
  rateLimits: anyObject.optional(),
  humanInTheLoop: anyObject.optional(),
  audit: anyObject.optional(),
  active: z.boolean(),
  error: z.string().optional(),
  createdAt: time.optional(),
  updatedAt: time.optional(),
};

const finding = z.strictObject({ path: z.string(), message: z.string() });
export const policy = z.strictObject(policyFields);
export const policyList = z.strictObject({ policies: z.array(policy) });
export const appliedPolicy = z.strictObject({ ...policyFields, warnings: z.array(finding) });
export const deletedPolicy = z.strictObject({ status: z.literal('deleted'), name: z.string() });
export const validPolicy = z.strictObject({
  valid: z.literal(true),
  name: z.string(),
  errors: z.array(finding),
  warnings: z.array(finding),
});
export const testedPolicy = z.strictObject({
  decision: z.enum(['allow', 'deny']),
  allowed: z.boolean(),
  effect: z.enum(['allow', 'deny', 'require_approval']),
  matched: z.boolean(),
  agentId: z.string(),
  action: z.string(),
  policy: z.string(),
  rule: z.string(),
  reason: z.string().optional(),
  alert: z.string().optional(),
});
export const reloaded = z.strictObject({ status: z.literal('reloaded'), policies: count });
