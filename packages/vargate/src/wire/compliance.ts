import { compact, field } from '@sallyport/core/internal';
import { z } from 'zod';
import type { AgcsControl, ComplianceArtifact } from '../types/index.js';
import { sessionEvent } from './managed.js';

const session = z
  .object({
    id: z.string(),
    status: field.text,
    agent_id: field.text,
    tenant_id: field.text,
    anthropic_session_id: field.text,
    system_prompt_hash: field.text,
    created_at: field.text,
    ended_at: field.text,
    duration_seconds: field.number,
    duration_hours: field.number,
  })
  .transform((body): ComplianceArtifact['session'] =>
    compact({
      id: body.id,
      status: body.status,
      agentId: body.agent_id,
      tenantId: body.tenant_id,
      anthropicSessionId: body.anthropic_session_id,
      systemPromptHash: body.system_prompt_hash,
      createdAt: body.created_at,
      endedAt: body.ended_at,
      durationSeconds:
        body.duration_seconds ?? secondsBetween(body.created_at, body.ended_at) ?? hours(body.duration_hours),
    }),
  );

/** Hours are rounded to a hundredth: half a minute is lost. */
const hours = (value: number | null | undefined): number | undefined => (value == null ? undefined : value * 3600);

function secondsBetween(from: string | null | undefined, to: string | null | undefined): number | undefined {
  const seconds = (Date.parse(to ?? '') - Date.parse(from ?? '')) / 1000;
  return Number.isNaN(seconds) ? undefined : seconds;
}

const agentConfig = z
  .object({
    id: field.text,
    name: field.text,
    model: field.text,
    allowed_tools: z.array(z.string()).nullish(),
    max_delegation_depth: field.number,
  })
  .transform(
    (body): NonNullable<ComplianceArtifact['agentConfig']> =>
      compact({
        id: body.id,
        name: body.name,
        model: body.model,
        allowedTools: body.allowed_tools,
        maxDelegationDepth: body.max_delegation_depth,
      }),
  );

/** A share, or a text such as `5.88%`. */
const share = z.union([
  z.number().min(0),
  z
    .string()
    .regex(/^\d+(?:\.\d+)?%$/)
    .transform((text) => Number.parseFloat(text) / 100),
]);

const summary = z
  .object({
    total_events: z.number(),
    governed_calls: field.orZero,
    observed_calls: field.orZero,
    denied: field.orZero,
    pending: field.orZero,
    anomalies: field.number,
    anomalies_detected: field.number,
    approvals_used: field.number,
    denial_rate: share,
    calls_by_tool: z.record(z.string(), z.number()).nullish(),
  })
  .transform((body): ComplianceArtifact['summary'] =>
    compact({
      totalEvents: body.total_events,
      governedCalls: body.governed_calls,
      observedCalls: body.observed_calls,
      denied: body.denied,
      pending: body.pending,
      anomalies: body.anomalies ?? body.anomalies_detected ?? 0,
      approvalsUsed: body.approvals_used,
      denialRate: body.denial_rate,
      callsByTool: body.calls_by_tool,
    }),
  );

const chain = z
  .object({ valid: z.boolean(), records_checked: field.number, broken_links: z.array(z.unknown()).nullish() })
  .transform((body): ComplianceArtifact['chainVerification'] =>
    compact({ valid: body.valid, recordsChecked: body.records_checked, brokenLinks: body.broken_links ?? [] }),
  );

const control = z.union([
  z.object({ title: field.text, exercised: field.flag, evidence: z.unknown().optional() }).transform(
    (body): AgcsControl =>
      compact({
        title: body.title,
        exercised: body.exercised,
        evidence: body.evidence === undefined ? undefined : evidenceText(body.evidence),
      }),
  ),
  // Some gateways only say what each stands for, or whether it was exercised.
  z.string().transform((title): AgcsControl => ({ title })),
  z.boolean().transform((exercised): AgcsControl => ({ exercised })),
]);

const evidenceText = (evidence: unknown): string =>
  typeof evidence === 'string' ? evidence : JSON.stringify(evidence);

const controls = z.union([
  z.array(z.string()).transform((ids): Record<string, AgcsControl> => Object.fromEntries(ids.map((id) => [id, {}]))),
  z.record(z.string(), control),
]);

export const complianceArtifact = z
  .object({
    version: field.text,
    exported_at: field.text,
    generated_at: field.text,
    session,
    agent_config: agentConfig.nullish(),
    governance_profile: field.record,
    summary,
    chain_verification: chain,
    timeline: z.array(sessionEvent),
    agcs_controls: controls.nullish(),
    export_hash: field.text,
  })
  .transform((body): ComplianceArtifact => {
    const exportedAt = body.exported_at ?? body.generated_at;
    const { durationSeconds = secondsBetween(body.session.createdAt, exportedAt) } = body.session;
    return compact({
      version: body.version,
      exportedAt,
      session: compact({ ...body.session, durationSeconds }),
      agentConfig: body.agent_config,
      governanceProfile: body.governance_profile,
      summary: body.summary,
      chainVerification: body.chain_verification,
      timeline: body.timeline,
      agcsControls: body.agcs_controls ?? {},
      exportHash: body.export_hash,
    });
  });
