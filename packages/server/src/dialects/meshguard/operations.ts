import { z } from 'zod';
import type { AnswerDoc, OperationDoc, OperationDocs } from '../../http/openapi/operation.js';
import { PROXIED, proxyOperation } from './proxy/methods.js';
import * as answers from './responses.js';
import * as requests from './schemas.js';

const json = (description: string, schema: z.ZodType): AnswerDoc => ({ description, schema });
const failed = (description: string): AnswerDoc => json(description, answers.errorBody);

const limited = { 429: failed('A limit is reached; `retry_after` says for how many seconds.') };
const down = { ...limited, 503: failed('The audit log takes no records; nothing was allowed.') };
const unauthorized = { ...down, 401: failed('The token is missing, unknown, revoked or expired.') };
const malformed = { 400: failed('The request is not as documented.') };
const guarded = { ...unauthorized, 403: failed('The token is for something or somebody else.') };
const reading = { ...guarded, ...malformed };
const finding = { ...reading, 404: failed('There is none.') };
const writing = {
  ...reading,
  409: failed('It conflicts with what is there.'),
  413: failed('The body is too large.'),
  422: failed('The idempotency key was used for another request.'),
};
const changing = { ...writing, 404: failed('There is none.') };

const AGENT = "an agent's token";
const ADMIN = 'an admin token, as `X-Admin-Token` or bearer token; `X-MeshGuard-API-Key` chooses the organisation';
const APPROVER = "an approver's or admin's token";
const MEMBER = "an admin's token, or an agent's for itself";
const KEY = "an organisation's API key, with `X-MeshGuard-Agent-Id`";

const period = z.object({ period: z.enum(['24h', '7d', '30d']).optional() });
const paging = { limit: z.string().optional(), offset: z.string().optional() };
const range = {
  from: z.string().optional().meta({ description: 'ISO 8601, inclusive' }),
  to: z.string().optional().meta({ description: 'ISO 8601, inclusive' }),
};
const wait = z.object({ wait: z.string().optional().meta({ description: 'Seconds to wait for a resolution' }) });

/** What the dialect's routes take and answer. */
export const operations: OperationDocs = {
  ...decisionOperations(),
  ...proxyOperations(),
  ...agentOperations(),
  ...policyOperations(),
  ...auditOperations(),
  ...approvalOperations(),
  ...analyticsOperations(),
  ...trustOperations(),
  ...publicOperations(),
};

function decisionOperations(): OperationDocs {
  const tag = 'MeshGuard: decisions';
  const decided = {
    200: json('Allowed.', answers.allowed),
    ...unauthorized,
    ...malformed,
    403: json('Denied; or a human has to approve it first.', answers.denied),
    422: failed('The idempotency key was used for another request.'),
  };
  return {
    check: {
      tag,
      summary: 'Check an action',
      description:
        '`X-MeshGuard-Action` names the action; `X-MeshGuard-Resource` what it is on; `X-MeshGuard-Meta` a JSON object for ' +
        'the conditions of policies. `Prefer: wait=N` holds a call that needs a human for at most N seconds.',
      access: AGENT,
      answers: decided,
    },
    governanceCheck: {
      tag,
      summary: 'Check an action named in the body',
      access: AGENT,
      body: requests.governanceCheckRequest,
      answers: decided,
    },
    governanceRecord: {
      tag,
      summary: 'Record what an action came to',
      access: AGENT,
      body: requests.governanceRecordRequest,
      answers: { 201: json('Recorded.', answers.entered), ...writing },
    },
    governanceBatch: {
      tag,
      summary: 'Check several actions',
      access: AGENT,
      body: requests.governanceBatchRequest,
      answers: { 200: json('One result for each.', answers.batchResults), ...reading },
    },
    evaluate: {
      tag,
      summary: 'Evaluate an action for an agent',
      description: 'Answers 200 also for a denial: `decision.effect` is what counts.',
      access: KEY,
      body: requests.evaluateRequest,
      answers: { 200: json('The decision.', answers.evaluated), ...reading },
    },
    checkDelegation: {
      tag,
      summary: 'Check whether an agent may hand a task to another',
      access: AGENT,
      body: requests.delegationCheckRequest,
      answers: {
        200: json('It may.', answers.delegationAllowed),
        ...finding,
        403: json('It may not.', z.union([answers.denied, answers.errorBody])),
      },
    },
    recordDelegation: {
      tag,
      summary: 'Record that a task was handed over',
      access: AGENT,
      body: requests.delegationRecordRequest,
      answers: { 201: json('Recorded.', answers.entered), ...changing },
    },
  };
}

function proxyOperations(): OperationDocs {
  const proxied = (method: string): OperationDoc => ({
    tag: 'MeshGuard: proxy',
    summary: `Send a ${method} request through the gateway`,
    description:
      'Decides on the action that `X-MeshGuard-Action` names, or on the one that method and path amount to, and passes ' +
      'the request on. `X-MeshGuard-Decision: allow` marks the answers that are the target’s own.',
    access: AGENT,
    answers: {
      200: { description: 'What the target answers, with its own status and headers.' },
      ...unauthorized,
      ...malformed,
      403: json('Denied, and not passed on; or the target’s own answer.', answers.denied),
      405: failed('The gateway answers this path itself.'),
      413: failed('A call that needs approval has too large a body.'),
      502: failed('The target cannot be reached.'),
      504: failed('The target does not answer in time.'),
    },
  });
  return Object.fromEntries(PROXIED.map((method) => [proxyOperation(method), proxied(method)]));
}

function agentOperations(): OperationDocs {
  const shared = { tag: 'MeshGuard: agents', access: ADMIN };
  const one = { 200: json('The agent.', answers.agent) };
  return {
    listAgents: {
      ...shared,
      summary: 'List agents',
      query: z.object({ revoked: z.string().optional() }),
      answers: { 200: json('Oldest first.', answers.agentList), ...reading },
    },
    createAgent: {
      ...shared,
      summary: 'Create an agent',
      description: 'Its token is told here, and never again.',
      body: requests.createAgentRequest,
      answers: { 201: json('The agent, with its token.', answers.createdAgent), ...writing },
    },
    getAgent: { ...shared, summary: 'Read an agent', answers: { ...one, ...finding } },
    updateAgent: {
      ...shared,
      summary: 'Change what is given of an agent',
      body: requests.updateAgentRequest,
      answers: { ...one, ...changing },
    },
    replaceAgent: {
      ...shared,
      summary: 'Replace an agent',
      body: requests.replaceAgentRequest,
      answers: { ...one, ...changing },
    },
    revokeAgent: {
      ...shared,
      summary: 'Revoke an agent, for good and at once',
      answers: { 200: json('Revoked.', answers.revokedAgent), ...changing },
    },
    rotateToken: {
      ...shared,
      summary: 'Give an agent another token',
      answers: { 200: json('The token; the one before is worth nothing.', answers.newToken), ...changing },
    },
  };
}

function policyOperations(): OperationDocs {
  const shared = { tag: 'MeshGuard: policies', access: ADMIN };
  const applied = {
    200: json('Replaced.', answers.appliedPolicy),
    201: json('New.', answers.appliedPolicy),
    ...writing,
  };
  const description = 'JSON or YAML; `{ "content": "…" }` carries the text of another.';
  return {
    listPolicies: {
      ...shared,
      summary: 'List policies',
      answers: { 200: json('All that are in force.', answers.policyList), ...reading },
    },
    applyPolicy: { ...shared, summary: 'Apply a policy', description, answers: applied },
    replacePolicy: { ...shared, summary: 'Apply a policy under its name', description, answers: applied },
    getPolicy: {
      ...shared,
      summary: 'Read a policy',
      answers: { 200: json('The policy.', answers.policy), ...finding },
    },
    deletePolicy: {
      ...shared,
      summary: 'Delete a policy',
      answers: { 200: json('Deleted.', answers.deletedPolicy), ...changing },
    },
    validatePolicy: {
      ...shared,
      access: `${ADMIN}; or an API key`,
      summary: 'Validate a policy',
      description,
      answers: { 200: json('It could be applied.', answers.validPolicy), ...writing },
    },
    testPolicy: {
      ...shared,
      access: `${ADMIN}; or an API key`,
      summary: 'Test one policy',
      body: requests.testPolicyRequest,
      answers: { 200: json('What it says; denials, too.', answers.testedPolicy), ...finding },
    },
    reloadPolicies: {
      ...shared,
      summary: 'Read the policy files again',
      answers: { 200: json('Read.', answers.reloaded), ...reading },
    },
  };
}

function auditOperations(): OperationDocs {
  const tag = 'MeshGuard: audit';
  const shared = { tag, access: ADMIN };
  const query = z.object({
    ...paging,
    ...range,
    decision: z.enum(['allow', 'deny']).optional(),
    agentId: z.string().optional(),
    action: z.string().optional(),
    traceId: z.string().optional(),
  });
  return {
    listAudit: {
      ...shared,
      summary: 'List decisions',
      query,
      answers: { 200: json('Newest first.', answers.auditList), ...reading },
    },
    auditStats: {
      ...shared,
      summary: 'Count decisions',
      query: period,
      answers: { 200: json('The counts.', answers.auditStats), ...reading },
    },
    verifyAudit: {
      ...shared,
      summary: 'Verify the chains',
      answers: { 200: json('Whether they are whole.', answers.auditVerified), ...reading },
    },
    listEvents: {
      ...shared,
      summary: 'List what happened beside decisions',
      query,
      answers: { 200: json('Newest first.', answers.eventList), ...reading },
    },
    enterAudit: {
      tag,
      access: AGENT,
      summary: 'Enter an entry of one’s own',
      body: requests.auditRequest,
      answers: { 201: json('Entered.', answers.entered), ...writing },
    },
    keyedAudit: {
      tag,
      access: KEY,
      summary: 'Enter an entry for an agent',
      body: requests.auditRequest,
      answers: { 201: json('Entered.', answers.entered), ...writing },
    },
    keyedAuditBatch: {
      tag,
      access: KEY,
      summary: 'Enter several entries for an agent',
      body: requests.auditBatchRequest,
      answers: { 201: json('Entered.', answers.enteredBatch), ...writing },
    },
  };
}

function approvalOperations(): OperationDocs {
  const shared = { tag: 'MeshGuard: approvals', access: APPROVER };
  const one = { 200: json('The approval.', answers.approval), ...changing };
  return {
    listApprovals: {
      ...shared,
      summary: 'List approvals',
      query: z.object({ status: z.string().optional() }),
      answers: { 200: json('Oldest first.', answers.approvalList), ...reading },
    },
    getApproval: { ...shared, summary: 'Read an approval, or wait for it', query: wait, answers: one },
    getOwnApproval: {
      ...shared,
      access: 'the agent whose call it is about',
      summary: 'Wait for the answer to one’s own call',
      query: wait,
      answers: one,
    },
    resolveApproval: { ...shared, summary: 'Approve or reject', body: requests.resolveApprovalRequest, answers: one },
    approve: { ...shared, summary: 'Approve', body: requests.noteRequest, answers: one },
    reject: { ...shared, summary: 'Reject', body: requests.noteRequest, answers: one },
  };
}

function analyticsOperations(): OperationDocs {
  const read = (summary: string, schema: z.ZodType, query: z.ZodObject = period): OperationDoc => ({
    tag: 'MeshGuard: analytics',
    access: ADMIN,
    summary,
    query,
    answers: { 200: json('The figures.', schema), ...reading },
  });
  return {
    overview: read('Requests, and what has changed since the period before', answers.overview),
    timeseries: read(
      'Decisions over time',
      answers.timeseries,
      period.extend({ bucket: z.enum(['hour', 'day']).optional() }),
    ),
    rankAgents: read(
      'Agents by what they asked for',
      answers.agentRanking,
      period.extend({ sort: z.string().optional(), limit: z.string().optional() }),
    ),
    rankPolicies: read('Policies by what they decided', answers.policyRanking),
    delegationStats: read('Chains of delegations', answers.delegationStats),
    trustDistribution: read('Agents by trust tier', answers.trustDistribution),
    latencyHeatmap: read('Latency by weekday and hour', answers.latencyHeatmap),
  };
}

function trustOperations(): OperationDocs {
  const shared = { tag: 'MeshGuard: trust', access: MEMBER };
  const anomalies = z.object({
    ...paging,
    ...range,
    agentId: z.string().optional(),
    orgId: z.string().optional(),
    severity: z.string().optional(),
    resolved: z.enum(['true', 'false']).optional(),
  });
  return {
    getTrust: {
      ...shared,
      summary: "Compute an agent's trust score",
      answers: { 200: json('The score.', answers.trustScore), ...finding },
    },
    trustHistory: {
      ...shared,
      summary: "List an agent's kept scores",
      query: z.object({ limit: z.string().optional(), from: z.string().optional() }),
      answers: { 200: json('Newest first.', answers.trustHistory), ...finding },
    },
    recomputeTrust: {
      ...shared,
      access: ADMIN,
      summary: 'Compute and keep all scores',
      answers: { 200: json('Kept.', answers.recomputed), ...finding },
    },
    listRelationships: {
      ...shared,
      summary: 'List relationships',
      answers: { 200: json('Oldest first.', answers.relationshipList), ...reading },
    },
    createRelationship: {
      ...shared,
      summary: 'Delegate, or bind two agents otherwise',
      body: requests.relationshipRequest,
      answers: { 201: json('The relationship and its receipt.', answers.createdRelationship), ...changing },
    },
    endRelationship: {
      ...shared,
      summary: 'Revoke a relationship',
      body: requests.revokeRelationshipRequest,
      answers: { 200: json('Revoked.', answers.endedRelationship), ...changing },
    },
    listAnomalies: {
      ...shared,
      summary: 'List anomalies',
      query: anomalies,
      answers: { 200: json('Newest first.', answers.anomalyList), ...reading },
    },
    resolveAnomaly: {
      ...shared,
      access: ADMIN,
      summary: 'Resolve an anomaly',
      body: requests.resolveAnomalyRequest,
      answers: { 200: json('Resolved.', answers.anomaly), ...changing },
    },
    summarizeAnomalies: {
      ...shared,
      summary: "Summarise an agent's anomalies",
      answers: { 200: json('Of 30 days.', answers.anomalySummary), ...finding },
    },
  };
}

function publicOperations(): OperationDocs {
  const tag = 'MeshGuard: gateway';
  return {
    health: {
      tag,
      summary: 'Health',
      answers: { 200: json('Healthy.', answers.health), 503: json('Unhealthy.', answers.health) },
    },
    ready: {
      tag,
      summary: 'Readiness',
      answers: { 200: json('Ready.', answers.ready), 503: json('Not ready.', answers.ready) },
    },
    about: { tag, summary: 'What this is', answers: { 200: json('The gateway.', answers.about) } },
    info: {
      tag,
      summary: 'How the gateway is set up',
      access: ADMIN,
      answers: { 200: json('The gateway.', answers.info), ...guarded },
    },
    metrics: {
      tag,
      summary: 'Measurements',
      answers: { 200: { description: 'In the Prometheus text format.', contentType: 'text/plain' } },
    },
    signup: {
      tag,
      summary: 'Make an organisation',
      description: 'Its credentials are told here, and never again.',
      body: requests.signupRequest,
      answers: {
        201: json('The organisation.', answers.signedUp),
        ...malformed,
        ...down,
        404: failed('Organisations are not made here.'),
      },
    },
  };
}
