import { redact } from '@sallyport/core';
import type { RecordDraft } from '../../engine/unit.js';
import type { Evaluation } from './evaluation/evaluate.js';
import type { Fields, Proposal } from './evaluation/proposal.js';
import { OUTCOMES, type Outcome } from './registry/model.js';
import { isoTime } from './time.js';

/** The dialect's one chain of audit records. */
export const CHAIN = 'aegis';

/** What an audit entry can be about. */
export type EventType =
  | 'governance.decision'
  | 'governance.execution'
  | 'governance.escalation'
  | 'governance.confirmation'
  | 'governance.rejected'
  | 'policy.created'
  | 'policy.updated'
  | 'capability.registered'
  | 'actor.grant.created'
  | 'actor.grant.revoked';

/** An audit entry, before it is sealed. */
export interface Entry {
  /** `aud_…`, the same as the decision's `audit_ref`. */
  readonly id: string;
  readonly event_type: EventType;
  readonly timestamp: string;
  readonly actor_id: string;
  readonly capability: string | null;
  readonly outcome: Outcome | null;
  /** 0 to 1. */
  readonly risk_score: number | null;
  readonly decision_id: string | null;
  /** Names of policies. */
  readonly policies_evaluated: readonly string[];
  readonly policy_matched: string | null;
  readonly details: Fields;
}

const MAX_COLUMN_CHARS = 1024;

/** Columns hold what views filter by: no NUL, which would end them, and nothing endless. */
export const column = (text: string): string =>
  text.slice(0, MAX_COLUMN_CHARS).toWellFormed().replaceAll('\0', '\ufffd');

/** Names a human, or what they said, in one line. */
export const oneLine = (text: string): string => text.replace(/\p{Cc}+/gu, ' ').trim();

/** Puts an entry on its way into the chain. Its verdict is the outcome of a decision, and the event's type otherwise. */
export function auditRecord(entry: Entry, at: number, session = ''): RecordDraft {
  return {
    chain: CHAIN,
    id: entry.id,
    at,
    actor: column(entry.actor_id),
    session: column(session),
    subject: column(entry.capability ?? ''),
    verdict: entry.outcome ?? entry.event_type,
    link: entry.decision_id ?? entry.id,
    draft: entry,
  };
}

/** What a sealed entry says of its record's columns. The session is not in it, so that nobody's redacted one is compared. */
export function recordColumns(text: string) {
  const entry: Partial<Entry> & { readonly hash?: string } = Object(JSON.parse(text));
  const { id, timestamp = '', actor_id = '', capability, outcome, event_type, decision_id, hash } = entry;
  return {
    id,
    at: Date.parse(timestamp),
    actor: column(actor_id),
    subject: column(capability ?? ''),
    verdict: outcome ?? event_type,
    link: decision_id ?? id,
    hash,
  };
}

// Ids that follow from the decision's, so that all that belongs to it is found by id.

/** The `audit_ref` of a decision. */
export const auditRefOf = (decisionId: string): string => `aud_${decisionId.slice('dec_'.length)}`;

/** Where the answer to a decision's review stands. */
export const reviewEntryId = (decisionId: string): string => `${auditRefOf(decisionId)}.review`;

/** Where the report of what became of it stands. */
export const executionEntryId = (decisionId: string): string => `${auditRefOf(decisionId)}.execution`;

/** The verdicts that records of one event type carry. */
export function verdictsOf(type: EventType): readonly string[] {
  return type === 'governance.decision' ? OUTCOMES : [type];
}

/** An entry that is no decision. */
export function eventEntry(
  id: string,
  type: Exclude<EventType, 'governance.decision'>,
  at: number,
  about: Pick<Entry, 'actor_id' | 'details'> & Partial<Pick<Entry, 'capability' | 'decision_id'>>,
): Entry {
  const { actor_id, details, capability = null, decision_id = null } = about;
  return {
    id,
    event_type: type,
    timestamp: isoTime(at),
    actor_id,
    capability,
    outcome: null,
    risk_score: null,
    decision_id,
    policies_evaluated: [],
    policy_matched: null,
    details,
  };
}

/** The proposal as records and people may see it. */
export function shownRequest({ actor, capability, resource, parameters, context }: Proposal): Fields {
  return {
    actor,
    action: {
      capability,
      ...(resource !== undefined && { resource: redact(resource) }),
      parameters: redact(parameters, Number.POSITIVE_INFINITY),
    },
    context: redact(context, Number.POSITIVE_INFINITY),
  };
}

/** The engine's score, 0 to 10, on the wire's scale of 0 to 1. */
export const wireRisk = (score: number): number => Number((score / 10).toFixed(3));

/** What a decision's entry says of how it came about. */
export function evaluationDetails(
  { stage, capabilityCheck, authorityCheck, risk, steps }: Evaluation,
  riskThreshold: number,
): Fields {
  return {
    stage,
    capability_check: capabilityCheck,
    authority_check: authorityCheck,
    risk_threshold: wireRisk(riskThreshold),
    risk_breakdown: risk.breakdown,
    risk_category: risk.category,
    risk_explanation: risk.explanation,
    policy_trace: steps,
  };
}
