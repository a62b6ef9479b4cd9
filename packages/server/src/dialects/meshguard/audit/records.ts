import type { RecordDraft } from '../../../engine/unit.js';
import { isoTime } from '../agents/agent.js';

/** The organisation that everybody belongs to who names no other. */
export const DEFAULT_ORG = 'default';

/** The chains of an organisation's audit records. */
export interface OrgChains {
  /** What was decided about calls, and what agents have entered themselves. */
  readonly decisions: string;
  /** What happened beside: changes by admins, steps of approvals, outcomes, anomalies. */
  readonly events: string;
}

/** Names an organisation's chains. */
export function chainsOf(orgId: string): OrgChains {
  const base = orgId === DEFAULT_ORG ? 'meshguard' : `meshguard-${orgId}`;
  return { decisions: base, events: `${base}-events` };
}

/** The organisation whose records a chain holds. */
export const orgOfChain = (chain: string): string =>
  chain.replace(/-events$/, '').replace(/^meshguard-?/, '') || DEFAULT_ORG;

/** One entry of the audit log, as it is sealed. */
export interface AuditEntry {
  readonly id: string;
  readonly timestamp: string;
  readonly orgId: string;
  readonly agentId: string;
  readonly agentName: string;
  readonly trustTier: string;
  readonly action: string;
  readonly resource?: string;
  readonly method?: string;
  readonly path?: string;
  /** `allow` or `deny`; what an agent enters itself may say anything. */
  readonly decision: string;
  /** False where the decision was not carried out, since the gateway only audits. */
  readonly enforced?: boolean;
  readonly policy?: string;
  readonly rule?: string;
  readonly reason?: string;
  readonly alert?: string;
  readonly traceId: string;
  readonly durationMs: number;
  readonly approvalId?: string;
  readonly delegatedBy?: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  /** `agent` for what an agent has entered itself; absent for what the gateway has decided. */
  readonly source?: 'agent';
}

/** Puts an entry on its way into the chain of decisions. */
export function entryRecord(entry: AuditEntry, at: number): RecordDraft {
  return {
    chain: chainsOf(entry.orgId).decisions,
    id: entry.id,
    at,
    actor: entry.agentId,
    session: entry.traceId,
    subject: entry.action,
    verdict: entry.decision,
    link: entry.id,
    draft: entry,
  };
}

/** Something that happened beside decisions. */
export interface OrgEvent {
  readonly id: string;
  readonly orgId: string;
  /** `agent.created`, `approval.approved`, `proxy.outcome`, … */
  readonly type: string;
  /** Who did it: a credential, an approver's name, an agent. */
  readonly actor: string;
  /** What it was done to. */
  readonly subject: string;
  /** Id of the audit entry that it belongs to; its own where there is none. */
  readonly link?: string;
  readonly data?: Readonly<Record<string, unknown>>;
}

/** Puts an event on its way into the chain of events. */
export function eventRecord(
  { id, orgId, type, actor, subject, link = id, data = {} }: OrgEvent,
  at: number,
): RecordDraft {
  return {
    chain: chainsOf(orgId).events,
    id,
    at,
    actor: column(actor, MAX_ACTOR_CHARS),
    session: '',
    subject: column(subject, MAX_SUBJECT_CHARS),
    verdict: type,
    link,
    draft: { id, timestamp: isoTime(at), orgId, type, actor, subject, link, data },
  };
}

const MAX_ACTOR_CHARS = 256;
const MAX_SUBJECT_CHARS = 512;

/** Nothing endless, and no half of a character where it is cut. */
const column = (text: string, max: number): string => text.slice(0, max).toWellFormed();

/** What a sealed entry says of its record's columns. */
export function entryColumns(text: string) {
  const entry: Partial<AuditEntry> & { readonly hash?: string } = Object(JSON.parse(text));
  const { id, timestamp = '', agentId, traceId, action, decision, hash } = entry;
  const at = Date.parse(timestamp);
  return { id, at, actor: agentId, session: traceId, subject: action, verdict: decision, link: id, hash };
}

/** What a sealed event says of its record's columns. */
export function eventColumns(text: string) {
  const event: Partial<OrgEvent> & { readonly timestamp?: string; readonly hash?: string } = Object(JSON.parse(text));
  const { id, timestamp = '', type, actor = '', subject = '', link, hash } = event;
  return {
    id,
    at: Date.parse(timestamp),
    actor: column(actor, MAX_ACTOR_CHARS),
    session: '',
    subject: column(subject, MAX_SUBJECT_CHARS),
    verdict: type,
    link,
    hash,
  };
}
