import { z } from 'zod';
import type { OperationDocs } from '../../../http/openapi/operation.js';
import * as requests from '../schemas.js';
import * as answers from './approvals-answers.js';
import { APPROVER, changing, json, reading, wait } from './common.js';

/** Approvals. */
export function approvalOperations(): OperationDocs {
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
