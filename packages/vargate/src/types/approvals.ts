import type { RequestOptions } from '@sallyport/core';

/**
 * A call that waits for a human.
 *
 * @example
 * ```ts
 * import type { PendingApproval } from '@sallyport/vargate';
 *
 * const line = ({ agentId, tool, method }: PendingApproval): string => `${agentId} wants ${tool}/${method}`;
 * ```
 */
export interface PendingApproval {
  readonly actionId: string;
  readonly agentId: string;
  readonly tool: string;
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly violations: readonly string[];
  readonly severity: string;
  /** RFC 3339. */
  readonly createdAt: string;
  /** RFC 3339; after that nobody's answer counts. */
  readonly timeoutAt?: string;
}

/**
 * The queue: at most the 50 newest calls, and how many there are of each kind.
 *
 * @example
 * ```ts
 * import type { ApprovalQueue } from '@sallyport/vargate';
 *
 * const isQuiet = ({ stats }: ApprovalQueue): boolean => stats.pending === 0;
 * ```
 */
export interface ApprovalQueue {
  readonly pending: readonly PendingApproval[];
  readonly stats: {
    readonly pending: number;
    readonly approved: number;
    readonly rejected: number;
    readonly expired: number;
  };
}

/**
 * A call that has been answered, or that nobody answered.
 *
 * @example
 * ```ts
 * import type { AnsweredApproval } from '@sallyport/vargate';
 *
 * const isYes = ({ status }: AnsweredApproval): boolean => status === 'approved';
 * ```
 */
export interface AnsweredApproval {
  readonly actionId: string;
  readonly status: 'approved' | 'rejected' | 'expired';
  readonly tool: string;
  readonly method: string;
  readonly agentId?: string;
  readonly severity?: string;
  readonly reviewerEmail?: string;
  readonly reviewNote?: string;
  readonly createdAt?: string;
  readonly reviewedAt?: string;
  /** Present when the gateway carried out the call after it was approved. */
  readonly execution?: ApprovedExecution;
}

/**
 * What came of a call that the gateway carried out once it was approved.
 *
 * @example
 * ```ts
 * import type { ApprovedExecution } from '@sallyport/vargate';
 *
 * const failed = ({ status }: ApprovedExecution): boolean => status === 'error';
 * ```
 */
export interface ApprovedExecution {
  readonly status: 'success' | 'error';
  readonly result?: unknown;
  readonly error?: string;
}

/**
 * An approval as it was given.
 *
 * @example
 * ```ts
 * import type { Approved } from '@sallyport/vargate';
 *
 * const ran = ({ execution }: Approved): boolean => execution?.status === 'success';
 * ```
 */
export interface Approved {
  readonly status: 'approved';
  readonly actionId: string;
  readonly reviewerEmail?: string;
  readonly reviewedAt?: string;
  readonly tool?: string;
  readonly method?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  /** Absent when the agent has to run the call itself. */
  readonly execution?: ApprovedExecution;
}

/**
 * A refusal as it was given.
 *
 * @example
 * ```ts
 * import type { Rejected } from '@sallyport/vargate';
 *
 * const by = ({ reviewerEmail = 'unknown' }: Rejected): string => reviewerEmail;
 * ```
 */
export interface Rejected {
  readonly status: 'rejected';
  readonly actionId: string;
  readonly reviewerEmail?: string;
  readonly reviewedAt?: string;
}

/**
 * What a human may add to an answer.
 *
 * @example
 * ```ts
 * import type { ReviewParams } from '@sallyport/vargate';
 *
 * const params: ReviewParams = { reason: 'External email not permitted for this task' };
 * ```
 */
export interface ReviewParams {
  /** Why; kept with the approval. */
  readonly reason?: string;
}

/**
 * How long to wait for a human.
 *
 * @example
 * ```ts
 * import type { WaitForApprovalOptions } from '@sallyport/vargate';
 *
 * const options: WaitForApprovalOptions = { maxWaitMs: 60_000 };
 * ```
 */
export interface WaitForApprovalOptions extends RequestOptions {
  /**
   * Milliseconds to wait at most.
   * @defaultValue `3_630_000`: an approval's hour, and some grace
   */
  readonly maxWaitMs?: number;
}
