import { z } from 'zod';
import type { OperationDocs } from '../../../http/openapi/operation.js';
import * as requests from '../schemas.js';
import * as answers from './audit-answers.js';
import { ADMIN, AGENT, json, KEY, paging, period, range, reading, writing } from './common.js';

/** The audit log. */
export function auditOperations(): OperationDocs {
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
