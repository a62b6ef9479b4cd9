import { compact, field } from '@sallyport/core/internal';
import { z } from 'zod';
import { Decision } from '../decision.js';
import type { DecisionPage, Escalation, EscalationPage } from '../types/index.js';

const fields = {
  decision_id: z.string().min(1),
  // An unknown word is no decision: it fails the whole answer.
  outcome: z.enum(['ALLOW', 'DENY', 'ESCALATE', 'REQUIRE_CONFIRMATION']),
  reason: field.orEmpty,
  risk_score: field.orZero,
  constraints: field.orEmptyRecord,
  timestamp: field.orEmpty,
  audit_ref: field.orEmpty,
};

export const decision = z.object(fields).transform(
  (body): Decision =>
    new Decision({
      decisionId: body.decision_id,
      outcome: body.outcome,
      reason: body.reason,
      riskScore: body.risk_score,
      constraints: body.constraints,
      timestamp: body.timestamp,
      auditRef: body.audit_ref,
    }),
);

/** A decision that was stored as JSON meanwhile. */
export const decisionFields = z.object({
  decisionId: z.string(),
  outcome: fields.outcome,
  reason: z.string(),
  riskScore: z.number(),
  constraints: z.record(z.string(), z.unknown()),
  timestamp: z.string(),
  auditRef: z.string(),
});

/** What every page says beside its items; an empty cursor is none. */
export const page = {
  total: field.number,
  cursor: field.text.transform((cursor) => cursor || undefined),
};

export const decisionPage = z
  .object({ decisions: field.list(decision), ...page })
  .transform((body): DecisionPage => compact(body));

export const escalation = z
  .object({
    escalation_id: field.text,
    id: field.text,
    status: z.enum(['pending', 'approved', 'denied', 'expired']),
    decision_id: field.text,
    request: field.orEmptyRecord,
    reason: field.text,
    risk_score: field.number,
    created_at: field.text,
    expires_at: field.text,
    resolved_at: field.text,
    operator_id: field.text,
    comment: field.text,
    confirmation_token: field.text,
    confirmation_expires_at: field.text,
    redeemed_at: field.text,
  })
  .refine(({ escalation_id, id }) => Boolean(escalation_id ?? id), { message: 'missing', path: ['escalation_id'] })
  .transform(
    (body): Escalation =>
      compact({
        escalationId: body.escalation_id ?? body.id ?? '',
        status: body.status,
        decisionId: body.decision_id,
        request: body.request,
        reason: body.reason,
        riskScore: body.risk_score,
        createdAt: body.created_at,
        expiresAt: body.expires_at,
        resolvedAt: body.resolved_at,
        operatorId: body.operator_id,
        comment: body.comment,
        confirmationToken: body.confirmation_token,
        confirmationExpiresAt: body.confirmation_expires_at,
        redeemedAt: body.redeemed_at,
      }),
  );

export const escalationPage = z
  .object({ escalations: field.list(escalation), ...page })
  .transform((body): EscalationPage => compact(body));
