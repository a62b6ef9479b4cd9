import type { Approval } from '../../approvals/approval.js';
import { auditRefOf, wireRisk } from './entries.js';
import { type Fields, isFields } from './evaluation/proposal.js';
import type { Capability, Grant, Policy } from './registry/model.js';
import { kindOf, riskOfReview, tokenEnd } from './reviews.js';
import type { Aegis } from './runtime.js';
import { isoTime } from './time.js';

export function capabilityView({ id, name, description, riskLevel, parameterSchema, createdAt }: Capability): Fields {
  return {
    id,
    name,
    description,
    risk_level: riskLevel,
    parameter_schema: parameterSchema ?? {},
    created_at: isoTime(createdAt),
  };
}

export function policyView({ id, name, description, rules, enabled, version, createdAt, updatedAt }: Policy): Fields {
  return {
    id,
    name,
    description,
    rules,
    enabled,
    version,
    created_at: isoTime(createdAt),
    updated_at: isoTime(updatedAt),
  };
}

export function grantView({ actor, capability, timeWindow, rateLimit, grantedAt, expiresAt }: Grant): Fields {
  return {
    actor_id: actor,
    capability,
    constraints: {
      ...(timeWindow !== undefined && { time_window: timeWindow }),
      ...(rateLimit !== undefined && {
        rate_limit: { max_requests: rateLimit.maxRequests, window_seconds: rateLimit.windowSeconds },
      }),
    },
    granted_at: isoTime(grantedAt),
    expires_at: expiresAt === undefined ? null : isoTime(expiresAt),
  };
}

const STATUSES = {
  pending: 'pending',
  approved: 'approved',
  consumed: 'approved',
  rejected: 'denied',
  cancelled: 'denied',
  expired: 'expired',
} as const;

/** An escalation. @param withToken - for its owner, who redeems it, and for the operator who has just approved it. */
export function escalationView(aegis: Aegis, approval: Approval, withToken: boolean): Fields {
  const { id, link, status, message, call, createdAt, expiresAt, resolvedAt, resolvedBy, note, consumedAt } = approval;
  const end = tokenEnd(approval, aegis.settings.confirmationTimeoutMs);
  const usable = status === 'approved' && aegis.engine.clock.now() < end;
  return {
    escalation_id: id,
    decision_id: link,
    status: STATUSES[status],
    reason: message,
    risk_score: wireRisk(riskOfReview(approval)),
    request: call,
    created_at: isoTime(createdAt),
    expires_at: isoTime(expiresAt),
    ...(resolvedAt !== undefined && { resolved_at: isoTime(resolvedAt) }),
    ...(resolvedBy !== undefined && { operator_id: resolvedBy }),
    ...(note !== undefined && { comment: note }),
    ...(consumedAt !== undefined && { redeemed_at: isoTime(consumedAt) }),
    ...(usable &&
      withToken && { confirmation_token: aegis.tokens.tokenFor(id), confirmation_expires_at: isoTime(end) }),
  };
}

/** A decision's seven fields, out of its audit entry. */
export function decisionView(entry: Fields): Fields {
  const details = isFields(entry['details']) ? entry['details'] : {};
  const { reason, constraints } = isFields(details['decision']) ? details['decision'] : {};
  const decisionId = String(entry['decision_id']);
  return {
    decision_id: decisionId,
    outcome: entry['outcome'],
    reason,
    risk_score: entry['risk_score'],
    constraints,
    timestamp: entry['timestamp'],
    audit_ref: auditRefOf(decisionId),
  };
}

/** A review as operators see it across dialects. Times are milliseconds since the epoch. */
export function operatorView(approval: Approval): Fields {
  const { id, dialect, status, tool, summary, message, agent, session, owner, call, link } = approval;
  const { createdAt, expiresAt, resolvedAt, resolvedBy, note } = approval;
  return {
    ...{ id, dialect, status, tool, summary, message, agent, session, owner },
    kind: kindOf(approval),
    decisionId: link,
    call,
    createdAt,
    expiresAt,
    ...(resolvedAt !== undefined && { resolvedAt }),
    ...(resolvedBy !== undefined && { resolvedBy }),
    ...(note !== undefined && { note }),
  };
}
