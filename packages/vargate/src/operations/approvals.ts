import type { Operation } from '@sallyport/core';
import { path, zodDecoder } from '@sallyport/core/internal';
import type { AnsweredApproval, ApprovalQueue, Approved, Rejected } from '../types/index.js';
import { approvalHistory, approvalQueue, approved, oneApproval, rejected } from '../wire/approvals.js';

const read = { method: 'GET', auth: 'tenant', retry: 'safe' } as const;

export const listApprovals: Operation<void, ApprovalQueue> = {
  ...read,
  name: 'vargate.approvals.list',
  path: () => '/approvals',
  decode: zodDecoder(approvalQueue),
};

export const listHistory: Operation<void, readonly AnsweredApproval[]> = {
  ...read,
  name: 'vargate.approvals.history',
  path: () => '/approvals/history',
  decode: zodDecoder(approvalHistory),
};

/** Only servers that announce `approval-wait` know this; they hold their answer for so long. Undefined while it is pending. */
export interface ApprovalLookup {
  readonly actionId: string;
  readonly waitSeconds: number;
}

export const getApproval: Operation<ApprovalLookup, AnsweredApproval | undefined> = {
  ...read,
  name: 'vargate.waitForApproval',
  path: ({ actionId }) => path`/approvals/${actionId}`,
  query: ({ waitSeconds }) => ({ wait: waitSeconds }),
  decode: zodDecoder(oneApproval),
};

/** A human's answer. */
export interface Review {
  readonly actionId: string;
  readonly reason?: string | undefined;
}

/** Documents disagree about the name: older gateways read `note`, the others ignore it. */
const reviewBody = ({ reason }: Review) => (reason === undefined ? undefined : { reason, note: reason });

export const approve: Operation<Review, Approved> = {
  name: 'vargate.approvals.approve',
  method: 'POST',
  path: ({ actionId }) => path`/approve/${actionId}`,
  body: reviewBody,
  auth: 'tenant',
  retry: 'keyed',
  decode: zodDecoder(approved),
};

export const reject: Operation<Review, Rejected> = {
  name: 'vargate.approvals.reject',
  method: 'POST',
  path: ({ actionId }) => path`/reject/${actionId}`,
  body: reviewBody,
  auth: 'tenant',
  retry: 'keyed',
  decode: zodDecoder(rejected),
};
