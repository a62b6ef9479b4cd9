import { compact, field } from '@sallyport/core/internal';
import { z } from 'zod';
import type {
  AuditEntry,
  AuditEvent,
  AuditPage,
  AuditTrail,
  Execution,
  Health,
  RecordedExecution,
} from '../types/index.js';
import { page } from './decisions.js';

const auditEntry = z
  .object({
    id: z.string(),
    event_type: field.orEmpty,
    timestamp: z.string(),
    actor_id: field.text,
    capability: field.text,
    outcome: field.text,
    risk_score: field.number,
    decision_id: field.text,
    policies_evaluated: field.texts,
    policy_matched: field.text,
    hash: field.text,
    previous_hash: field.text,
  })
  .transform(
    (body): AuditEntry =>
      compact({
        id: body.id,
        eventType: body.event_type,
        timestamp: body.timestamp,
        actorId: body.actor_id,
        capability: body.capability,
        outcome: body.outcome,
        riskScore: body.risk_score,
        decisionId: body.decision_id,
        policiesEvaluated: body.policies_evaluated,
        policyMatched: body.policy_matched,
        hash: body.hash,
        previousHash: body.previous_hash,
      }),
  );

export const auditPage = z
  .object({ entries: field.list(auditEntry), ...page })
  .transform((body): AuditPage => compact(body));

const execution = z
  .object({
    status: z.string(),
    result_summary: field.text,
    duration_ms: field.number,
    completed_at: field.text,
  })
  .transform(
    (body): Execution =>
      compact({
        status: body.status,
        resultSummary: body.result_summary,
        durationMs: body.duration_ms,
        completedAt: body.completed_at,
      }),
  );

/** The documents do not show the answer to a report. */
export const recordedExecution = z
  .object({ audit_ref: field.text })
  .nullish()
  .transform((body): RecordedExecution => compact({ auditRef: body?.audit_ref }));

const evaluation = z
  .object({
    capability_check: field.text,
    authority_check: field.text,
    risk_score: field.number,
    risk_threshold: field.number,
    policies_evaluated: field.texts,
    policy_matched: field.text,
  })
  .transform((body): AuditTrail['evaluation'] =>
    compact({
      capabilityCheck: body.capability_check,
      authorityCheck: body.authority_check,
      riskScore: body.risk_score,
      riskThreshold: body.risk_threshold,
      policiesEvaluated: body.policies_evaluated,
      policyMatched: body.policy_matched,
    }),
  );

export const auditTrail = z
  .object({
    decision_id: z.string(),
    request: field.orEmptyRecord,
    evaluation,
    decision: z
      .object({
        outcome: z.string(),
        reason: field.orEmpty,
        constraints: field.orEmptyRecord,
        timestamp: field.text,
      })
      .transform((body): AuditTrail['decision'] => compact(body)),
    execution: execution.nullish(),
    integrity: z
      .object({ hash: field.text, previous_hash: field.text, chain_verified: field.flag })
      .nullish()
      .transform((body): AuditTrail['integrity'] =>
        compact({ hash: body?.hash, previousHash: body?.previous_hash, chainVerified: body?.chain_verified }),
      ),
  })
  .transform(({ decision_id, ...body }): AuditTrail => compact({ decisionId: decision_id, ...body }));

const auditEvent = z
  .object({
    agent_id: field.orEmpty,
    action: field.orEmpty,
    target: field.orEmpty,
    decision: field.orEmpty,
    reason: field.orEmpty,
    timestamp: field.orEmpty,
  })
  .transform(({ agent_id, ...body }): AuditEvent => ({ agentId: agent_id, ...body }));

export const auditEvents = z.array(auditEvent).transform((list): readonly AuditEvent[] => list);

export const health = z
  .object({ status: z.string(), version: field.orEmpty, timestamp: field.text })
  .transform((body): Health => compact(body));
