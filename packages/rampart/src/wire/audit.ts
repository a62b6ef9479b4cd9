import { compact } from '@sallyport/core/internal';
import { z } from 'zod';
import type { AuditDates, AuditEvent, AuditPage, AuditStats, RampartEvent } from '../types/index.js';
import { counts, number, orEmpty, orFalse, orNone, orZero, record, text, texts } from './fields.js';

const decision = z
  .object({
    action: z.string(),
    matched_policies: texts,
    evaluation_time_us: number,
    message: text,
    suggestions: texts,
  })
  .transform((body): AuditEvent['decision'] =>
    compact({
      action: body.action,
      matchedPolicies: body.matched_policies,
      evaluationTimeUs: body.evaluation_time_us,
      message: body.message,
      suggestions: body.suggestions,
    }),
  );

const response = z
  .object({ exit_code: number, duration_ms: number, flags: texts })
  .transform(
    (body): NonNullable<AuditEvent['response']> =>
      compact({ exitCode: body.exit_code, durationMs: body.duration_ms, flags: body.flags }),
  );

const auditEvent = z
  .object({
    schema_version: text,
    id: z.string(),
    timestamp: z.string(),
    agent: orEmpty,
    session: orEmpty,
    host: z.record(z.string(), z.string()).nullish(),
    run_id: text,
    tool_call_id: text,
    approval_owner: record,
    tool: orEmpty,
    request: record,
    decision,
    response: response.nullish(),
    compacted_fields: record,
    prev_hash: text,
    hash: text,
  })
  .transform(
    (body): AuditEvent =>
      compact({
        schemaVersion: body.schema_version,
        id: body.id,
        timestamp: body.timestamp,
        agent: body.agent,
        session: body.session,
        host: body.host,
        runId: body.run_id,
        toolCallId: body.tool_call_id,
        approvalOwner: body.approval_owner,
        tool: body.tool,
        request: body.request ?? {},
        decision: body.decision,
        response: body.response,
        compactedFields: body.compacted_fields,
        prevHash: body.prev_hash,
        hash: body.hash,
      }),
  );

export const auditPage = z
  .object({
    events: orNone(auditEvent),
    total_in_file: orZero,
    next_offset: orZero,
    date: orEmpty,
  })
  .transform(
    (body): AuditPage => ({
      events: body.events,
      totalInFile: body.total_in_file,
      nextOffset: body.next_offset,
      date: body.date,
    }),
  );

export const auditDates = z
  .object({ dates: texts, configured: orFalse })
  .transform((body): AuditDates => ({ dates: body.dates, configured: body.configured }));

export const auditStats = z
  .object({ total_events: z.number(), by_action: counts, by_tool: counts, by_agent: counts, by_session: counts })
  .transform(
    (body): AuditStats => ({
      totalEvents: body.total_events,
      byAction: body.by_action,
      byTool: body.by_tool,
      byAgent: body.by_agent,
      bySession: body.by_session,
    }),
  );

export const knownEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('connected') }),
  z.object({ type: z.literal('approvals') }),
  z.object({ type: z.literal('audit'), event: auditEvent }),
  z
    .object({ type: z.literal('audit_batch'), agent: orEmpty, session: orEmpty, run_id: orEmpty })
    .transform(({ type, agent, session, run_id }) => ({ type, agent, session, runId: run_id })),
  z
    .object({
      type: z.literal('rule.learned'),
      rule_name: orEmpty,
      tool: orEmpty,
      pattern: orEmpty,
      decision: orEmpty,
    })
    .transform(({ rule_name, ...rest }) => ({ ...rest, ruleName: rule_name })),
]);

/** Any other event, as it was sent. */
export const otherEvent = z
  .looseObject({ type: z.string() })
  .transform(({ type, ...data }): RampartEvent => ({ type: 'other', name: type, data }));
