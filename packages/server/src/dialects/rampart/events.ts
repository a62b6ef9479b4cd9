import { createHash } from 'node:crypto';
import { arch, hostname, platform } from 'node:os';
import { goJson, type RampartEvent } from '@sallyport/verify';
import type { Approval } from '../../approvals/approval.js';
import type { EngineEvent, RecordDraft } from '../../engine/unit.js';
import { rfc3339Nano } from './time.js';

/** The dialect's one chain of audit records. */
export const CHAIN = 'rampart';

const GO_OS: Readonly<Record<string, string>> = { win32: 'windows', sunos: 'solaris' };
const GO_ARCH: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386' };

/** This machine, in the words of the audit format. */
export function thisHost(): RampartEvent['host'] {
  return {
    hostname: hostname(),
    os: GO_OS[platform()] ?? platform(),
    arch: GO_ARCH[arch()] ?? arch(),
  };
}

/** The parts of an event that differ from one to the next. */
export type EventParts = Omit<RampartEvent, 'timestamp' | 'host' | 'compacted_fields'>;

/** Completes an audit event (`rampart.audit.v1`) of a time. */
export function auditEvent(host: RampartEvent['host'], at: number, parts: EventParts): RampartEvent {
  const { id, agent, session, run_id, tool_call_id, approval_owner, tool, request, decision, response } = parts;
  // Field by field: copying an object whose shape varies costs more than the rest of a record.
  return {
    id,
    timestamp: rfc3339Nano(at),
    agent,
    session,
    host,
    run_id,
    tool_call_id,
    approval_owner,
    tool,
    request,
    decision,
    response,
  };
}

/** Columns hold what views filter by; nobody filters by more. */
const MAX_COLUMN_CHARS = 4096;
const column = (value: string): string => (value.length > MAX_COLUMN_CHARS ? value.slice(0, MAX_COLUMN_CHARS) : value);

/** Puts an event on its way into the chain. */
export function auditRecord(event: RampartEvent, at: number, link: string): RecordDraft {
  return {
    chain: CHAIN,
    id: event.id,
    at,
    actor: column(event.agent),
    session: column(event.session),
    subject: column(event.tool),
    verdict: event.decision.action,
    link,
    draft: event,
  };
}

/** The columns that {@link auditRecord} made of a record, read back from its text; the link is in none. */
export function recordColumns(text: string) {
  const event: Partial<RampartEvent> & { readonly hash?: string } = Object(JSON.parse(text));
  const { id, timestamp = '', agent = '', session = '', tool = '', decision, hash } = event;
  return {
    id,
    at: Date.parse(timestamp),
    actor: column(agent),
    session: column(session),
    subject: column(tool),
    verdict: decision?.action,
    hash,
  };
}

/**
 * The id that ties a call's records together: its first event, and the credential that asked, since only that one may
 * report what became of it.
 */
export function callLink(auditId: string, owner: string): string {
  return `${auditId}@${owner}`;
}

/** The credential that a link names. */
export function ownerOfLink(link: string): string {
  return link.slice(link.lastIndexOf('@') + 1);
}

/** What listeners learn about an audit event. */
export interface Audited {
  readonly event: RampartEvent;
  /** The approval that the event has led to. */
  readonly approval?: Approval | undefined;
  /** The action that people are notified of, where they are. */
  readonly notice?: string | undefined;
}

/** Tells listeners that an event is on disk. */
export function audited(data: Audited): EngineEvent {
  return { dialect: 'rampart', type: 'audit', data };
}

const MAX_RECORD_BYTES = 2 * 1024 * 1024;

type Compacted = NonNullable<RampartEvent['compacted_fields']>[string];

function omitted(value: unknown): Compacted {
  const text = goJson(value);
  return {
    original_json_bytes: Buffer.byteLength(text),
    sha256: createHash('sha256').update(text).digest('hex'),
    disposition: 'omitted',
  };
}

/** A request of so many bytes cannot come to a record above the cap, whatever is escaped and repeated in it. */
const SURELY_FITS_BYTES = 64 * 1024;

/**
 * Leaves the largest parts of an event out, in the documented order, until its record fits the cap of 2 MiB.
 *
 * @param bodyBytes - size of the request that the event is about; measured in any case when absent.
 */
export function fitRecord(event: RampartEvent, bodyBytes = Number.POSITIVE_INFINITY): RampartEvent {
  if (bodyBytes <= SURELY_FITS_BYTES || fits(event)) return event;
  const { request, decision } = event;
  const fields: Record<string, Compacted> = { request: omitted(request) };
  let fitted: RampartEvent = { ...event, request: {}, compacted_fields: fields };
  if (fits(fitted)) return fitted;
  const { suggestions, ...withoutSuggestions } = decision;
  fields['decision.suggestions'] = omitted(suggestions ?? []);
  fitted = { ...fitted, decision: withoutSuggestions };
  if (fits(fitted)) return fitted;
  fields['decision.message'] = omitted(decision.message ?? '');
  fitted = { ...fitted, decision: { ...withoutSuggestions, message: '' } };
  if (fits(fitted)) return fitted;
  for (const name of ['agent', 'session', 'run_id', 'tool_call_id'] as const) {
    const value = fitted[name] ?? '';
    if (value.length <= MAX_COLUMN_CHARS) continue;
    fields[name] = { ...omitted(value), disposition: 'truncated' };
    fitted = { ...fitted, [name]: value.slice(0, MAX_COLUMN_CHARS) };
  }
  return fitted;
}

function fits(event: RampartEvent): boolean {
  return goJson(event).length <= MAX_RECORD_BYTES;
}
