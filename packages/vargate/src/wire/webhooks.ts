import { compact, field } from '@sallyport/core/internal';
import { z } from 'zod';
import type { ActionEventData, AnomalyEvent, InterruptEvent, WebhookEvent } from '../types/index.js';

const actionData = z
  .object({
    action_id: z.string(),
    tool: z.string(),
    method: z.string(),
    agent_id: field.text,
    decision: field.text,
    violations: field.texts,
    severity: field.text,
    requires_human: field.flag,
    source: field.text,
  })
  .transform(
    (body): ActionEventData =>
      compact({
        actionId: body.action_id,
        tool: body.tool,
        method: body.method,
        agentId: body.agent_id,
        decision: body.decision,
        violations: body.violations,
        severity: body.severity,
        requiresHuman: body.requires_human,
        source: body.source,
      }),
  );

const anomalyData = z
  .object({
    session_id: z.string(),
    agent_id: field.text,
    tool_name: field.text,
    anomalies: field.list(z.unknown()),
    max_severity: field.text,
    source: field.text,
  })
  .transform((body): AnomalyEvent['data'] =>
    compact({
      sessionId: body.session_id,
      agentId: body.agent_id,
      toolName: body.tool_name,
      anomalies: body.anomalies,
      maxSeverity: body.max_severity,
      source: body.source,
    }),
  );

const interruptData = z
  .object({
    session_id: z.string(),
    reason: field.orEmpty,
    auto_triggered: field.orFalse,
    anthropic_interrupt_sent: field.flag,
  })
  .transform((body): InterruptEvent['data'] =>
    compact({
      sessionId: body.session_id,
      reason: body.reason,
      autoTriggered: body.auto_triggered,
      anthropicInterruptSent: body.anthropic_interrupt_sent,
    }),
  );

const timestamp = z.string();

const knownEvent = z.discriminatedUnion('event', [
  // Older gateways know a pending call by the shorter name.
  z
    .object({ event: z.enum(['action.pending_approval', 'action.pending']), timestamp, data: actionData })
    .transform((body) => ({ ...body, event: 'action.pending_approval' as const })),
  z.object({ event: z.enum(['action.denied', 'action.allowed', 'test.ping']), timestamp, data: actionData }),
  z.object({ event: z.literal('anomaly.detected'), timestamp, data: anomalyData }),
  z.object({ event: z.literal('session.interrupted'), timestamp, data: interruptData }),
]);

const KNOWN: readonly string[] = [
  'action.pending_approval',
  'action.pending',
  'action.denied',
  'action.allowed',
  'test.ping',
  'anomaly.detected',
  'session.interrupted',
];

/** A kind that nobody knows here yet is handed on; one that is known has to be what its name says. */
const otherEvent = z
  .object({
    event: z.string().refine((name) => !KNOWN.includes(name), 'the data is not that of such an event'),
    timestamp,
    data: field.orEmptyRecord,
  })
  .transform(({ event: name, ...body }): WebhookEvent => ({ event: 'other', name, ...body }));

export const webhookEvent = z.union([knownEvent, otherEvent]);
