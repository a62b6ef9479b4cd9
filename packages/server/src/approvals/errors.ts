import { SallyportError } from '@sallyport/core';
import { branded } from '@sallyport/core/internal';
import type { ApprovalStatus } from './approval.js';

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

  constructor(approvalId: string, status: ApprovalStatus, wanted: ApprovalStatus) {
    super(`Approval ${approvalId} is ${status} and cannot become ${wanted}.`);
    this.approvalId = approvalId;
    this.status = status;
  }
}
