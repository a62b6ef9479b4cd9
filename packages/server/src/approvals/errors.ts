import { SallyportError } from '@sallyport/core';
import { branded } from '@sallyport/core/internal';
import type { Approval, ApprovalStatus } from './approval.js';

/** There is no such approval: HTTP 404. */
export class ApprovalNotFoundError extends SallyportError {
  static override readonly code: string = 'approval_not_found';
  readonly approvalId: string;

  static {
    branded(ApprovalNotFoundError, 'server', 'ApprovalNotFoundError');
  }

  constructor(approvalId: string) {
    super(`There is no approval ${approvalId}.`);
    this.approvalId = approvalId;
  }
}

/** The approval is not in a state that allows the step, because it was resolved, used or expired before: HTTP 409 or 410. */
export class ApprovalConflictError extends SallyportError {
  static override readonly code: string = 'approval_conflict';
  readonly approvalId: string;
  /** The state that it is in. */
  readonly status: ApprovalStatus;

  static {
    branded(ApprovalConflictError, 'server', 'ApprovalConflictError');
  }

  constructor({ id, status, resolvedBy }: Pick<Approval, 'id' | 'status' | 'resolvedBy'>, wanted: ApprovalStatus) {
    super(`Approval ${id} ${ANSWERS[status] ?? `is ${status}`}${why(status, resolvedBy, wanted)}.`);
    this.approvalId = id;
    this.status = status;
  }
}

const ANSWERS: Readonly<Partial<Record<ApprovalStatus, string>>> = {
  approved: 'was already approved',
  consumed: 'was already approved',
  rejected: 'was already denied',
  cancelled: 'was already cancelled',
  expired: 'expired before anybody answered',
};

function why(status: ApprovalStatus, by: string | undefined, wanted: ApprovalStatus): string {
  if (status === 'pending') return ` and cannot become ${wanted}`;
  if (status === 'expired') return '; the call has to be asked for again';
  return `${by === undefined ? '' : ` by ${by}`}; an answer cannot be changed`;
}
