import { compact, field } from '@sallyport/core/internal';
import { z } from 'zod';
import type { PolicyDecision } from '../types/index.js';

/** What the caller knows, and the answer may repeat. */
export type Asked = Pick<PolicyDecision, 'action' | 'resource' | 'traceId'>;

/** What the body of a decision says. An unknown word is no decision: it fails the whole answer. */
export const decisionBody = z.object({
  allowed: field.flag,
  decision: z.enum(['allow', 'deny', 'approval_required', 'require_approval']).nullish(),
  action: field.text,
  policy: field.text,
  rule: field.text,
  message: field.text,
  reason: field.text,
  traceId: field.text,
  trace_id: field.text,
  trustTier: field.text,
  mode: field.text,
  timestamp: field.text,
  waitMs: field.number,
  approvalId: field.text,
  approval_id: field.text,
  approvalStatus: field.text,
  approval_status: field.text,
  expiresAt: field.text,
  expires_at: field.text,
});

export type DecisionBody = z.infer<typeof decisionBody>;

const DEFAULT_REASON = 'Access denied by policy';

const orUndefined = (text: string | null | undefined): string | undefined => (text ? text : undefined);

/** Gateways say why in `message`, some in `reason`; an empty text says nothing. */
const reasonOf = ({ message, reason }: DecisionBody): string | undefined => orUndefined(message) ?? orUndefined(reason);

function pendingOf(body: DecisionBody): PolicyDecision['pending'] {
  const id = body.approvalId ?? body.approval_id;
  const isPending = body.decision === 'approval_required' || body.decision === 'require_approval';
  return isPending && id ? compact({ id, expiresAt: body.expiresAt ?? body.expires_at }) : undefined;
}

/** The decision in a body, once it is known what the status makes of it. */
export function toDecision(body: DecisionBody, allowed: boolean, asked: Asked): PolicyDecision {
  return compact({
    allowed,
    action: asked.action,
    decision: allowed ? ('allow' as const) : ('deny' as const),
    policy: orUndefined(body.policy),
    rule: orUndefined(body.rule),
    reason: allowed ? orUndefined(body.reason) : (reasonOf(body) ?? DEFAULT_REASON),
    traceId: orUndefined(body.traceId) ?? orUndefined(body.trace_id) ?? asked.traceId,
    resource: asked.resource,
    trustTier: body.trustTier,
    mode: body.mode,
    timestamp: body.timestamp,
    pending: allowed ? undefined : pendingOf(body),
    waitMs: allowed ? undefined : body.waitMs,
    approvalStatus: body.approvalStatus ?? body.approval_status,
  });
}
