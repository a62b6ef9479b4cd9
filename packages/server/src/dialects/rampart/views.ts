import type { Approval } from '../../approvals/approval.js';
import { type Answer, json } from '../../http/answer.js';
import { extraOf } from './ask.js';
import { rfc3339Nano } from './time.js';

/** The four states that the protocol knows. */
export type StatusWord = 'pending' | 'approved' | 'denied' | 'expired';

const WORDS: Readonly<Record<Approval['status'], StatusWord>> = {
  pending: 'pending',
  approved: 'approved',
  consumed: 'approved',
  rejected: 'denied',
  cancelled: 'denied',
  expired: 'expired',
};

/** An approval's state in the protocol's words. */
export function statusWord({ status }: Pick<Approval, 'status'>): StatusWord {
  return WORDS[status];
}

/** An approval as the list of pending ones shows it. */
export function listItem(approval: Approval): Record<string, unknown> {
  return {
    id: approval.id,
    tool: approval.tool,
    command: extraOf(approval).subject,
    agent: approval.agent,
    session: approval.session,
    credential_owner: approval.owner,
    message: approval.message,
    status: statusWord(approval),
    created_at: rfc3339Nano(approval.createdAt),
    expires_at: rfc3339Nano(approval.expiresAt),
    ...(approval.runId !== '' && { run_id: approval.runId }),
  };
}

/** One approval in full. */
export function approvalDetail(approval: Approval): Record<string, unknown> {
  const { resolvedAt, resolvedBy } = approval;
  return {
    id: approval.id,
    tool: approval.tool,
    command: extraOf(approval).subject,
    agent: approval.agent,
    session: approval.session,
    message: approval.message,
    status: statusWord(approval),
    created_at: rfc3339Nano(approval.createdAt),
    expires_at: rfc3339Nano(approval.expiresAt),
    ...(resolvedAt !== undefined && {
      resolved_at: rfc3339Nano(resolvedAt),
      resolved_by: resolvedBy ?? '',
      persisted: extraOf(approval).persisted,
    }),
  };
}

/** The answer to a resolution. */
export function resolved(id: string, approved: boolean, persisted: boolean): Answer {
  return json(200, { id, status: approved ? 'approved' : 'denied', approved, persisted });
}

/** An approval as operators see it across dialects. Times are milliseconds since the epoch. */
export function operatorView(approval: Approval): Record<string, unknown> {
  const { id, dialect, status, tool, summary, message, agent, session, owner, runId, call } = approval;
  const { createdAt, expiresAt, resolvedAt, resolvedBy, note } = approval;
  return {
    ...{ id, dialect, status, tool, summary, message, agent, session, owner },
    ...(runId !== '' && { runId }),
    call,
    createdAt,
    expiresAt,
    ...(resolvedAt !== undefined && { resolvedAt }),
    ...(resolvedBy !== undefined && { resolvedBy }),
    ...(note !== undefined && { note }),
  };
}
