import { compact, field } from '@sallyport/core/internal';
import { z } from 'zod';
import type { AuditEntry, AuditLogStats, HealthStatus } from '../types/index.js';

/** Some gateways call the decision `result`, and the metadata `meta` or `details`. */
const auditEntry = z
  .object({
    id: z.string(),
    timestamp: z.string(),
    action: z.string(),
    decision: field.text,
    result: field.text,
    agentId: field.text,
    agentName: field.text,
    trustTier: field.text,
    resource: field.text,
    method: field.text,
    path: field.text,
    policy: field.text,
    rule: field.text,
    reason: field.text,
    traceId: field.text,
    durationMs: field.number,
    source: field.text,
    metadata: field.record,
    meta: field.record,
    details: field.record,
  })
  .transform(
    ({ decision, result, metadata, meta, details, ...body }): AuditEntry =>
      compact({ ...body, decision: decision ?? result ?? '', metadata: metadata ?? meta ?? details ?? {} }),
  );

export const auditEntries = z
  .object({ entries: field.list(auditEntry) })
  .transform((body): readonly AuditEntry[] => body.entries);

export const auditStats = z
  .object({ total: z.number(), allowed: field.orZero, denied: field.orZero, period: field.orEmpty })
  .transform((body): AuditLogStats => body);

export const reportedAudit = z
  .object({ id: field.text })
  .nullish()
  .transform((body): { readonly id?: string } => compact({ id: body?.id }));

export const health = z
  .object({
    status: z.string(),
    version: field.orEmpty,
    mode: field.orEmpty,
    timestamp: field.text,
    uptime: field.number,
    checks: field.record,
  })
  .transform((body): HealthStatus => compact(body));
