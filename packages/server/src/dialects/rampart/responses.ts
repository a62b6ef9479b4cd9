import { z } from 'zod';

// What the routes answer. The server sends what it builds; these serve the documentation, and the tests that hold
// every answer against them.

const count = z.int().nonnegative();
const time = z.string().meta({ format: 'date-time' });
const texts = z.array(z.string());
const anyObject = z.record(z.string(), z.unknown());

export const errorBody = z.strictObject({ error: z.string() });

const approvalStatus = z.enum(['pending', 'approved', 'denied', 'expired']);

/** Every field that a decision may carry; which ones depends on how it came about. */
export const toolDecision = z.strictObject({
  decision: z.enum(['allow', 'deny', 'watch', 'ask']),
  message: z.string(),
  allowed: z.boolean(),
  eval_duration_us: count,
  suggestions: texts,
  audit_id: z.string(),
  policy: z.string().optional(),
  response: z.string().optional(),
  approval_id: z.string().optional(),
  approval_status: approvalStatus.optional(),
  expires_at: time.optional(),
  approval_scope: z.literal('once').optional(),
  approval_resolved_by: z.string().optional(),
  approval_policy_audit_id: z.string().optional(),
  approval_mode: z.literal('hosted').optional(),
  approval_owner: anyObject.optional(),
  tool_call_id: z.string().optional(),
  approval: z
    .strictObject({
      reason: z.string(),
      scope_options: texts,
      allow_always_supported: z.boolean(),
      timeout_ms: count,
      expires_at: time,
    })
    .optional(),
  enforced: z.literal(false).optional(),
  policy_decision: z.string().optional(),
  policy_message: z.string().optional(),
  response_policy_decision: z.string().optional(),
  response_policy_message: z.string().optional(),
  response_policy: z.string().optional(),
  response_eval_duration_us: count.optional(),
});

export const preflightDecision = z.strictObject({
  allowed: z.boolean(),
  decision: z.enum(['allow', 'deny', 'watch', 'ask', 'webhook']),
  message: z.string(),
  matched_policies: texts.nullable(),
  eval_duration_us: count,
  enforced: z.boolean(),
  enforcement_requested: z.boolean(),
  audit_id: z.string().optional(),
  suggestions: texts.optional(),
  policy_decision: z.string().optional(),
  policy_message: z.string().optional(),
});

const approvalItem = z.strictObject({
  id: z.string(),
  tool: z.string(),
  command: z.string(),
  agent: z.string(),
  session: z.string(),
  credential_owner: z.string(),
  message: z.string(),
  status: approvalStatus,
  created_at: time,
  expires_at: time,
  run_id: z.string().optional(),
});

export const approvalList = z.strictObject({
  approvals: z.array(approvalItem),
  run_groups: z.array(
    z.strictObject({
      agent: z.string(),
      session: z.string(),
      run_id: z.string(),
      credential_owner: z.string(),
      count,
      earliest_created_at: time,
      items: z.array(approvalItem),
    }),
  ),
  run_grant_ttl_ms: count,
});

export const approvalDetail = z.strictObject({
  id: z.string(),
  tool: z.string(),
  command: z.string(),
  agent: z.string(),
  session: z.string(),
  message: z.string(),
  status: approvalStatus,
  created_at: time,
  expires_at: time,
  resolved_at: time.optional(),
  resolved_by: z.string().optional(),
  persisted: z.boolean().optional(),
});

export const createdApproval = z.strictObject({ id: z.string(), status: z.literal('pending'), expires_at: time });
export const grantedApproval = z.strictObject({
  id: z.string(),
  status: z.literal('approved'),
  message: z.string(),
  expires_at: time,
});
export const resolvedApproval = z.strictObject({
  id: z.string(),
  status: z.enum(['approved', 'denied']),
  approved: z.boolean(),
  persisted: z.boolean(),
});

const bulk = {
  resolved: count,
  ids: texts,
  reviewed_ids: texts,
  race_covered_ids: texts,
  scope: z.enum(['pending', 'run']),
  future_calls_authorized: z.boolean(),
};
export const bulkResolved = z.strictObject({
  ...bulk,
  grant_ttl_ms: count.optional(),
  grant_expires_at: time.optional(),
});
export const bulkUnresolved = z.strictObject({
  ...bulk,
  error: z.string(),
  unresolved_reviewed_ids: texts,
  refresh_required: z.literal(true),
});

export const hostedOutcome = z.strictObject({
  audit_id: z.string(),
  event_id: z.string(),
  status: z.literal('recorded'),
  outcome: z.string(),
  resolved_at: time,
});

export const outcome = z.strictObject({
  audit_id: z.string(),
  response: z.string().optional(),
  redacted: z.boolean(),
  message: z.string().optional(),
});

export const autoAllowedRules = z.strictObject({
  rules: z.array(
    z.strictObject({
      index: count,
      tool: z.string(),
      command_pattern: z.string(),
      path_pattern: z.string().optional(),
      name: z.string(),
      created: time.optional(),
    }),
  ),
});
export const deletedRule = z.strictObject({ deleted: z.literal(true) });
export const learnedRule = z.strictObject({
  rule_name: z.string(),
  tool: z.string(),
  pattern: z.string(),
  decision: z.literal('allow'),
  source: z.string(),
});

export const auditEvents = z.strictObject({
  events: z.array(z.looseObject({ id: z.string(), prev_hash: z.string(), hash: z.string() })),
  total_in_file: count,
  next_offset: count,
  date: z.string().meta({ format: 'date' }),
});
export const auditDates = z.strictObject({ dates: texts, configured: z.literal(true) });
const tally = z.record(z.string(), count);
export const auditStats = z.strictObject({
  total_events: count,
  by_action: tally,
  by_tool: tally,
  by_agent: tally,
  by_session: tally,
});

export const policySummary = z.strictObject({
  default_action: z.string(),
  rules: z.array(z.strictObject({ name: z.string(), action: z.string(), summary: z.string() })),
  summary: z.string(),
});
export const policyList = z.strictObject({
  policies: z.array(
    z.strictObject({
      name: z.string(),
      priority: z.int().optional(),
      source_file: z.string(),
      match_tools: texts.optional(),
      match_agent: z.string().optional(),
      rule_count: count,
    }),
  ),
  default_action: z.string(),
  count,
});
export const reloaded = z.strictObject({
  success: z.literal(true),
  policies_loaded: count,
  rules_total: count,
  reload_time_ms: count,
});
export const notReloaded = z.strictObject({ success: z.literal(false), error: z.string() });
export const policyTest = z.strictObject({
  command: z.string(),
  tool: z.string(),
  action: z.string(),
  message: z.string(),
  matched_policies: texts,
  policy_scope: z.literal('global'),
});

const mode = z.enum(['enforce', 'monitor', 'disabled']);
export const status = z.strictObject({
  config_path: z.string(),
  mode,
  default_action: z.string(),
  policy_count: count,
  rule_count: count,
  call_counts: tally,
});
export const health = z.strictObject({
  service: z.literal('rampart'),
  status: z.literal('ok'),
  mode,
  uptime_seconds: count,
  version: z.string(),
});
