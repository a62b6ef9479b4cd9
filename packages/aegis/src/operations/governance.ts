import type { Operation } from '@sallyport/core';
import { path, zodDecoder } from '@sallyport/core/internal';
import type { Decision } from '../decision.js';
import type {
  DecisionPage,
  DecisionQuery,
  Escalation,
  EscalationPage,
  EscalationQuery,
  ExecutionReport,
  OperatorVerdict,
  Proposal,
  RecordedExecution,
} from '../types/index.js';
import { recordedExecution } from '../wire/audit.js';
import { decision, decisionPage, escalation, escalationPage } from '../wire/decisions.js';

/** A proposal, ready to be sent: its ids are made. */
export interface Submission extends Proposal {
  readonly requestId: string;
  readonly confirmationToken?: string | undefined;
}

function contextBody({ sessionId, session_id = sessionId, ...rest }: NonNullable<Proposal['context']>) {
  return { session_id, ...rest };
}

export const propose: Operation<Submission, Decision> = {
  name: 'aegis.propose',
  method: 'POST',
  path: () => '/api/v1/governance/propose',
  body: ({ actor: { id, type }, action, context, requestId, traceId, confirmationToken }) => ({
    actor: { id, type },
    action: { capability: action.capability, parameters: action.parameters ?? {}, resource: action.resource },
    context: context && contextBody(context),
    request_id: requestId,
    trace_id: traceId,
    confirmation_token: confirmationToken,
  }),
  auth: 'key',
  // Each attempt has the same request id, which a gateway takes once: sending it again proposes nothing twice.
  retry: 'safe',
  decode: zodDecoder(decision),
};

export const getDecision: Operation<string, Decision> = {
  name: 'aegis.decisions.get',
  method: 'GET',
  path: (id) => path`/api/v1/governance/decisions/${id}`,
  auth: 'key',
  retry: 'safe',
  decode: zodDecoder(decision),
};

export const listDecisions: Operation<DecisionQuery, DecisionPage> = {
  name: 'aegis.decisions.list',
  method: 'GET',
  path: () => '/api/v1/governance/decisions',
  query: ({ actorId, capability, outcome, since, until, limit, cursor }) => ({
    actor_id: actorId,
    capability,
    outcome,
    since,
    until,
    limit,
    cursor,
  }),
  auth: 'key',
  retry: 'safe',
  decode: zodDecoder(decisionPage),
};

/** What became of a decision. */
export interface ReportedExecution extends ExecutionReport {
  readonly decisionId: string;
}

export const reportExecution: Operation<ReportedExecution, RecordedExecution> = {
  name: 'aegis.reportExecution',
  method: 'POST',
  path: ({ decisionId }) => path`/api/v1/governance/decisions/${decisionId}/execution`,
  body: ({ status, resultSummary, durationMs, completedAt }) => ({
    status,
    result_summary: resultSummary,
    duration_ms: durationMs,
    completed_at: completedAt,
  }),
  auth: 'key',
  retry: 'keyed',
  decode: zodDecoder(recordedExecution),
};

export const listEscalations: Operation<EscalationQuery, EscalationPage> = {
  name: 'aegis.escalations.list',
  method: 'GET',
  path: () => '/api/v1/governance/escalations',
  query: ({ status, limit, cursor }) => ({ status, limit, cursor }),
  auth: 'key',
  retry: 'safe',
  decode: zodDecoder(escalationPage),
};

/** `waitSeconds` lets a server that can hold the answer until the escalation is decided. */
export interface EscalationLookup {
  readonly id: string;
  readonly waitSeconds?: number | undefined;
}

export const getEscalation: Operation<EscalationLookup, Escalation> = {
  name: 'aegis.escalations.get',
  method: 'GET',
  path: ({ id }) => path`/api/v1/governance/escalations/${id}`,
  query: ({ waitSeconds }) => ({ wait: waitSeconds }),
  auth: 'key',
  retry: 'safe',
  decode: zodDecoder(escalation),
};

/** An operator's verdict on one escalation. */
export interface EscalationResponse extends OperatorVerdict {
  readonly escalationId: string;
}

export const respondToEscalation: Operation<EscalationResponse, Escalation> = {
  name: 'aegis.escalations.respond',
  method: 'POST',
  path: ({ escalationId }) => path`/api/v1/governance/escalations/${escalationId}/respond`,
  body: ({ decision: verdict, operatorId, comment }) => ({ decision: verdict, operator_id: operatorId, comment }),
  auth: 'key',
  retry: 'keyed',
  decode: zodDecoder(escalation),
};
