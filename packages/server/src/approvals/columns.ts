import type { Row, SqlValue } from '../engine/unit.js';
import type { Tables } from '../store/tables.js';
import type { Approval, ApprovalStatus } from './approval.js';

type ApprovalRow = Tables['approvals'];

const STATUSES: readonly ApprovalStatus[] = ['pending', 'approved', 'rejected', 'expired', 'cancelled', 'consumed'];

function statusOf(value: SqlValue | undefined): ApprovalStatus {
  const status = STATUSES.find((known) => known === value);
  if (status === undefined) throw new TypeError(`"${String(value)}" is no status of an approval.`);
  return status;
}

/** An approval as its row, in a fixed order of columns. */
export function rowOf(approval: Approval): ApprovalRow {
  return {
    id: approval.id,
    dialect: approval.dialect,
    tenant: approval.tenant,
    status: approval.status,
    join_key: approval.joinKey,
    digest: approval.digest,
    owner: approval.owner,
    agent: approval.agent,
    session: approval.session,
    run_id: approval.runId,
    call_id: approval.callId,
    tool: approval.tool,
    summary: approval.summary,
    message: approval.message,
    call: JSON.stringify(approval.call ?? null),
    policy_revision: approval.policyRevision,
    link: approval.link,
    created_at: approval.createdAt,
    expires_at: approval.expiresAt,
    resolved_at: approval.resolvedAt ?? null,
    resolved_by: approval.resolvedBy ?? null,
    note: approval.note ?? null,
    consumed_at: approval.consumedAt ?? null,
    extra: JSON.stringify(approval.extra ?? null),
  };
}

/** Reads a row as it is stored. */
export function approvalOf(row: Row): Approval {
  const text = (column: keyof ApprovalRow) => String(row[column]);
  const number = (column: keyof ApprovalRow) => (row[column] == null ? undefined : Number(row[column]));
  const optional = (column: keyof ApprovalRow) => (row[column] == null ? undefined : String(row[column]));
  const resolvedAt = number('resolved_at');
  const resolvedBy = optional('resolved_by');
  const note = optional('note');
  const consumedAt = number('consumed_at');
  return {
    id: text('id'),
    dialect: text('dialect'),
    tenant: text('tenant'),
    status: statusOf(row['status']),
    joinKey: text('join_key'),
    digest: text('digest'),
    owner: text('owner'),
    agent: text('agent'),
    session: text('session'),
    runId: text('run_id'),
    callId: text('call_id'),
    tool: text('tool'),
    summary: text('summary'),
    message: text('message'),
    call: JSON.parse(text('call')),
    policyRevision: text('policy_revision'),
    link: text('link'),
    createdAt: Number(row['created_at']),
    expiresAt: Number(row['expires_at']),
    ...(resolvedAt !== undefined && { resolvedAt }),
    ...(resolvedBy !== undefined && { resolvedBy }),
    ...(note !== undefined && { note }),
    ...(consumedAt !== undefined && { consumedAt }),
    extra: JSON.parse(text('extra')),
  };
}
