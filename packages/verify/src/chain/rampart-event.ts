import { goJson, goText } from '../json/go.js';

/**
 * One audit event of Rampart as it is before it is sealed: the documented fields, snake_case as on the wire.
 *
 * Optional fields that are absent or empty are left out of the record. Text in `request` must be redacted already.
 */
export interface RampartEvent {
  /** A ULID. */
  readonly id: string;
  /** RFC 3339, UTC, up to nanoseconds. */
  readonly timestamp: string;
  readonly agent: string;
  readonly session: string;
  readonly host: { readonly hostname: string; readonly os: string; readonly arch: string };
  readonly run_id?: string | undefined;
  readonly tool_call_id?: string | undefined;
  readonly approval_owner?: unknown;
  readonly tool: string;
  readonly request: Readonly<Record<string, unknown>>;
  readonly decision: {
    readonly action: string;
    readonly matched_policies?: readonly string[] | undefined;
    /** Whole microseconds. */
    readonly evaluation_time_us: number;
    readonly message?: string | undefined;
    readonly suggestions?: readonly string[] | undefined;
  };
  readonly response?:
    | {
        readonly exit_code?: number | undefined;
        /** Whole milliseconds. */
        readonly duration_ms: number;
        readonly flags?: readonly string[] | undefined;
      }
    | undefined;
  /** Fields that were shortened to fit the record cap, by name. */
  readonly compacted_fields?:
    | Readonly<
        Record<string, { readonly original_json_bytes: number; readonly sha256: string; readonly disposition: string }>
      >
    | undefined;
}

// Go's `omitempty`: empty text, an empty list and an absent struct leave no member.
const text = (name: string, value: string | undefined): string => (value ? `,"${name}":${goText(value)}` : '');

const list = (name: string, value: readonly string[] | undefined): string =>
  value?.length ? `,"${name}":[${value.map(goText).join(',')}]` : '';

const json = (name: string, value: unknown): string => (value === undefined ? '' : `,"${name}":${goJson(value)}`);

function decision(value: RampartEvent['decision']): string {
  const { action, matched_policies: policies, evaluation_time_us: time, message, suggestions } = value;
  return `{"action":${goText(action)}${list('matched_policies', policies)}${json('evaluation_time_us', time)}${text(
    'message',
    message,
  )}${list('suggestions', suggestions)}}`;
}

function response(value: RampartEvent['response']): string {
  if (!value) return '';
  const members =
    json('exit_code', value.exit_code) + json('duration_ms', value.duration_ms) + list('flags', value.flags);
  return `,"response":{${members.slice(1)}}`;
}

/** A Go map of structs: its keys are sorted, the members of each are not. */
function compacted(value: RampartEvent['compacted_fields'] = {}): string {
  const fields = Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, { original_json_bytes: bytes, sha256, disposition }]) => {
      const members = json('original_json_bytes', bytes) + text('sha256', sha256) + text('disposition', disposition);
      return `${goText(name)}:{${members.slice(1)}}`;
    });
  return fields.length > 0 ? `,"compacted_fields":{${fields.join(',')}}` : '';
}

function host({ hostname, os, arch }: RampartEvent['host']): string {
  return `{"hostname":${goText(hostname)},"os":${goText(os)},"arch":${goText(arch)}}`;
}

/** The event as Go prints it, from the opening brace up to the member before `prev_hash`. */
export function rampartHead(event: RampartEvent): string {
  const head = `{"schema_version":"rampart.audit.v1","id":${goText(event.id)},"timestamp":${goText(event.timestamp)}`;
  const who = `,"agent":${goText(event.agent)},"session":${goText(event.session)},"host":${host(event.host)}`;
  const call = text('run_id', event.run_id) + text('tool_call_id', event.tool_call_id);
  const owner = json('approval_owner', event.approval_owner);
  const what = `,"tool":${goText(event.tool)},"request":${goJson(event.request)}`;
  const outcome = `,"decision":${decision(event.decision)}${response(event.response)}`;
  return head + who + call + owner + what + outcome + compacted(event.compacted_fields);
}
