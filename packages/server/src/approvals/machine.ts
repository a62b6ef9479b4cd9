import type { Statement } from '../engine/unit.js';
import type { Approval, ApprovalStatus, Transition } from './approval.js';
import { rowOf } from './columns.js';
import { ApprovalConflictError } from './errors.js';

/** The state machine: every step that there is. */
const STEPS: Readonly<Record<ApprovalStatus, readonly ApprovalStatus[]>> = {
  pending: ['approved', 'rejected', 'expired', 'cancelled'],
  approved: ['consumed'],
  rejected: [],
  expired: [],
  cancelled: [],
  consumed: [],
};

/** Who resolves an approval that nobody has answered. */
export const TIMEOUT = 'timeout';

/** An approval as it counts at a time: a pending one whose time is over has expired, whether that was written or not. */
export function asOf(approval: Approval, now: number): Approval {
  if (approval.status !== 'pending' || now < approval.expiresAt) return approval;
  return { ...approval, status: 'expired', resolvedAt: approval.expiresAt, resolvedBy: TIMEOUT };
}

/**
 * The approval after a step.
 *
 * @throws ApprovalConflictError when the state machine has no such step.
 */
export function after(approval: Approval, { to, at, by, note }: Omit<Transition, 'from'>): Approval {
  if (!STEPS[approval.status].includes(to)) throw new ApprovalConflictError(approval, to);
  if (to === 'consumed') return { ...approval, status: to, consumedAt: at };
  return { ...approval, status: to, resolvedAt: at, resolvedBy: by, ...(note !== undefined && { note }) };
}

/** Writes a new approval. */
export function insertApproval(approval: Approval): Statement {
  const row = rowOf(approval);
  const columns = Object.keys(row);
  return {
    sql: `INSERT INTO approvals (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
    params: Object.values(row),
  };
}

/** Writes a step, unless another one was written since. */
export function updateApproval(next: Approval, from: ApprovalStatus): Statement {
  const { status, resolved_at, resolved_by, note, consumed_at, id } = rowOf(next);
  return {
    sql: 'UPDATE approvals SET status = ?, resolved_at = ?, resolved_by = ?, note = ?, consumed_at = ? WHERE id = ? AND status = ?',
    params: [status, resolved_at, resolved_by, note, consumed_at, id, from],
    expect: 1,
  };
}
