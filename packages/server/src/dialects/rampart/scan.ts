import type { Decided } from '../../engine/unit.js';
import { assessResponse } from './assess.js';
import type { Recording } from './conclude.js';
import { REDACTED_RESPONSE } from './documents/redact.js';
import { auditEvent, audited, auditRecord } from './events.js';
import type { Proposal } from './proposal.js';
import { isAllowed, type Ruling } from './ruling.js';
import type { Rampart } from './runtime.js';

interface Scan extends Pick<Decided<never>, 'records' | 'events'> {
  /** What the answer says about the output; these fields replace those of the ruling. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Looks at the output that came with an allowed call, and records having done so. */
export function scanResponse(
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
