import { z } from 'zod';
import * as requests from './schemas.js';

// What the routes answer. The server sends what it builds; these serve the documentation, and the tests that hold
// every answer against them.

const time = z.string().meta({ format: 'date-time' });
const count = z.int().nonnegative();
const cursor = z.string().nullable();
const unit = z.number().min(0).max(1);
const anyObject = z.record(z.string(), z.unknown());
const texts = z.array(z.string());

export const errorBody = z.strictObject({
  type: z.string(),
  error_code: z.string(),
  message: z.string(),
  cause: z.string().nullable(),
  help_url: z.string(),
  request_id: z.string(),
  retryable: z.boolean(),
  timestamp: time,
});

const decisionFields = {
  decision_id: z.string(),
  outcome: requests.outcome,
  reason: z.string(),
  risk_score: unit,
  constraints: anyObject,
  timestamp: time,
  audit_ref: z.string(),
};

/** The seven fields of a decision. */
export const decision = z.strictObject(decisionFields);

export const flatDecision = z.strictObject({ decision: requests.outcome, reason: z.string() });

const execution = z.strictObject({
  status: z.string(),
  result_summary: z.string().optional(),
  duration_ms: z.number().optional(),
  completed_at: time,
});

const check = z.enum(['pass', 'fail']);

export const trail = z.strictObject({
  decision_id: z.string(),
  request: z.strictObject({ actor: anyObject, action: anyObject, context: anyObject }),
  evaluation: z.strictObject({
    capability_check: check,
    authority_check: check,
    risk_score: unit,
    risk_threshold: z.number(),
    policies_evaluated: texts,
    policy_matched: z.string().nullable(),
    stage: z.string(),
    risk_breakdown: anyObject,
    risk_category: z.string(),
    risk_explanation: z.string(),
    policy_trace: z.array(anyObject),
  }),
  decision: z.strictObject({
    outcome: requests.outcome,
    reason: z.string(),
    constraints: anyObject,
    timestamp: time,
  }),
  confirmation_of: z.string().optional(),
  execution: execution.optional(),
  integrity: z.strictObject({ hash: z.string(), previous_hash: z.string(), chain_verified: z.boolean() }),
});

export const oneDecision = z.strictObject({ ...decisionFields, audit: trail.optional() });

export const decisionList = z.strictObject({ decisions: z.array(decision), total: count, cursor });

export const executionReport = z.strictObject({ decision_id: z.string(), audit_ref: z.string(), execution });

export const escalation = z.strictObject({
  escalation_id: z.string(),
  decision_id: z.string(),
  status: z.enum(['pending', 'approved', 'denied', 'expired']),
  reason: z.string(),
  risk_score: unit,
  request: anyObject,
  created_at: time,
  expires_at: time,
  resolved_at: time.optional(),
  operator_id: z.string().optional(),
  comment: z.string().optional(),
  redeemed_at: time.optional(),
  confirmation_token: z.string().optional(),
  confirmation_expires_at: time.optional(),
});

export const escalationList = z.strictObject({ escalations: z.array(escalation), total: count, cursor });

export const escalationAnswer = z.strictObject({
  escalation_id: z.string(),
  status: z.enum(['approved', 'denied']),
  resolved_at: time,
  confirmation_token: z.string().optional(),
  confirmation_expires_at: time.optional(),
});

export const capability = z.strictObject({
  id: z.string(),
  name: z.string(),
  description: z.string(),
  risk_level: requests.riskLevel,
  parameter_schema: anyObject,
  created_at: time,
});

export const capabilityList = z.strictObject({ capabilities: z.array(capability), total: count, cursor });

export const policy = z.strictObject({
  id: z.string(),
  name: z.string(),
  description: z.string(),
  rules: z.array(
    z.strictObject({
      capability: z.string(),
      condition: z.string().optional(),
      outcome: requests.outcome,
      priority: z.int(),
    }),
  ),
  enabled: z.boolean(),
  version: z.int().positive(),
  created_at: time,
  updated_at: time,
});

export const policyList = z.strictObject({ policies: z.array(policy), total: count, cursor });

export const grant = z.strictObject({
  actor_id: z.string(),
  capability: z.string(),
  constraints: z.strictObject(requests.constraints.shape),
  granted_at: time,
  expires_at: time.nullable(),
});

export const grantList = z.strictObject({ grants: z.array(grant), total: count, cursor });

const entry = z.strictObject({
  id: z.string(),
  event_type: z.string(),
  timestamp: time,
  actor_id: z.string(),
  capability: z.string().nullable(),
  outcome: requests.outcome.nullable(),
  risk_score: unit.nullable(),
  decision_id: z.string().nullable(),
  policies_evaluated: texts,
  policy_matched: z.string().nullable(),
  details: anyObject,
  hash: z.string(),
  previous_hash: z.string(),
});

export const auditLog = z.strictObject({ entries: z.array(entry), total: count, cursor });

export const auditEvents = z.array(
  z.strictObject({
    agent_id: z.string(),
    action: z.string(),
    target: z.string(),
    decision: requests.outcome,
    reason: z.string(),
    timestamp: time,
  }),
);

export const health = z.strictObject({ status: z.literal('healthy'), version: z.string(), timestamp: time });
