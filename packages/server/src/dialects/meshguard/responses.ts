import { z } from 'zod';
import { RELATIONSHIP_TYPES } from './delegation/relationship.js';
import { TIERS } from './policy/tiers.js';

// What the routes answer. The server sends what it builds; these serve the documentation, and the tests that hold
// every answer against them.

const count = z.int().nonnegative();
const time = z.string().meta({ format: 'date-time' });
const texts = z.array(z.string());
const anyObject = z.record(z.string(), z.unknown());
const period = z.enum(['24h', '7d', '30d']);

export const errorBody = z.strictObject({
  error: z.string(),
  message: z.string(),
  retry_after: count.optional(),
  limit: z.string().optional(),
  traceId: z.string().optional(),
  valid: z.literal(false).optional(),
  errors: z.array(anyObject).optional(),
  warnings: z.array(anyObject).optional(),
});

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
  mode: z.enum(['enforce', 'audit', 'bypass']),
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

const agentFields = {
  id: z.string(),
  name: z.string(),
  trustTier: z.string(),
  tags: texts,
  orgId: z.string(),
  metadata: anyObject,
  description: z.string().optional(),
  capabilities: texts,
  status: z.enum(['active', 'suspended', 'revoked']),
  createdAt: time,
  updatedAt: time.optional(),
  revokedAt: time.optional(),
};

export const agent = z.strictObject(agentFields);
export const agentList = z.strictObject({ agents: z.array(agent) });
export const createdAgent = z.strictObject({ ...agentFields, token: z.string(), expiresAt: time });
export const newToken = z.strictObject({ id: z.string(), token: z.string(), expiresAt: time });
export const revokedAgent = z.strictObject({ status: z.literal('revoked'), id: z.string() });

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
  active: z.literal(true),
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

const numbers = {
  totalRequests: z.number(),
  enforcementRate: z.number(),
  activeAgents: z.number(),
  avgLatencyMs: z.number(),
};
export const overview = z.strictObject({ period, ...numbers, trends: z.strictObject(numbers) });
export const timeseries = z.strictObject({
  period,
  bucket: z.enum(['hour', 'day']),
  data: z.array(z.strictObject({ time, allowed: count, denied: count })),
});
export const agentRanking = z.strictObject({
  period,
  sort: z.enum(['requests', 'denied', 'latency']),
  agents: z.array(
    z.strictObject({
      id: z.string(),
      name: z.string(),
      trustTier: z.string(),
      requests: count,
      allowed: count,
      denied: count,
      avgLatencyMs: z.number(),
      lastActive: time,
    }),
  ),
});
export const policyRanking = z.strictObject({
  period,
  policies: z.array(
    z.strictObject({
      name: z.string(),
      triggered: count,
      allowRate: z.number(),
      denyRate: z.number(),
      topAction: z.string(),
    }),
  ),
});
export const delegationStats = z.strictObject({
  period,
  totalChains: count,
  avgDepth: z.number(),
  blockedChains: count,
  topPairs: z.array(z.strictObject({ fromAgent: z.string(), toAgent: z.string(), count })),
});
export const trustDistribution = z.strictObject({
  period,
  tiers: z.array(z.strictObject({ tier: z.string(), agentCount: count, requestCount: count, pct: z.number() })),
});
export const latencyHeatmap = z.strictObject({
  period,
  cells: z.array(
    z.strictObject({ dayOfWeek: count.max(6), hourOfDay: count.max(23), avgLatencyMs: z.number(), count }),
  ),
});

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

export const signedUp = z.strictObject({
  orgId: z.string(),
  name: z.string(),
  apiKey: z.string(),
  adminToken: z.string(),
  agentId: z.string().optional(),
  agentToken: z.string().optional(),
});
const mode = z.enum(['enforce', 'audit', 'bypass']);
export const health = z.strictObject({
  status: z.enum(['healthy', 'unhealthy']),
  version: z.string(),
  mode,
  timestamp: time,
  uptime: count,
  checks: z.strictObject({ database: z.enum(['ok', 'error']), policies: z.literal('ok') }),
});
export const ready = z.strictObject({ ready: z.boolean() });
export const about = z.strictObject({ name: z.string(), version: z.string(), mode, docs: z.string() });
export const info = z.strictObject({
  name: z.string(),
  version: z.string(),
  mode,
  proxyTarget: z.string().nullable(),
  store: z.string(),
  checkpointKey: z.string(),
});
