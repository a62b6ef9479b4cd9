import type { Operation } from '@sallyport/core';
import { path, zodDecoder } from '@sallyport/core/internal';
import type {
  Approval,
  ApprovalList,
  BulkResolved,
  BulkResolveParams,
  CreateApprovalParams,
  CreatedApproval,
  HostedOutcome,
  HostedOutcomeParams,
  ResolveApprovalParams,
  ResolvedApproval,
} from '../types/index.js';
import {
  approval,
  approvalList,
  bulkResolved,
  createdApproval,
  hostedOutcome,
  resolvedApproval,
} from '../wire/approvals.js';
import { ownerBody } from './owner.js';

export const createApproval: Operation<CreateApprovalParams, CreatedApproval> = {
  name: 'rampart.approvals.create',
  method: 'POST',
  path: () => '/v1/approvals',
  body: ({ runId, ...params }) => ({ ...params, run_id: runId }),
  auth: 'token',
  retry: 'keyed',
  decode: zodDecoder(createdApproval),
};

export const listApprovals: Operation<void, ApprovalList> = {
  name: 'rampart.approvals.list',
  method: 'GET',
  path: () => '/v1/approvals',
  auth: 'token',
  retry: 'safe',
  decode: zodDecoder(approvalList),
};

/** `waitSeconds` lets a server that can hold the answer until the approval is decided. */
export interface ApprovalLookup {
  readonly id: string;
  readonly waitSeconds?: number | undefined;
}

export const getApproval: Operation<ApprovalLookup, Approval> = {
  name: 'rampart.approvals.get',
  method: 'GET',
  path: ({ id }) => path`/v1/approvals/${id}`,
  query: ({ waitSeconds }) => ({ wait: waitSeconds }),
  auth: 'token',
  retry: 'safe',
  decode: zodDecoder(approval),
};

/** One answer to one approval. */
export interface Resolution extends ResolveApprovalParams {
  readonly id: string;
}

const resolutionBody = ({ approved, resolvedBy, persist, reason }: Resolution) => ({
  approved,
  resolved_by: resolvedBy,
  persist,
  reason,
});

export const resolveApproval: Operation<Resolution, ResolvedApproval> = {
  name: 'rampart.approvals.resolve',
  method: 'POST',
  path: ({ id }) => path`/v1/approvals/${id}/resolve`,
  body: resolutionBody,
  auth: 'token',
  retry: 'keyed',
  decode: zodDecoder(resolvedApproval),
};

/** By a signed link: the signature is the credential, and no other is sent. */
export const resolveBySignature: Operation<Resolution, ResolvedApproval> = {
  ...resolveApproval,
  query: ({ signature }) => ({ sig: signature?.sig, exp: signature?.exp }),
  auth: 'none',
};

export const bulkResolve: Operation<BulkResolveParams, BulkResolved> = {
  name: 'rampart.approvals.bulkResolve',
  method: 'POST',
  path: () => '/v1/approvals/bulk-resolve',
  body: ({ runId, resolvedBy, ...params }) => ({ ...params, run_id: runId, resolved_by: resolvedBy }),
  auth: 'token',
  retry: 'keyed',
  decode: zodDecoder(bulkResolved),
};

/** What a host tells about one of its approvals. */
export interface HostedResolution extends HostedOutcomeParams {
  readonly auditId: string;
}

export const resolveHosted: Operation<HostedResolution, HostedOutcome> = {
  name: 'rampart.hostedApprovals.resolve',
  method: 'POST',
  path: ({ auditId }) => path`/v1/hosted-approvals/${auditId}/resolve`,
  body: (params) => ({
    outcome: params.outcome,
    scope: params.scope,
    agent: params.agent,
    session: params.session,
    run_id: params.runId,
    tool: params.tool,
    tool_call_id: params.toolCallId,
    host_approval_id: params.hostApprovalId,
    approval_owner: params.approvalOwner && ownerBody(params.approvalOwner),
    resolved_by: params.resolvedBy,
    resolved_at: params.resolvedAt,
    message: params.message,
  }),
  auth: 'token',
  retry: 'keyed',
  decode: zodDecoder(hostedOutcome),
};
