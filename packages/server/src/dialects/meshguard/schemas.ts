import { z } from 'zod';
import { RELATIONSHIP_TYPES } from './delegation/relationship.js';
import { TIER_WORDS, tierLevel } from './policy/tiers.js';

const line = (max: number, what = `must be 1 to ${max} characters without control characters`) =>
  z.string(what).refine((text) => text.length > 0 && text.length <= max && isLine(text), what);

/** What a column can hold. */
const isLine = (text: string): boolean => !/\p{Cc}/u.test(text) && text.isWellFormed();

const lines = (max: number) => z.array(line(256), 'must be a list of texts').max(max, `must be at most ${max}`);

const prose = z
  .string('must be a text')
  .max(4096, 'must be at most 4096 characters')
  .refine((text) => !text.includes('\0') && text.isWellFormed(), 'must be well-formed text');

const object = z
  .custom<Record<string, unknown>>(
    (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
    'must be an object',
  )
  .meta({ type: 'object' });

const tier = z
  .string('must be a trust tier')
  .refine((word) => tierLevel(word) !== undefined, `must be one of ${TIER_WORDS.join(', ')}`);

const isoDate = z.iso.datetime({ offset: true, error: 'must be a time such as 2026-04-11T14:30:00Z' });

/** Body of `POST /admin/agents`. */
export const createAgentRequest = z.object({
  name: line(128),
  trustTier: tier.optional(),
  /** How an older document spells it. */
  trust_tier: tier.optional(),
  tags: lines(64).optional(),
  capabilities: lines(256).optional(),
  description: prose.nullish(),
  metadata: object.optional(),
});

/** Body of `PATCH /admin/agents/:id`: what is absent stays. */
export const updateAgentRequest = z.object({
  name: line(128).optional(),
  trustTier: tier.optional(),
  tags: lines(64).optional(),
  capabilities: lines(256).optional(),
  description: prose.nullish(),
  metadata: object.optional(),
});

/** Body of `PUT /admin/agents/:id`: what is absent is emptied. */
export const replaceAgentRequest = updateAgentRequest.extend({ name: line(128), trustTier: tier });

/** Body of `POST /admin/policies/test`. */
export const testPolicyRequest = z.object({
  policy: z.union([z.string(), object], 'must be the name of a policy or a policy'),
  agentId: z.string('must be an agent id'),
  action: z.string('must be an action'),
  resource: z.string().optional(),
  context: object.optional(),
});

/** Body of `POST /admin/approvals/:id/resolve`. */
export const resolveApprovalRequest = z.object({
  verdict: z.enum(['approved', 'rejected'], 'must be "approved" or "rejected"'),
  by: line(256).optional(),
  note: prose.optional(),
});

/** Body of `POST /admin/approvals/:id/approve` and `…/reject`. */
export const noteRequest = z.object({ by: line(256).optional(), note: prose.optional() });

/** Body of `POST /proxy/audit` and `POST /api/v1/audit`: what an agent enters itself. `null` means absent. */
export const auditRequest = z.object({
  agentId: z.string().nullish(),
  action: z.string('must be an action'),
  result: line(64).nullish(),
  decision: line(64).nullish(),
  resource: z.string().nullish(),
  details: object.nullish(),
  context: object.nullish(),
  metadata: object.nullish(),
  delegatedBy: line(256).nullish(),
  policy: line(256).nullish(),
  error: prose.nullish(),
  durationMs: z.number().nonnegative().nullish(),
  id: z.string().nullish(),
  timestamp: z.string().nullish(),
});

/** Body of `POST /api/v1/audit/batch`. */
export const auditBatchRequest = z.object({
  events: z.array(auditRequest, 'must be a list').max(500, 'must be at most 500'),
});

/** Body of `POST /proxy/governance/check`. */
export const governanceCheckRequest = z.object({
  action: z.string('must be an action'),
  resource: z.string().nullish(),
  context: object.nullish(),
});

/** Body of `POST /proxy/governance/record`. */
export const governanceRecordRequest = z.object({
  action: z.string('must be an action'),
  resource: z.string().nullish(),
  result: z.unknown(),
  status: line(64).nullish(),
});

/** Body of `POST /api/v1/governance/batch`. */
export const governanceBatchRequest = z.object({
  actions: z
    .array(z.object({ action: z.string('must be an action'), resource: z.string().nullish() }), 'must be a list')
    .min(1, 'must name an action')
    .max(100, 'must be at most 100'),
});

/** Body of `POST /api/v1/evaluate`. */
export const evaluateRequest = z.object({
  agentId: z.string().nullish(),
  action: z.string('must be an action'),
  resource: z.string().nullish(),
  context: object.nullish(),
  timestamp: z.string().nullish(),
});

/** Body of `POST /signup`. */
export const signupRequest = z.object({
  name: line(128),
  email: z.email('must be an e-mail address').max(256),
  agentName: line(128).nullish(),
});

/** Body of `POST /relationships`. */
export const relationshipRequest = z.object({
  orgId: z.string().optional(),
  sourceAgentId: z.string('must be an agent id'),
  targetAgentId: z.string('must be an agent id'),
  relationshipType: z.enum(RELATIONSHIP_TYPES, `must be one of ${RELATIONSHIP_TYPES.join(', ')}`),
  scope: lines(256).min(1, 'must name an action'),
  permissionCeiling: lines(256).optional(),
  maxDepth: z.int('must be a whole number').min(1, 'must be at least 1').max(5, 'must be at most 5').optional(),
  requiresApproval: z.boolean('must be true or false').optional(),
  expiresAt: isoDate.nullish(),
});

/** Body of `DELETE /relationships/:id`. */
export const revokeRelationshipRequest = z.object({ reason: prose.optional() });

/** Body of `POST /proxy/api/delegation/check` and `…/record`. */
export const delegationCheckRequest = z.object({
  from: z.string('must be an agent'),
  to: z.string('must be an agent'),
  task_type: z.string('must be a task type'),
});
export const delegationRecordRequest = z.object({
  from: z.string('must be an agent'),
  to: z.string('must be an agent'),
  task: z.string('must be a task'),
  trace_id: z.string().nullish(),
});

/** Body of `POST /anomalies/:id/resolve`. */
export const resolveAnomalyRequest = z.object({ by: line(256).optional() });
