import type { Decided, Turn } from '../../engine/unit.js';
import { type Answer, json } from '../../http/answer.js';
import { redactFields, redactText } from './documents/redact.js';
import { suggestions } from './documents/suggestions.js';
import { auditEvent, audited, auditRecord, callLink, fitRecord } from './events.js';
import type { Proposal } from './proposal.js';
import { isAllowed, type Ruling } from './ruling.js';
import type { Rampart } from './runtime.js';
import { scanResponse } from './scan.js';

/** A decision that is final for now: what is answered, and how it came about. */
export interface Concluded {
  readonly next: 'answer';
  readonly answer: Answer;
  /** Absent for an answer that was given before. */
  readonly ruling?: Ruling;
}

/** When and under which ids a decision is recorded. */
export interface Recording {
  readonly auditId: string;
  readonly turn: Turn;
}

/** Turns a ruling into its audit records and its answer. */
export function conclude(
  rampart: Rampart,
  proposal: Proposal,
  ruling: Ruling,
  recording: Recording,
): Decided<Concluded> {
  const { auditId, turn } = recording;
  const link = ruling.link ?? callLink(auditId, proposal.caller.id);
  const event = decisionEvent(rampart, proposal, ruling, recording);
  // A preview asks nobody: of it, only a denial is worth telling.
  const notice = proposal.route === 'tool' || ruling.action === 'deny' ? ruling.action : undefined;
  const { step, approval } = ruling;
  const scan = scanResponse(rampart, proposal, ruling, recording, link);
  return {
    writes: step?.writes ?? [],
    records: [...(step?.records ?? []), auditRecord(event, turn.now, link), ...(scan?.records ?? [])],
    events: [...(step?.events ?? []), audited({ event, notice, approval }), ...(scan?.events ?? [])],
    answer: { next: 'answer', answer: answerOf(rampart, proposal, ruling, auditId, scan?.fields), ruling },
  };
}

/** The audit event of a decision. */
export function decisionEvent(rampart: Rampart, proposal: Proposal, ruling: Ruling, { auditId, turn }: Recording) {
  const { call, runId, toolCallId, approvalOwner } = proposal;
  const event = auditEvent(rampart.host, turn.now, {
    id: auditId,
    agent: call.agent,
    session: call.session,
    run_id: runId,
    tool_call_id: toolCallId,
    approval_owner: approvalOwner,
    tool: call.tool,
    request: redactFields(call.params),
    decision: {
      action: ruling.action,
      matched_policies: ruling.matched,
      evaluation_time_us: ruling.tookUs,
      message: ruling.message,
      suggestions: ruling.suggestions.length > 0 ? suggestions(call, redactText) : [],
    },
  });
  return fitRecord(event, proposal.bodyBytes);
}

function answerOf(
  rampart: Rampart,
  proposal: Proposal,
  ruling: Ruling,
  auditId: string,
  responded: Readonly<Record<string, unknown>> | undefined,
): Answer {
  const body = proposal.route === 'tool' ? toolBody(ruling) : preflightBody(rampart, proposal, ruling);
  body['audit_id'] = auditId;
  return json(statusOf(proposal, ruling), Object.assign(body, ruling.fields, responded));
}

function statusOf({ route }: Proposal, ruling: Ruling): number {
  if (route === 'preflight' || isAllowed(ruling)) return 200;
  if (ruling.action === 'ask') return ruling.approval === undefined ? 200 : 202;
  return 403;
}

function toolBody(ruling: Ruling): Record<string, unknown> {
  return {
    decision: ruling.action,
    message: ruling.message,
    allowed: isAllowed(ruling),
    eval_duration_us: ruling.tookUs,
    suggestions: ruling.suggestions,
    policy: ruling.matched[0],
  };
}

/** The answer of a dry run, without its `audit_id`. */
export function preflightBody(rampart: Rampart, { enforce }: Proposal, ruling: Ruling): Record<string, unknown> {
  return {
    allowed: isAllowed(ruling),
    decision: ruling.action,
    message: ruling.message,
    matched_policies: ruling.matched.length > 0 ? ruling.matched : null,
    eval_duration_us: ruling.tookUs,
    enforced: enforce && rampart.mode === 'enforce',
    enforcement_requested: enforce,
    suggestions: ruling.suggestions.length > 0 ? ruling.suggestions : undefined,
  };
}
