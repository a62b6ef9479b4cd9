import { compact, field } from '@sallyport/core/internal';
import { z } from 'zod';
import type { CreatedSession, Interrupted, ManagedAgent, SessionEvent, SessionStatus } from '../types/index.js';

/** Some gateways hand out columns as they are stored: JSON as a text. */
const stored = <T extends z.ZodType>(inner: T) =>
  z.preprocess((value) => {
    if (typeof value !== 'string') return value;
    try {
      return JSON.parse(value);
    } catch {
      return value;
    }
  }, inner);

const names = stored(z.array(z.string()).nullish());

export const managedAgent = z
  .object({
    id: z.string(),
    name: z.string(),
    anthropic_model: field.text,
    allowed_tools: names,
    require_human_approval: names,
    system_prompt: field.text,
    governance_profile: stored(field.record),
    max_session_hours: field.number,
    max_daily_sessions: field.number,
    max_delegation_depth: field.number,
    parent_agent_id: field.text,
    tenant_id: field.text,
    created_at: field.text,
  })
  .transform(
    (body): ManagedAgent =>
      compact({
        id: body.id,
        name: body.name,
        anthropicModel: body.anthropic_model,
        allowedTools: body.allowed_tools ?? [],
        requireHumanApproval: body.require_human_approval,
        systemPrompt: body.system_prompt,
        governanceProfile: body.governance_profile,
        maxSessionHours: body.max_session_hours,
        maxDailySessions: body.max_daily_sessions,
        maxDelegationDepth: body.max_delegation_depth,
        parentAgentId: body.parent_agent_id,
        tenantId: body.tenant_id,
        createdAt: body.created_at,
      }),
  );

export const managedAgents = z
  .object({ configs: z.array(managedAgent) })
  .transform(({ configs }): readonly ManagedAgent[] => configs);

const PREFIX = 'sha256:';

/** Some gateways write the digits alone. */
const promptHash = field.text.transform((value) =>
  value == null || value.startsWith(PREFIX) ? value : PREFIX + value,
);

export const createdSession = z
  .object({
    session_id: z.string().min(1),
    anthropic_session_id: field.text,
    tenant_id: field.text,
    agent_id: z.string(),
    status: z.string(),
    system_prompt_hash: promptHash,
    governance: field.text,
    mcp_server_url: field.text,
    created_at: field.text,
  })
  .transform(
    (body): CreatedSession =>
      compact({
        sessionId: body.session_id,
        anthropicSessionId: body.anthropic_session_id,
        tenantId: body.tenant_id,
        agentId: body.agent_id,
        status: body.status,
        systemPromptHash: body.system_prompt_hash,
        governance: body.governance,
        mcpServerUrl: body.mcp_server_url,
        createdAt: body.created_at,
      }),
  );

const totals = {
  total_governed_calls: field.number,
  total_observed_calls: field.number,
  total_denied: field.number,
  total_pending: field.number,
};

const consumer = z
  .object({ active: field.orFalse, total_events: field.number, total_anomalies: field.number })
  .transform((body) =>
    compact({ active: body.active, totalEvents: body.total_events, totalAnomalies: body.total_anomalies }),
  );

/** The totals stand at the top, or in a summary; a session is `id` in lists. */
export const sessionStatus = z
  .object({
    ...totals,
    session_id: field.text,
    id: field.text,
    status: z.string().min(1),
    governance_summary: z.object(totals).nullish(),
    system_prompt_hash: promptHash,
    agent_id: field.text,
    anthropic_session_id: field.text,
    created_at: field.text,
    ended_at: field.text,
    event_consumer: consumer.nullish(),
  })
  .transform((body, context): SessionStatus => {
    const id = body.session_id ?? body.id;
    if (id == null) {
      context.addIssue({ code: 'custom', message: 'there is no id', path: ['session_id'] });
      return z.NEVER;
    }
    const nested = body.governance_summary;
    return compact({
      sessionId: id,
      status: body.status,
      totalGovernedCalls: body.total_governed_calls ?? nested?.total_governed_calls ?? 0,
      totalObservedCalls: body.total_observed_calls ?? nested?.total_observed_calls ?? 0,
      totalDenied: body.total_denied ?? nested?.total_denied ?? 0,
      totalPending: body.total_pending ?? nested?.total_pending ?? 0,
      systemPromptHash: body.system_prompt_hash,
      agentId: body.agent_id,
      anthropicSessionId: body.anthropic_session_id,
      createdAt: body.created_at,
      endedAt: body.ended_at,
      eventConsumer: body.event_consumer,
    });
  });

export const sessionList = z
  .object({ sessions: z.array(sessionStatus) })
  .transform(({ sessions }): readonly SessionStatus[] => sessions);

export const sessionEvent = z
  .object({
    id: field.number,
    action_id: z.string(),
    agent_id: field.text,
    tool: field.orEmpty,
    method: field.orEmpty,
    decision: field.orEmpty,
    violations: stored(field.texts),
    severity: field.orEmpty,
    source: field.orEmpty,
    created_at: field.text,
    requested_at: field.text,
    execution_mode: field.text,
    record_hash: field.text,
    prev_hash: field.text,
    bundle_revision: field.text,
  })
  .transform(
    (body): SessionEvent =>
      compact({
        id: body.id,
        actionId: body.action_id,
        agentId: body.agent_id,
        tool: body.tool,
        method: body.method,
        decision: body.decision,
        violations: body.violations,
        severity: body.severity,
        source: body.source,
        createdAt: body.created_at ?? body.requested_at,
        executionMode: body.execution_mode,
        recordHash: body.record_hash,
        prevHash: body.prev_hash,
        bundleRevision: body.bundle_revision,
      }),
  );

export const sessionAudit = z
  .object({ records: z.array(sessionEvent) })
  .transform(({ records }): readonly SessionEvent[] => records);

export const interrupted = z
  .object({
    session_id: z.string(),
    status: z.string(),
    reason: field.orEmpty,
    anthropic_interrupt_sent: field.flag,
    ended_at: field.text,
    interrupted_at: field.text,
    auto_triggered: field.flag,
    audit_action_id: field.text,
  })
  .transform(
    (body): Interrupted =>
      compact({
        sessionId: body.session_id,
        status: body.status,
        reason: body.reason,
        anthropicInterruptSent: body.anthropic_interrupt_sent,
        endedAt: body.ended_at ?? body.interrupted_at,
        autoTriggered: body.auto_triggered,
        auditActionId: body.audit_action_id,
      }),
  );
