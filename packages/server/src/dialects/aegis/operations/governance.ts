import { z } from 'zod';
import type { OperationDocs } from '../../../http/openapi/operation.js';
import * as answers from '../responses.js';
import * as requests from '../schemas.js';
import { about, auditing, failed, idempotent, json, key, missing, page, reading, scoped, writing } from './common.js';

const tag = 'AEGIS: governance';
const read = { tag, access: key('governance:read') };

export const governance: OperationDocs = {
  propose: {
    tag,
    summary: 'Propose an action',
    description:
      'All four outcomes are answered 200. REQUIRE_CONFIRMATION carries `constraints.confirmation_token`: once the user has ' +
      'confirmed, send the same proposal again with it. ESCALATE carries `constraints.escalation_id`: wait for the operator. ' +
      'A 500 counts as a denial.',
    access: key('governance:propose'),
    headers: idempotent,
    body: requests.proposeRequest,
    example: {
      actor: { id: 'agent-001', type: 'ai-agent' },
      action: { capability: 'database.query', parameters: { query: 'SELECT 1', database: 'production' } },
      context: { session_id: 'sess_abc123', metadata: { source: 'customer-support-bot' } },
    },
    answers: {
      200: json('The decision; in the older form for a flat body.', z.union([answers.decision, answers.flatDecision])),
      ...writing,
      409: failed('The request id was used before.'),
      500: failed('A policy condition failed: take it for a denial.'),
    },
  },
  listDecisions: {
    ...read,
    summary: 'List decisions',
    description: 'Newest first, without their confirmation tokens.',
    query: z.object({ ...about, ...page }),
    answers: { 200: json('One page.', answers.decisionList), ...auditing },
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
    description: 'Once for each decision.',
    access: 'the API key that proposed it',
    headers: idempotent,
    body: requests.executionRequest,
    example: { status: 'completed', result_summary: '10 rows', duration_ms: 42 },
    answers: { 201: json('Recorded.', answers.executionReport), ...writing, ...missing },
  },
  listEscalations: {
    ...read,
    summary: 'List escalations',
    description: 'Oldest first; the pending ones, unless asked otherwise. Agents see their own.',
    query: z.object({ status: z.enum(['pending', 'approved', 'denied', 'expired', 'all']).optional(), ...page }),
    answers: { 200: json('One page.', answers.escalationList), ...reading },
  },
  getEscalation: {
    ...read,
    summary: 'Read one escalation, or wait for its answer',
    description: 'The API key that opened it is given the confirmation token once it is approved.',
    query: z.object({ wait: z.string().optional() }),
    answers: { 200: json('The escalation.', answers.escalation), ...scoped, ...missing },
  },
  respond: {
    tag,
    summary: 'Answer an escalation',
    description: 'Once. Nobody answers what was asked for with the same API key.',
    access: key('governance:respond, which operators have'),
    headers: idempotent,
    body: requests.respondRequest,
    example: { decision: 'approve', operator_id: 'olivia', comment: 'Looks right' },
    answers: { 200: json('Answered.', answers.escalationAnswer), ...writing, ...missing },
  },
  health: {
    tag,
    summary: 'See whether the gateway answers',
    description: 'Asks for no API key and counts against no limit.',
    answers: { 200: json('It does.', answers.health) },
  },
};
