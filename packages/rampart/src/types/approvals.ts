import type { ApprovalOwner } from './options.js';

/**
 * Where an approval stands. Only `approved` is a yes.
 *
 * @example
 * ```ts
 * import type { ApprovalStatus } from '@sallyport/rampart';
 *
 * const isOpen = (status: ApprovalStatus): boolean => status === 'pending';
 * ```
 */
export type ApprovalStatus = 'pending' | 'approved' | 'denied' | 'expired';

/**
 * A request for a human's consent.
 *
 * @example
 * ```ts
 * import { type Approval, RampartClient } from '@sallyport/rampart';
 *
 * const approval: Approval = await new RampartClient().approvals.get('01J…');
 * ```
 */
export interface Approval {
  readonly id: string;
  readonly tool: string;
  readonly command: string;
  readonly agent: string;
  readonly session: string;
  readonly message: string;
  readonly status: ApprovalStatus;
  /** RFC 3339. */
  readonly createdAt: string;
  /** RFC 3339: nobody answering by then is a refusal. */
  readonly expiresAt: string;
  readonly runId?: string;
  /** `server/admin`, or `credential-` and 12 hex digits. */
  readonly credentialOwner?: string;
  /** RFC 3339; absent while pending. */
  readonly resolvedAt?: string;
  readonly resolvedBy?: string;
  /** True when the answer was also written down as a rule. */
  readonly persisted?: boolean;
}

/**
 * Pending approvals of one run that can be answered together.
 *
 * @example
 * ```ts
 * import type { ApprovalRunGroup } from '@sallyport/rampart';
 *
 * const idsOf = (group: ApprovalRunGroup): string[] => group.items.map(({ id }) => id);
 * ```
 */
export interface ApprovalRunGroup {
  readonly agent: string;
  readonly session: string;
  readonly runId: string;
  readonly credentialOwner?: string;
  readonly count: number;
  /** RFC 3339. */
  readonly earliestCreatedAt: string;
  readonly items: readonly Approval[];
}

/**
 * Everything that waits for a human, oldest first.
 *
 * @example
 * ```ts
 * import { type ApprovalList, RampartClient } from '@sallyport/rampart';
 *
 * const { approvals }: ApprovalList = await new RampartClient().approvals.list();
 * ```
 */
export interface ApprovalList {
  readonly approvals: readonly Approval[];
  /** Runs with two or more pending approvals; empty at older gateways. */
  readonly runGroups: readonly ApprovalRunGroup[];
  /** Milliseconds for which approving a run covers its later calls. */
  readonly runGrantTtlMs?: number;
}

/**
 * A request for consent made without a tool call.
 *
 * @example
 * ```ts
 * import type { CreateApprovalParams } from '@sallyport/rampart';
 *
 * const params: CreateApprovalParams = { tool: 'exec', command: 'terraform apply', message: 'touches production' };
 * ```
 */
export interface CreateApprovalParams {
  readonly tool?: string;
  readonly command?: string;
  readonly path?: string;
  readonly agent?: string;
  readonly message?: string;
  readonly runId?: string;
}

/**
 * An approval that was asked for; `approved` at once when its run is covered already.
 *
 * @example
 * ```ts
 * import type { CreatedApproval } from '@sallyport/rampart';
 *
 * const waits = (created: CreatedApproval): boolean => created.status === 'pending';
 * ```
 */
export interface CreatedApproval {
  readonly id: string;
  readonly status: ApprovalStatus;
  /** RFC 3339. */
  readonly expiresAt: string;
  readonly message?: string;
}

/**
 * A human's answer.
 *
 * @example
 * ```ts
 * import type { ResolveApprovalParams } from '@sallyport/rampart';
 *
 * const yes: ResolveApprovalParams = { approved: true, resolvedBy: 'alice' };
 * ```
 */
export interface ResolveApprovalParams {
  readonly approved: boolean;
  /** Who answered; the gateway records `api` when absent. */
  readonly resolvedBy?: string;
  /** Also writes the answer down as a rule for this very call; with `approved` only, for exec, read, write and edit. */
  readonly persist?: boolean;
  /** Why; recorded by gateways that keep it. */
  readonly reason?: string;
  /** The `sig` and `exp` of a signed link. They stand in for the token, which is then not sent. */
  readonly signature?: { readonly sig: string; readonly exp: number };
}

/**
 * What an answer came to.
 *
 * @example
 * ```ts
 * import type { ResolvedApproval } from '@sallyport/rampart';
 *
 * const text = ({ id, approved }: ResolvedApproval): string => `${id}: ${approved ? 'yes' : 'no'}`;
 * ```
 */
export interface ResolvedApproval {
  readonly id: string;
  readonly status: ApprovalStatus;
  readonly approved: boolean;
  readonly persisted: boolean;
}

/**
 * One answer to many approvals of one run.
 *
 * @example
 * ```ts
 * import type { BulkResolveParams } from '@sallyport/rampart';
 *
 * const params: BulkResolveParams = {
 *   agent: 'my-agent', session: 's1', runId: 'run-1', action: 'approve', scope: 'pending', ids: ['01J…'],
 * };
 * ```
 */
export interface BulkResolveParams {
  readonly agent: string;
  readonly session: string;
  readonly runId: string;
  readonly action: 'approve' | 'deny';
  /** `pending`: these alone. `run`: later calls of the run as well, for a while; with `approve` only. */
  readonly scope: 'pending' | 'run';
  /** Exactly the approvals that were looked at. */
  readonly ids: readonly string[];
  readonly resolvedBy?: string;
}

/**
 * What a bulk answer came to.
 *
 * @example
 * ```ts
 * import type { BulkResolved } from '@sallyport/rampart';
 *
 * const count = (result: BulkResolved): number => result.resolved;
 * ```
 */
export interface BulkResolved {
  readonly resolved: number;
  readonly ids: readonly string[];
  readonly reviewedIds: readonly string[];
  /** Approvals that came in while the others were looked at, and that the answer covers. */
  readonly raceCoveredIds: readonly string[];
  readonly scope: string;
  readonly futureCallsAuthorized: boolean;
  readonly grantTtlMs?: number;
  /** RFC 3339. */
  readonly grantExpiresAt?: string;
}

/**
 * What became of an approval that a host showed to its own user.
 *
 * @example
 * ```ts
 * import type { HostedOutcomeParams } from '@sallyport/rampart';
 *
 * const params: HostedOutcomeParams = { outcome: 'approved', scope: 'once', resolvedBy: 'alice' };
 * ```
 */
export interface HostedOutcomeParams {
  readonly outcome: 'approved' | 'denied' | 'timeout' | 'cancelled';
  readonly scope?: 'once' | 'session' | 'always';
  readonly agent?: string;
  readonly session?: string;
  readonly runId?: string;
  readonly tool?: string;
  readonly toolCallId?: string;
  readonly hostApprovalId?: string;
  readonly approvalOwner?: ApprovalOwner;
  readonly resolvedBy?: string;
  /** RFC 3339. */
  readonly resolvedAt?: string;
  readonly message?: string;
}

/**
 * The record of a host's outcome. It grants nothing.
 *
 * @example
 * ```ts
 * import type { HostedOutcome } from '@sallyport/rampart';
 *
 * const record = (outcome: HostedOutcome): string => outcome.eventId;
 * ```
 */
export interface HostedOutcome {
  readonly auditId: string;
  readonly eventId: string;
  readonly status: string;
  readonly outcome: string;
  /** RFC 3339. */
  readonly resolvedAt: string;
}
