import type { Decided, Turn } from '../../engine/unit.js';
import { type Answer, json } from '../../http/answer.js';
import { assessResponse } from './assess.js';
import { REDACTED_RESPONSE, redactFields } from './documents/redact.js';
import { type Audited, auditEvent, audited, auditRecord, callLink, fitRecord } from './events.js';
import type { Proposal } from './proposal.js';
import { isAllowed, type Ruling } from './ruling.js';
import type { Rampart } from './runtime.js';

/** A decision that is final for now: what is answered, and what others may want to know of it. */
export interface Concluded {
  readonly answer: Answer;
  readonly ruling: Ruling;
}

/** When and under which ids a decision is recorded. */
export interface Recording {
  readonly auditId: string;
  readonly turn: Turn;
  /** Ties the record to earlier ones of the same call; its own id does when absent. */
  readonly link?: string;
}

/** Turns a ruling into its audit records and its answer. */
export function conclude(
  rampart: Rampart,
  proposal: Proposal,
  ruling: Ruling,
  recording: Recording,
): Decided<Concluded> {
  const { auditId, turn } = recording;
  const link = ruling.link ?? recording.link ?? callLink(auditId, proposal.caller.id);
  const event = decisionEvent(rampart, proposal, ruling, recording);
  const data: Audited = {
    event,
    // A preview asks nobody: of it, only a denial is worth telling.
    ...((proposal.route === 'tool' || ruling.action === 'deny') && { notice: ruling.action }),
    ...(ruling.approval !== undefined && { approval: ruling.approval }),
  };
  const scan = scanResponse(rampart, proposal, ruling, recording, link);
  return {
    writes: ruling.step?.writes ?? [],
    records: [...(ruling.step?.records ?? []), auditRecord(event, turn.now, link), ...(scan?.records ?? [])],
    events: [...(ruling.step?.events ?? []), audited(data), ...(scan?.events ?? [])],
    answer: { answer: answerOf(rampart, proposal, ruling, auditId, scan?.fields), ruling },
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
      suggestions: ruling.suggestions,
    },
  });
  return fitRecord(event, proposal.bodyBytes);
}

interface Scan extends Pick<Decided<never>, 'records' | 'events'> {
  /** What the answer says about the output; these fields replace those of the ruling. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Looks at the output that came with an allowed call, and records having done so. */
function scanResponse(
  rampart: Rampart,
  proposal: Proposal,
  ruling: Ruling,
  { auditId, turn }: Recording,
  link: string,
): Scan | undefined {
  const { call, response, route } = proposal;
  if (route !== 'tool' || response === '' || rampart.mode === 'disabled' || !isAllowed(ruling)) return undefined;
  const { verdict, tookUs } = assessResponse(rampart, call, response);
  const denied = !isAllowed(verdict);
  const enforced = rampart.mode === 'enforce';
  const event = auditEvent(rampart.host, turn.now, {
    id: rampart.engine.ids.ulid(turn.now),
    agent: call.agent,
    session: call.session,
    run_id: proposal.runId,
    tool_call_id: proposal.toolCallId,
    tool: call.tool,
    request: { rampart_phase: 'response', response_bytes: Buffer.byteLength(response), request_audit_id: auditId },
    decision: {
      action: denied ? 'deny' : verdict.action,
      matched_policies: verdict.matchedPolicies,
      evaluation_time_us: tookUs,
      message: verdict.message,
    },
    response: { duration_ms: 0, flags: responseFlags(denied, enforced) },
  });
  const [policy] = verdict.matchedPolicies;
  return {
    records: [auditRecord(event, turn.now, link)],
    events: [audited({ event })],
    fields: responseFields({ denied, enforced, response, message: verdict.message, policy, tookUs }),
  };
}

/** What an audit event says about the scan of an output. */
export function responseFlags(denied: boolean, enforced: boolean): readonly string[] {
  if (!denied) return ['response-evaluated'];
  return ['response-evaluated', enforced ? 'response-redacted' : 'response-observed-deny'];
}

function responseFields(scan: {
  readonly denied: boolean;
  readonly enforced: boolean;
  readonly response: string;
  readonly message: string;
  readonly policy: string | undefined;
  readonly tookUs: number;
}): Record<string, unknown> {
  const { denied, enforced, response, message, policy, tookUs } = scan;
  if (!denied) return { response };
  if (enforced) {
    return {
      decision: 'deny',
      message,
      allowed: false,
      response: REDACTED_RESPONSE,
      eval_duration_us: tookUs,
      ...(policy !== undefined && { policy }),
    };
  }
  return {
    response,
    response_policy_decision: 'deny',
    response_policy_message: message,
    response_eval_duration_us: tookUs,
    ...(policy !== undefined && { response_policy: policy }),
  };
}

function answerOf(
  rampart: Rampart,
  proposal: Proposal,
  ruling: Ruling,
  auditId: string,
  responded: Readonly<Record<string, unknown>> = {},
): Answer {
  const body = proposal.route === 'tool' ? toolBody(ruling) : preflightBody(rampart, proposal, ruling);
  return json(statusOf(proposal, ruling), { ...body, audit_id: auditId, ...ruling.fields, ...responded });
}

function statusOf({ route }: Proposal, ruling: Ruling): number {
  if (route === 'preflight' || isAllowed(ruling)) return 200;
  if (ruling.action === 'ask') return ruling.approval === undefined ? 200 : 202;
  return 403;
}

function toolBody(ruling: Ruling): Record<string, unknown> {
  const [policy] = ruling.matched;
  return {
    decision: ruling.action,
    message: ruling.message,
    allowed: isAllowed(ruling),
    eval_duration_us: ruling.tookUs,
    suggestions: ruling.suggestions,
    ...(policy !== undefined && { policy }),
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
    ...(ruling.suggestions.length > 0 && { suggestions: ruling.suggestions }),
  };
}
