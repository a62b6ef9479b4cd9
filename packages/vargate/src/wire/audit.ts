import { compact, field } from '@sallyport/core/internal';
import { z } from 'zod';
import type {
  AgentActivity,
  AuditPage,
  AuditRecord,
  ChainIntegrity,
  DataSubject,
  Erasure,
  ErasureProof,
} from '../types/index.js';

/** Databases without booleans send 0 and 1. */
const flag = z.union([z.boolean(), z.number().transform((value) => value !== 0)]).nullish();

const auditRecord = z
  .object({
    id: z.number(),
    action_id: z.string(),
    agent_id: z.string(),
    tool: z.string(),
    method: z.string(),
    params: field.orEmptyRecord,
    params_raw: field.text,
    requested_at: z.string(),
    decision: z.string(),
    violations: field.texts,
    violations_raw: field.text,
    severity: field.orEmpty,
    alert_tier: field.text,
    bundle_revision: field.orEmpty,
    prev_hash: z.string(),
    record_hash: z.string(),
    created_at: field.orEmpty,
    evaluation_pass: field.number,
    anomaly_score_at_eval: field.number,
    contains_pii: flag,
    pii_subject_id: field.text,
    pii_fields: z.array(z.string()).nullish(),
    erasure_status: field.text,
    execution_mode: field.text,
    execution_result: z.unknown().optional(),
    execution_latency_ms: field.number,
    credential_accessed: field.text,
    source: field.text,
    managed_session_id: field.text,
  })
  .transform(
    (body): AuditRecord =>
      compact({
        id: body.id,
        actionId: body.action_id,
        agentId: body.agent_id,
        tool: body.tool,
        method: body.method,
        params: body.params,
        paramsRaw: body.params_raw,
        requestedAt: body.requested_at,
        decision: body.decision,
        violations: body.violations,
        violationsRaw: body.violations_raw,
        severity: body.severity,
        alertTier: body.alert_tier,
        bundleRevision: body.bundle_revision,
        prevHash: body.prev_hash,
        recordHash: body.record_hash,
        createdAt: body.created_at,
        evaluationPass: body.evaluation_pass,
        anomalyScoreAtEval: body.anomaly_score_at_eval,
        containsPii: body.contains_pii,
        piiSubjectId: body.pii_subject_id,
        piiFields: body.pii_fields,
        erasureStatus: body.erasure_status,
        executionMode: body.execution_mode,
        executionResult: body.execution_result,
        executionLatencyMs: body.execution_latency_ms,
        credentialAccessed: body.credential_accessed,
        source: body.source,
        managedSessionId: body.managed_session_id,
      }),
  );

export const auditPage = z
  .object({
    records: z.array(auditRecord),
    count: field.number,
    offset: field.orZero,
    total: z.number().int().nonnegative(),
    tenant_id: field.text,
  })
  .transform(
    (body): AuditPage =>
      compact({
        records: body.records,
        count: body.count ?? body.records.length,
        offset: body.offset,
        total: body.total,
        tenantId: body.tenant_id,
      }),
  );

/** The log as it came, for what hashes it: only the numbers that say where a record belongs are looked at. */
export const rawPage = z.object({
  records: z.array(z.looseObject({ id: z.number() })),
  total: z.number().int().nonnegative(),
});

export type RawPage = z.infer<typeof rawPage>;

export const chainIntegrity = z
  .object({
    valid: z.boolean(),
    record_count: field.number,
    failed_at_action_id: field.text,
    reason: field.text,
    tenant_id: field.text,
  })
  .transform(
    (body): ChainIntegrity =>
      compact({
        valid: body.valid,
        recordCount: body.record_count,
        failedAtActionId: body.failed_at_action_id,
        reason: body.reason,
        tenantId: body.tenant_id,
      }),
  );

const agentActivity = z
  .object({
    agent_id: z.string(),
    total: field.orZero,
    blocked: field.orZero,
    last_action: field.text,
    anomaly_score: field.orZero,
    tools: field.texts,
  })
  .transform(
    (body): AgentActivity =>
      compact({
        agentId: body.agent_id,
        total: body.total,
        blocked: body.blocked,
        lastAction: body.last_action,
        anomalyScore: body.anomaly_score,
        tools: body.tools,
      }),
  );

export const agentActivities = z
  .object({ agents: field.list(agentActivity) })
  .transform(({ agents }): readonly AgentActivity[] => agents);

const dataSubject = z
  .object({
    subject_id: z.string(),
    record_count: field.orZero,
    erasure_status: field.orEmpty,
    last_seen: field.text,
  })
  .transform(
    (body): DataSubject =>
      compact({
        subjectId: body.subject_id,
        recordCount: body.record_count,
        erasureStatus: body.erasure_status,
        lastSeen: body.last_seen,
      }),
  );

export const dataSubjects = z
  .object({ subjects: field.list(dataSubject) })
  .transform(({ subjects }): readonly DataSubject[] => subjects);

export const erasure = z
  .object({
    subject_id: z.string(),
    records_affected: field.orZero,
    erasure_certificate: field.text,
    erased_at: field.text,
    interpretation: field.text,
  })
  .transform(
    (body): Erasure =>
      compact({
        subjectId: body.subject_id,
        recordsAffected: body.records_affected,
        erasureCertificate: body.erasure_certificate,
        erasedAt: body.erased_at,
        interpretation: body.interpretation,
      }),
  );

/** Before an erasure some gateways send what they could decrypt in `result`: it stays here. */
const fieldResult = z
  .object({ encrypted_value: field.text, erasure_verified: field.orFalse })
  .transform((body) => compact({ erasureVerified: body.erasure_verified, encryptedValue: body.encrypted_value }));

export const erasureProof = z
  .object({
    subject_id: z.string(),
    erasure_verified: field.flag,
    erased: field.flag,
    key_exists: field.flag,
    fields_tested: field.number,
    results: z.record(z.string(), fieldResult).nullish(),
    decryption_result: field.text,
    interpretation: field.text,
  })
  // Some gateways only say whether the subject was erased, and whether the key is still there.
  .transform(
    (body): ErasureProof =>
      compact({
        subjectId: body.subject_id,
        erasureVerified: body.erasure_verified ?? (body.erased === true && body.key_exists === false),
        keyExists: body.key_exists,
        fieldsTested: body.fields_tested,
        results: body.results ?? {},
        decryptionResult: body.decryption_result,
        interpretation: body.interpretation,
      }),
  );
