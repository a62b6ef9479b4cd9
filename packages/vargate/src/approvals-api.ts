import type { CallPromise, RequestOptions } from '@sallyport/core';
import { checkNames, checkOptionalText } from '@sallyport/core/internal';
import { type Connection, checked } from './connection.js';
import { approve, listApprovals, listHistory, reject } from './operations/approvals.js';
import { REVIEW_NAMES } from './option-names.js';
import type { AnsweredApproval, ApprovalQueue, Approved, Rejected, ReviewParams } from './types/index.js';

function checkReview(params: ReviewParams, operation: string): void {
  checkNames(params, REVIEW_NAMES, operation);
  checkOptionalText('reason', params.reason);
}

/**
 * Calls that wait for a human, and the human's answer. `waitForApproval()` of the client waits for it.
 *
 * @example
 * ```ts
 * import { VargateClient } from '@sallyport/vargate';
 *
 * const { approvals } = new VargateClient();
 * const { pending } = await approvals.list();
 * for (const { actionId } of pending) await approvals.reject(actionId, { reason: 'External email not permitted for this task' });
 * ```
 */
export class ApprovalsApi {
  readonly #connection: Connection;

  /** @internal Made by the client. */
  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** What is pending: the 50 newest, newest first. */
  list(options?: RequestOptions): CallPromise<ApprovalQueue> {
    return this.#connection.call(listApprovals, undefined, options);
  }

  /** What is not pending any more: the 50 newest. */
  history(options?: RequestOptions): CallPromise<readonly AnsweredApproval[]> {
    return this.#connection.call(listHistory, undefined, options);
  }

  /**
   * Approves a call. A tool that the gateway runs itself is run at once, and `execution` says what came of it.
   *
   * @throws NotFoundError when there is no such call; ConflictError when it was answered before, or has expired.
   */
  approve(actionId: string, params: ReviewParams = {}, options?: RequestOptions): CallPromise<Approved> {
    return checked(() => {
      checkReview(params, approve.name);
      return this.#connection.call(approve, { actionId, reason: params.reason }, options);
    });
  }

  /**
   * Refuses a call.
   *
   * @throws NotFoundError when there is no such call; ConflictError when it was answered before, or has expired.
   */
  reject(actionId: string, params: ReviewParams = {}, options?: RequestOptions): CallPromise<Rejected> {
    return checked(() => {
      checkReview(params, reject.name);
      return this.#connection.call(reject, { actionId, reason: params.reason }, options);
    });
  }
}
