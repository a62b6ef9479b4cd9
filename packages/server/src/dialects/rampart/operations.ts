import { z } from 'zod';
import type { AnswerDoc, OperationDoc, OperationDocs } from '../../http/openapi/operation.js';
import * as answers from './responses.js';
import * as requests from './schemas.js';

const json = (description: string, schema: z.ZodType): AnswerDoc => ({ description, schema });
const failed = (description: string): AnswerDoc => json(description, answers.errorBody);

const unauthorised = { 401: failed('The token is missing, unknown, revoked or expired.') };
const forbidden = { ...unauthorised, 403: failed('The token lacks the scope.') };
const badRequest = { 400: failed('The request is not as documented.') };
const storageDown = { 503: failed('The store does not take records; nothing was allowed.') };
const writing = {
  ...forbidden,
  ...badRequest,
  409: failed('Somebody else was first.'),
  422: failed('The idempotency key was used for another request.'),
  ...storageDown,
};
const reading = { ...forbidden, ...storageDown };

const EVAL = 'a token with eval scope';
const ADMIN = 'a token with admin scope';
const APPROVER = "an approver's token, or one with admin scope";

const decision = (doc: Pick<OperationDoc, 'summary' | 'description' | 'answers'>): OperationDoc => ({
  tag: 'Rampart: decisions',
  access: EVAL,
  body: requests.decisionRequest,
  ...doc,
});

const dateRange = z.object({ from: z.string().optional(), to: z.string().optional() });
const eventQuery = z.object({
  date: z.string().optional().meta({ format: 'date', description: 'UTC; today when absent' }),
  limit: z.string().optional().meta({ description: '50 when absent, 500 at most' }),
  offset: z.string().optional(),
  tool: z.string().optional(),
  action: z.string().optional(),
  agent: z.string().optional(),
  session: z.string().optional(),
});

/** What the dialect's routes take and answer. */
export const operations: OperationDocs = {
  decideTool: decision({
    summary: 'Decide on a tool call',
    description:
      'The caller runs the tool itself when the answer allows it. `Prefer: wait=N` holds a call that needs a human ' +
      'for at most N seconds, and then answers with what was decided.',
    answers: {
      200: json('Allowed; or its output was redacted.', answers.toolDecision),
      202: json('A human has to decide.', answers.toolDecision),
      ...writing,
      403: json('Denied, or the token lacks the scope.', z.union([answers.toolDecision, answers.errorBody])),
    },
  }),
  decidePreflight: decision({
    summary: 'Preview a decision',
    answers: { 200: json('What would be decided.', answers.preflightDecision), ...writing },
  }),
  reportOutcome: {
    tag: 'Rampart: decisions',
    summary: 'Report what became of a decided call',
    description: 'Sallyport only. The output is held against the response rules; what comes back may be shown.',
    access: 'the token that asked for the decision',
    body: requests.outcomeRequest,
    answers: {
      200: json('Recorded.', answers.outcome),
      ...writing,
      404: failed('The caller has asked for no such decision.'),
    },
  },
  ...approvalOperations(),
  ...ruleOperations(),
  ...auditOperations(),
  ...policyOperations(),
};

function approvalOperations(): OperationDocs {
  const tag = 'Rampart: approvals';
  return {
    createApproval: {
      tag,
      summary: 'Ask a human directly',
      access: ADMIN,
      body: requests.createApprovalRequest,
      answers: {
        200: json('A grant for the run covers it.', answers.grantedApproval),
        201: json('Somebody is asked.', answers.createdApproval),
        ...writing,
      },
    },
    listApprovals: {
      tag,
      summary: 'List pending approvals',
      access: APPROVER,
      answers: { 200: json('Oldest first.', answers.approvalList), ...reading },
    },
    getApproval: {
      tag,
      summary: 'Read one approval, or wait for it',
      access: `${APPROVER}; or the token whose call it is about`,
      query: z.object({ wait: z.string().optional().meta({ description: 'Seconds to wait for a resolution' }) }),
      answers: { 200: json('The approval.', answers.approvalDetail), ...reading, 404: failed('There is none.') },
    },
    resolveApproval: {
      tag,
      summary: 'Approve or deny',
      access: `${APPROVER}; or a signed link (\`sig\` and \`exp\`)`,
      query: z.object({ sig: z.string().optional(), exp: z.string().optional() }),
      body: requests.resolveRequest,
      answers: {
        200: json('Resolved.', answers.resolvedApproval),
        ...writing,
        404: failed('There is none.'),
        410: failed('It was resolved before, or has expired.'),
      },
    },
    openApproval: {
      tag,
      summary: 'Open a signed link',
      query: z.object({ sig: z.string(), exp: z.string() }),
      answers: {
        200: { description: 'A page with the question.', contentType: 'text/html' },
        401: failed('The signature is wrong or has expired.'),
        404: failed('There is no signature, or no such approval.'),
        ...storageDown,
      },
    },
    bulkResolve: {
      tag,
      summary: 'Resolve the approvals of one run',
      access: APPROVER,
      body: requests.bulkResolveRequest,
      answers: {
        200: json('All of them are resolved.', answers.bulkResolved),
        ...writing,
        503: json('None of them is.', z.union([answers.bulkUnresolved, answers.errorBody])),
      },
    },
    reportHostedApproval: {
      tag,
      summary: "Record what a host's own user has decided",
      access: ADMIN,
      body: requests.hostedOutcomeRequest,
      answers: { 200: json('Recorded; grants nothing.', answers.hostedOutcome), ...writing },
    },
  };
}

function ruleOperations(): OperationDocs {
  const tag = 'Rampart: rules';
  const unwritten = { 500: failed('The policy file could not be written or loaded.') };
  return {
    listRules: {
      tag,
      summary: 'List rules made from approvals',
      access: ADMIN,
      answers: { 200: json('In the order of their file.', answers.autoAllowedRules), ...reading, ...unwritten },
    },
    deleteRule: {
      tag,
      summary: 'Delete such a rule',
      access: ADMIN,
      answers: {
        200: json('Deleted.', answers.deletedRule),
        ...reading,
        404: failed('There is none of that name.'),
        ...unwritten,
      },
    },
    learnRule: {
      tag,
      summary: 'Allow an exact call from now on',
      access: ADMIN,
      body: requests.learnRequest,
      answers: {
        201: json('Added.', answers.learnedRule),
        ...writing,
        409: json('It was there already.', answers.learnedRule),
        429: failed('Too soon after the last one.'),
        ...unwritten,
      },
    },
  };
}

function auditOperations(): OperationDocs {
  const tag = 'Rampart: audit';
  return {
    auditEvents: {
      tag,
      summary: 'Search one day of the log',
      access: ADMIN,
      query: eventQuery,
      answers: { 200: json('Newest first.', answers.auditEvents), ...reading, ...badRequest },
    },
    auditDates: {
      tag,
      summary: 'List days with records',
      access: ADMIN,
      answers: { 200: json('Newest first.', answers.auditDates), ...reading },
    },
    auditExport: {
      tag,
      summary: 'Export one day, as it was hashed',
      access: ADMIN,
      query: z.object({ date: z.string().meta({ format: 'date' }) }),
      answers: {
        200: { description: 'One record a line.', contentType: 'application/jsonl' },
        ...reading,
        ...badRequest,
        404: failed('That day has no records.'),
      },
    },
    auditStats: {
      tag,
      summary: 'Count records',
      access: ADMIN,
      query: dateRange,
      answers: { 200: json('By action, tool, agent and session.', answers.auditStats), ...reading, ...badRequest },
    },
    eventStream: {
      tag,
      summary: 'Follow events as they happen',
      access: `${ADMIN}, in the header or as \`token\``,
      query: z.object({ token: z.string().optional() }),
      answers: { 200: { description: 'Server-sent events.', contentType: 'text/event-stream' }, ...forbidden },
    },
  };
}

function policyOperations(): OperationDocs {
  const tag = 'Rampart: policies and status';
  return {
    policySummary: {
      tag,
      summary: 'Summarise the rules in force',
      access: ADMIN,
      answers: { 200: json('In order of loading.', answers.policySummary), ...reading },
    },
    listPolicies: {
      tag,
      summary: 'List policies',
      access: ADMIN,
      answers: { 200: json('With their files.', answers.policyList), ...reading },
    },
    reloadPolicies: {
      tag,
      summary: 'Load the policy files again',
      access: ADMIN,
      answers: {
        200: json('Loaded.', answers.reloaded),
        ...reading,
        429: failed('Too soon after the last one.'),
        500: json('The files do not load; the old policies stay in force.', answers.notReloaded),
      },
    },
    status: {
      tag,
      summary: 'Show configuration and call counts',
      access: ADMIN,
      answers: { 200: json('Now.', answers.status), ...reading },
    },
    testPolicy: {
      tag,
      summary: 'Try a call against the policies',
      access: ADMIN,
      body: requests.testRequest,
      answers: { 200: json('What would be decided.', answers.policyTest), ...reading, ...badRequest },
    },
    health: { tag, summary: 'Tell whether the gateway is up', answers: { 200: json('It is.', answers.health) } },
    metrics: {
      tag,
      summary: "Show the dialect's measurements",
      access: ADMIN,
      answers: { 200: { description: 'Prometheus text.', contentType: 'text/plain' }, ...reading },
    },
  };
}
