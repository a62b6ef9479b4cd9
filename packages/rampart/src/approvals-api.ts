import { ApprovalTimeoutError, type CallPromise, type RequestOptions } from '@sallyport/core';
import { type Caller, checkPlainObject, waitAtMost } from '@sallyport/core/internal';
import { adoptError, checked } from './errors.js';
import {
  bulkResolve,
  createApproval,
  getApproval,
  listApprovals,
  resolveApproval,
  resolveBySignature,
  resolveHosted,
} from './operations/approvals.js';
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
} from './types/index.js';
import { untilDecided } from './wait.js';

/**
 * How long to wait for a human.
 *
 * @example
 * ```ts
 * import type { WaitForApprovalOptions } from '@sallyport/rampart';
 *
 * const options: WaitForApprovalOptions = { maxWaitMs: 60_000 };
 * ```
 */
export interface WaitForApprovalOptions extends RequestOptions {
  /**
   * Milliseconds to wait at most.
   * @defaultValue `600_000` (ten minutes)
   */
  readonly maxWaitMs?: number;
}

const DEFAULT_WAIT_MS = 600_000;

/**
 * Approvals: what waits for a human, and the human's answer. Needs a credential of an approver or admin; a gateway that
 * announces `approval-wait` lets whoever asked read and wait for their own.
 *
 * @example
 * ```ts
 * import { RampartClient } from '@sallyport/rampart';
 *
 * const operator = new RampartClient({ token: 'the admin token' });
 * const { approvals } = await operator.approvals.list();
 * for (const { id } of approvals) await operator.approvals.resolve(id, { approved: false, resolvedBy: 'alice' });
 * ```
 */
export class ApprovalsApi {
  readonly #caller: Caller;

  /** @internal Made by the client. */
  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /** Everything that is pending, oldest first. */
  list(options?: RequestOptions): CallPromise<ApprovalList> {
    return this.#caller.call(listApprovals, undefined, options);
  }

  /**
   * One approval, whatever became of it. Gateways forget decided ones after some minutes.
   *
   * @throws NotFoundError when there is none.
   */
  get(id: string, options?: RequestOptions): CallPromise<Approval> {
    return this.#caller.call(getApproval, { id }, options);
  }

  /**
   * Answers one approval; once.
   *
   * @throws NotFoundError when it does not exist, or was answered or expired before (410).
   * @throws PermissionDeniedError for an agent's token: nobody approves their own call.
   */
  resolve(id: string, params: ResolveApprovalParams, options?: RequestOptions): CallPromise<ResolvedApproval> {
    return checked(() => {
      checkPlainObject('params', params);
      const operation = params.signature ? resolveBySignature : resolveApproval;
      return this.#caller.call(operation, { ...params, id }, options);
    });
  }

  /**
   * Answers many approvals of one run at once.
   *
   * @throws ConflictError when the list that was looked at is out of date.
   */
  bulkResolve(params: BulkResolveParams, options?: RequestOptions): CallPromise<BulkResolved> {
    return checked(() => {
      checkPlainObject('params', params);
      return this.#caller.call(bulkResolve, params, options);
    });
  }

  /** Asks for consent without a tool call. */
  create(params: CreateApprovalParams, options?: RequestOptions): CallPromise<CreatedApproval> {
    return checked(() => {
      checkPlainObject('params', params);
      return this.#caller.call(createApproval, params, options);
    });
  }

  /**
   * Waits until an approval is decided: `approved`, `denied` or `expired`. The server wakes the waiter where it can, and
   * is asked at growing intervals of half a second to five where it cannot.
   *
   * @throws ApprovalTimeoutError when nobody answered within `maxWaitMs`.
   */
  async wait(id: string, options: WaitForApprovalOptions = {}): Promise<Approval> {
    const { maxWaitMs = DEFAULT_WAIT_MS, ...request } = options;
    const { signal } = request;
    return waitAtMost(
      this.#caller.runtime,
      { maxWaitMs, signal },
      (ending) => untilDecided(this.#caller, id, ending, request),
      () => {
        const error = new ApprovalTimeoutError(`Nobody answered approval ${id} within ${maxWaitMs} ms (maxWaitMs).`, {
          approvalId: id,
          gateway: this.#caller.gateway,
          operation: 'rampart.approvals.wait',
        });
        throw adoptError(error);
      },
    );
  }
}

/**
 * Approvals that a host shows to its own user.
 *
 * @example
 * ```ts
 * import { RampartClient } from '@sallyport/rampart';
 *
 * await new RampartClient().hostedApprovals.resolve('01J…', { outcome: 'approved', scope: 'once' });
 * ```
 */
export class HostedApprovalsApi {
  readonly #caller: Caller;

  /** @internal Made by the client. */
  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /** Records what became of one, by the audit id of its decision. It grants nothing. */
  resolve(auditId: string, params: HostedOutcomeParams, options?: RequestOptions): CallPromise<HostedOutcome> {
    return checked(() => {
      checkPlainObject('params', params);
      return this.#caller.call(resolveHosted, { ...params, auditId }, options);
    });
  }
}
