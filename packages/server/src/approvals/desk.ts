import type { EngineEvent, Query, RecordDraft, Row, Statement } from '../engine/unit.js';
import type { Approval, ApprovalStatus, Transition } from './approval.js';

/** What a dialect adds to every step that an approval takes, whichever door it came through. */
export interface ApprovalHooks {
  /** The chains that `records` may append to: of any approval, or of one, where each tenant has its own. */
  readonly chains: readonly string[] | ((approval: Approval) => readonly string[]);
  records(approval: Approval, transition: Transition): readonly RecordDraft[];
  /** What an approval depends on beside its own state; `check` throws when it must not be given now. */
  readonly approvable?: {
    load(approval: Approval): Query;
    check(approval: Approval, rows: readonly Row[]): void;
  };
  /** Writes of the dialect's own tables that belong to the step. */
  writes?(approval: Approval, transition: Transition): readonly Statement[];
}

/** Statements and events of one step, to be put into a unit. */
export interface Step {
  readonly approval: Approval;
  readonly writes: readonly Statement[];
  readonly records: readonly RecordDraft[];
  readonly events: readonly EngineEvent[];
}

/** Which approvals to list. */
export interface ApprovalFilter {
  readonly dialect?: string;
  readonly tenant?: string;
  readonly status?: ApprovalStatus;
  readonly owner?: string;
  readonly runId?: string;
  readonly limit?: number;
}

/** One human's answer. */
export interface Resolution {
  readonly verdict: 'approved' | 'rejected' | 'cancelled';
  readonly by: string;
  readonly note?: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

/**
 * The one queue and the one state machine for human approvals:
 * `pending → approved | rejected | expired | cancelled`, `approved → consumed`, each step once, atomic and audited.
 *
 * Its events are `approval.created` and `approval.<status>`, with the approval as it is then.
 */
export interface ApprovalDesk {
  /** A dialect announces itself before its first approval. */
  register(dialect: string, hooks: ApprovalHooks): void;

  // For units that deal with approvals themselves: what to load, how to read it, which steps to take.
  pendingBy(joinKey: string): Query;
  /** The latest with that digest, newest first. */
  byDigest(dialect: string, digest: string): Query;
  /** One or two with that digest that were approved, if there are any, however long ago. */
  approvedBefore(dialect: string, digest: string): Query;
  byId(id: string): Query;
  /** Loads one row, `n`. */
  pendingCount(dialect: string): Query;
  /** Loads one row: `n`, and `own` of them that one credential has asked for. */
  pendingShare(dialect: string, owner: string): Query;
  /** A pending one whose time is over reads as expired. */
  read(row: Row): Approval;
  open(approval: Approval): Step;
  /** @throws ApprovalConflictError when the approval is not (or no longer) in a state that allows the step. */
  step(approval: Approval, to: ApprovalStatus, how: Omit<Transition, 'from' | 'to'>): Step;

  // Whole operations.
  get(id: string): Promise<Approval | undefined>;
  list(filter: ApprovalFilter): Promise<readonly Approval[]>;
  /** @throws ApprovalNotFoundError @throws ApprovalConflictError (already resolved, or expired: its `status` says which) */
  resolve(id: string, resolution: Resolution): Promise<Approval>;
  /** Waits until it is no longer pending, at most so many milliseconds or until aborted, and returns it as it is then. */
  wait(id: string, ms: number, signal?: AbortSignal): Promise<Approval | undefined>;
  /** Expires what is due. Runs by itself at each expiry; exposed for the tests' clock and for start-up. */
  sweep(): Promise<number>;
}
