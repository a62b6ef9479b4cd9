import { type Answer, json } from '../../../http/answer.js';
import { isoTime } from '../agents/agent.js';
import type { MeshGuardMode } from '../options.js';
import { readyAt } from './ask.js';
import type { Decision } from './decision.js';

/** The headers that come with every decision. */
export function decisionHeaders({ outcome, verdict, traceId, agent }: Decision): Readonly<Record<string, string>> {
  return {
    'x-meshguard-decision': outcome === 'allow' ? 'allow' : 'deny',
    'x-meshguard-policy': headerText(verdict.policy),
    'x-meshguard-trace-id': traceId,
    'x-meshguard-agent-id': agent.id,
  };
}

/** Names may be in any script; header values may not. */
const headerText = (text: string): string => text.replace(/[^\x20-\x7e]/gu, encodeURIComponent);

/** The body of a call that may go on. */
function allowedBody(decision: Decision, mode: MeshGuardMode): Readonly<Record<string, unknown>> {
  const { action, resource, verdict, traceId, agent, at } = decision;
  return {
    allowed: true,
    decision: 'allow',
    action,
    ...(resource !== undefined && { resource }),
    policy: verdict.policy,
    rule: verdict.rule,
    ...(verdict.reason !== undefined && { reason: verdict.reason }),
    traceId,
    trustTier: agent.trustTier,
    timestamp: isoTime(at),
    mode,
  };
}

/** Status and body of a call that may not. */
export function refusal(decision: Decision): {
  readonly status: 403 | 429;
  readonly body: Readonly<Record<string, unknown>>;
} {
  const { outcome, exceeded, action, verdict, traceId } = decision;
  if (outcome === 'limited' && exceeded !== undefined) {
    const { retryAfterSeconds, limit } = exceeded;
    const body = { error: 'rate_limited', message: 'Rate limit exceeded', retry_after: retryAfterSeconds, limit };
    return { status: 429, body: { ...body, traceId } };
  }
  const message = verdict.reason ?? `Denied by rule: ${verdict.rule}`;
  return {
    status: 403,
    body: {
      error: 'Forbidden',
      message,
      reason: message,
      allowed: false,
      decision: 'deny',
      action,
      policy: verdict.policy,
      rule: verdict.rule,
      traceId,
      trace_id: traceId,
      ...waiting(decision),
    },
  };
}

/** What a call waits for: a human, or some time. */
function waiting({ outcome, approval, gate, at }: Decision): Readonly<Record<string, unknown>> {
  if (approval === undefined) return {};
  if (outcome !== 'pending') return { approvalId: approval.id, approvalStatus: approval.status };
  const held = gate === undefined ? {} : { pendingId: approval.id, deniedPatterns: gate.patterns };
  const ready = readyAt(approval);
  if (ready !== undefined) return { ...held, waitMs: Math.max(ready - at, 0) };
  return {
    ...held,
    decision: 'approval_required',
    approvalId: approval.id,
    expiresAt: isoTime(approval.expiresAt),
    ...(gate !== undefined && { requiresApproval: true, approvers: ['human'] }),
  };
}

/** The whole answer to a check. */
export function checkAnswer(decision: Decision, mode: MeshGuardMode): Answer {
  if (decision.outcome === 'allow') return json(200, allowedBody(decision, mode));
  const { status, body } = refusal(decision);
  return json(status, body);
}

/** Seconds until it is worth asking again; undefined where time alone changes nothing. */
export function retryAfterSeconds({ outcome, exceeded, approval, at }: Decision): number | undefined {
  if (exceeded !== undefined && outcome === 'limited') return exceeded.retryAfterSeconds;
  const ready = outcome === 'pending' && approval !== undefined ? readyAt(approval) : undefined;
  return ready === undefined ? undefined : Math.max(Math.ceil((ready - at) / 1000), 1);
}
