import type { Approval } from '../../../approvals/approval.js';
import { isoTime } from '../agents/agent.js';
import { readyAt } from '../decide/ask.js';

type Fields = Readonly<Record<string, unknown>>;

/** An approval as this dialect's API shows it. */
export function approvalView(approval: Approval): Fields {
  const { id, status, tool, agent, summary, message, call, link, createdAt, expiresAt } = approval;
  const { resolvedAt, resolvedBy, note, extra } = approval;
  const { agentId, policy, rule, patterns }: Fields = Object(extra);
  const ready = readyAt(approval);
  return {
    id,
    status,
    action: tool,
    summary,
    reason: message,
    agentId,
    agentName: agent,
    policy,
    rule,
    call,
    auditId: link,
    ...(patterns !== undefined && { deniedPatterns: patterns }),
    createdAt: isoTime(createdAt),
    expiresAt: isoTime(expiresAt),
    ...(ready !== undefined && { readyAt: isoTime(ready) }),
    ...(resolvedAt !== undefined && { resolvedAt: isoTime(resolvedAt) }),
    ...(resolvedBy !== undefined && { resolvedBy }),
    ...(note !== undefined && { note }),
  };
}

/** An approval as operators see it across dialects. Times are milliseconds since the epoch. */
export function operatorView(approval: Approval): Fields {
  const { id, dialect, status, tool, summary, message, agent, session, owner, call } = approval;
  const { createdAt, expiresAt, resolvedAt, resolvedBy, note } = approval;
  return {
    ...{ id, dialect, status, tool, summary, message, agent, session, owner },
    call,
    createdAt,
    expiresAt,
    ...(resolvedAt !== undefined && { resolvedAt }),
    ...(resolvedBy !== undefined && { resolvedBy }),
    ...(note !== undefined && { note }),
  };
}
