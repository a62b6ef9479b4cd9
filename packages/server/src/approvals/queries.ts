import type { Query, SqlValue } from '../engine/unit.js';
import type { ApprovalFilter } from './desk.js';

/** Approvals with one digest that are looked at, newest first: what is older than that is not redeemed any more. */
const SAME_DIGEST = 32;
const DEFAULT_LIMIT = 1000;

export const byId = (id: string): Query => ({ sql: 'SELECT * FROM approvals WHERE id = ?', params: [id] });

/** One that is overdue may stand beside its successor until it is swept: the one that expires last counts. */
export const pendingBy = (joinKey: string): Query => ({
  sql: "SELECT * FROM approvals WHERE join_key = ? AND status = 'pending' ORDER BY expires_at DESC, id DESC LIMIT 1",
  params: [joinKey],
});

export const byDigest = (dialect: string, digest: string): Query => ({
  sql: `SELECT * FROM approvals WHERE dialect = ? AND digest = ? ORDER BY created_at DESC, id DESC LIMIT ${SAME_DIGEST}`,
  params: [dialect, digest],
});

/** Those with one digest that were approved, used or not. */
export const approvedBefore = (dialect: string, digest: string): Query => ({
  sql: "SELECT * FROM approvals WHERE dialect = ? AND digest = ? AND status IN ('approved', 'consumed') LIMIT 2",
  params: [dialect, digest],
});

export const pendingCount = (dialect: string): Query => ({
  sql: "SELECT count(*) AS n FROM approvals WHERE status = 'pending' AND dialect = ?",
  params: [dialect],
});

/** How many are pending, as `n`, and how many of them one credential has asked for, as `own`. */
export const pendingShare = (dialect: string, owner: string): Query => ({
  sql: `SELECT count(*) AS n, count(CASE WHEN owner = ? THEN 1 END) AS own FROM approvals
    WHERE status = 'pending' AND dialect = ?`,
  params: [owner, dialect],
});

/** Pending ones whose time is over, oldest first. */
export const overdue = (now: number, limit: number): Query => ({
  sql: "SELECT * FROM approvals WHERE status = 'pending' AND expires_at <= ? ORDER BY expires_at, id LIMIT ?",
  params: [now, limit],
});

/** When the next pending one expires, as `at`. */
export const nextExpiry = (now: number): Query => ({
  sql: "SELECT min(expires_at) AS at FROM approvals WHERE status = 'pending' AND expires_at > ?",
  params: [now],
});

/** Oldest first. What is pending and overdue is listed as what it has become. */
export function listed(filter: ApprovalFilter, now: number): Query {
  const conditions: string[] = [];
  const params: SqlValue[] = [];
  const add = (condition: string, ...values: SqlValue[]) => {
    conditions.push(condition);
    params.push(...values);
  };
  if (filter.dialect !== undefined) add('dialect = ?', filter.dialect);
  if (filter.tenant !== undefined) add('tenant = ?', filter.tenant);
  if (filter.owner !== undefined) add('owner = ?', filter.owner);
  if (filter.runId !== undefined) add('run_id = ?', filter.runId);
  if (filter.status === 'pending') add("status = 'pending' AND expires_at > ?", now);
  else if (filter.status === 'expired') add("(status = 'expired' OR (status = 'pending' AND expires_at <= ?))", now);
  else if (filter.status !== undefined) add('status = ?', filter.status);
  const where = conditions.length > 0 ? ` WHERE ${conditions.join(' AND ')}` : '';
  return {
    sql: `SELECT * FROM approvals${where} ORDER BY created_at, id LIMIT ?`,
    params: [...params, filter.limit ?? DEFAULT_LIMIT],
  };
}
