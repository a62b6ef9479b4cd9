import { z } from 'zod';
import type { AnswerDoc, OperationDocs } from '../../http/openapi/operation.js';
import * as answers from './responses.js';
import * as requests from './schemas.js';

const json = (description: string, schema: z.ZodType): AnswerDoc => ({ description, schema });
const failed = (description: string): AnswerDoc => json(description, answers.errorBody);

const keyed = {
  401: failed('The API key is missing, unknown, revoked or expired.'),
  429: failed('The limit of the API key is reached.'),
  503: failed('The audit store does not take records, or too much waits; nothing was allowed.'),
};
const scoped = { ...keyed, 403: failed('The API key lacks the scope.') };
const reading = { ...scoped, 400: failed('The query is not as documented.') };
const writing = {
  ...scoped,
  400: failed('The request is not as documented.'),
  409: failed('It conflicts with what is there.'),
  422: failed('The idempotency key was used for another request.'),
};
const missing = { 404: failed('There is none.') };

const page = {
  limit: z.string().optional().meta({ description: '1 to 200; 50 when absent' }),
  cursor: z.string().optional().meta({ description: 'What the page before gave' }),
};
const about = {
  actor_id: z.string().optional(),
  capability: z.string().optional(),
  outcome: requests.outcome.optional(),
  since: z.string().optional().meta({ description: 'ISO 8601, inclusive' }),
  until: z.string().optional().meta({ description: 'ISO 8601, exclusive' }),
};

const key = (scope: string) => `an API key with the scope ${scope}`;
const ANY_KEY = 'any API key';

/** What the dialect's routes take and answer. */
export const operations: OperationDocs = {
  ...governanceOperations(),
  ...registryOperations(),
  ...auditOperations(),
};

function governanceOperations(): OperationDocs {
  const tag = 'AEGIS: governance';
  const read = { tag, access: key('governance:read') };
  return {
    propose: {
      tag,
      summary: 'Propose an action',
      description:
        'All four outcomes are answered 200. REQUIRE_CONFIRMATION carries `constraints.confirmation_token`: send the same ' +
        'proposal again with it, as `confirmation_token`, once the user has confirmed. A 500 counts as a denial.',
      access: key('governance:propose'),
      body: requests.proposeRequest,
      answers: {
        200: json(
          'The decision; in the older form for a flat body.',
          z.union([answers.decision, answers.flatDecision]),
        ),
        ...writing,
        409: failed('The request id was used before.'),
        500: failed('A policy condition failed: take it for a denial.'),
      },
    },
    listDecisions: {
      ...read,
      summary: 'List decisions',
      query: z.object({ ...about, ...page }),
      answers: { 200: json('Newest first.', answers.decisionList), ...reading },
    },
    getDecision: {
      ...read,
      summary: 'Read one decision',
      description: 'With its audit trail for API keys that may read the audit log.',
      answers: { 200: json('The decision.', answers.oneDecision), ...scoped, ...missing },
    },
    reportExecution: {
      tag,
      summary: 'Report what became of an allowed action',
      access: 'the API key that proposed it',
      body: requests.executionRequest,
      answers: { 201: json('Recorded.', answers.executionReport), ...writing, ...missing },
    },
    listEscalations: {
      ...read,
      summary: 'List escalations',
      description: 'Agents see their own.',
      query: z.object({ status: z.enum(['pending', 'approved', 'denied', 'expired', 'all']).optional(), ...page }),
      answers: {
        200: json('Oldest first; the pending ones, unless asked otherwise.', answers.escalationList),
        ...reading,
      },
    },
    getEscalation: {
      ...read,
      summary: 'Read one escalation, or wait for its answer',
      description: 'The API key that opened it is given the confirmation token once it is approved.',
      query: z.object({ wait: z.string().optional().meta({ description: 'Seconds to wait for an answer' }) }),
      answers: { 200: json('The escalation.', answers.escalation), ...scoped, ...missing },
    },
    respond: {
      tag,
      summary: 'Answer an escalation',
      access: key('governance:respond, which operators have'),
      body: requests.respondRequest,
      answers: { 200: json('Answered.', answers.escalationAnswer), ...writing, ...missing },
    },
    health: { tag, summary: 'See whether the gateway answers', answers: { 200: json('It does.', answers.health) } },
  };
}

function registryOperations(): OperationDocs {
  const tag = 'AEGIS: capabilities and policies';
  const read = { tag, access: ANY_KEY };
  const manage = { tag, access: key('capabilities:manage') };
  const author = { tag, access: key('policies:manage') };
  return {
    listCapabilities: {
      ...read,
      summary: 'List capabilities',
      query: z.object(page),
      answers: { 200: json('Oldest first.', answers.capabilityList), ...reading },
    },
    registerCapability: {
      ...manage,
      summary: 'Register a capability',
      body: requests.capabilityRequest,
      answers: { 201: json('Registered.', answers.capability), ...writing },
    },
    getCapability: {
      ...read,
      summary: 'Read one capability, by id or name',
      answers: { 200: json('The capability.', answers.capability), ...scoped, ...missing },
    },
    listPolicies: {
      ...read,
      summary: 'List policies',
      query: z.object({ enabled: z.literal('all').optional(), ...page }),
      answers: { 200: json('The enabled ones, oldest first.', answers.policyList), ...reading },
    },
    createPolicy: {
      ...author,
      summary: 'Create a policy',
      body: requests.policyRequest,
      answers: { 201: json('Created.', answers.policy), ...writing },
    },
    getPolicy: {
      ...read,
      summary: 'Read one policy',
      answers: { 200: json('The policy.', answers.policy), ...scoped, ...missing },
    },
    updatePolicy: {
      ...author,
      summary: 'Replace a policy',
      body: requests.policyRequest,
      answers: { 200: json('It counts from the next decision on.', answers.policy), ...writing, ...missing },
    },
    listGrants: {
      ...read,
      summary: "List an actor's grants",
      query: z.object(page),
      answers: { 200: json('By capability.', answers.grantList), ...reading },
    },
    createGrant: {
      ...manage,
      summary: 'Grant a capability to an actor',
      body: requests.grantRequest,
      answers: { 201: json('Granted.', answers.grant), ...writing, ...missing },
    },
    revokeGrant: {
      ...manage,
      summary: 'Revoke a grant',
      answers: { 204: { description: 'It is gone, or was never there.' }, ...writing, ...missing },
    },
  };
}

function auditOperations(): OperationDocs {
  const tag = 'AEGIS: audit';
  const read = { tag, access: key('audit:read') };
  return {
    auditLog: {
      ...read,
      summary: 'Query the audit log',
      query: z.object({ ...about, decision_id: z.string().optional(), event_type: z.string().optional(), ...page }),
      answers: { 200: json('Newest first.', answers.auditLog), ...reading },
    },
    auditTrail: {
      ...read,
      summary: 'Read the whole trail of one decision',
      answers: {
        200: json('Its trail, and whether the chain verifies up to it.', answers.trail),
        ...scoped,
        ...missing,
      },
    },
    auditEvents: {
      ...read,
      summary: 'List the latest decisions in short',
      query: z.object({ limit: page.limit }),
      answers: { 200: json('Newest first.', answers.auditEvents), ...reading },
    },
  };
}
