import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { SealedRecord, Unit } from '../../engine/unit.js';
import { type Answer, answerWith, json } from '../../http/answer.js';
import { RequestFailure } from '../../http/failure.js';
import type { KeyedRequest } from '../../http/idempotency.js';
import { type Assessment, assessResponse } from './assess.js';
import { callerOf } from './auth.js';
import { readBody } from './body.js';
import { isFields } from './documents/body.js';
import { REDACTED_RESPONSE, redactText } from './documents/redact.js';
import { auditEvent, audited, auditRecord, CHAIN, ownerOfLink } from './events.js';
import { keyOf, runOnce } from './keyed.js';
import type { ToolCall } from './policy/model.js';
import { isAllowed } from './ruling.js';
import type { Rampart } from './runtime.js';
import { responseFlags } from './scan.js';
import { type OutcomeReport, outcomeRequest } from './schemas.js';

const MAX_ERROR_CHARS = 4096;

/** The decision that an outcome belongs to, as far as it matters here. */
interface Decision {
  /** What was said to the call. */
  readonly action: unknown;
  readonly call: ToolCall;
  readonly runId: string;
  readonly callId: string;
  readonly link: string;
}

/** `POST /v1/outcomes`: whoever asked reports what became of the call. */
export function recordOutcome(rampart: Rampart) {
  return (request: FastifyRequest, reply: FastifyReply): void => {
    const report = readBody(request, outcomeRequest);
    answerWith(reply, settle(rampart, report, callerOf(request).id, keyOf(request)));
  };
}

async function settle(
  rampart: Rampart,
  report: OutcomeReport,
  owner: string,
  key: KeyedRequest | undefined,
): Promise<Answer> {
  const record = report.audit_id.includes('\0') ? undefined : await rampart.engine.ledger.find(CHAIN, report.audit_id);
  const decision = record && readDecision(record);
  // Somebody else's decision is as unknown as one that was never made.
  if (decision === undefined || ownerOfLink(decision.link) !== owner) {
    throw new RequestFailure(404, `no decision with audit id "${report.audit_id.slice(0, 64)}"`);
  }
  return runOnce(rampart, key, outcomeUnit(rampart, report, decision));
}

/** A decision on a tool call; undefined for every other kind of record. */
function readDecision({ text, link }: SealedRecord): Decision | undefined {
  const event: unknown = JSON.parse(text);
  if (!isFields(event) || !isFields(event['request'])) return undefined;
  const { action, rampart_phase: phase } = event['request'];
  if (phase !== undefined || (typeof action === 'string' && OTHER_EVENTS.has(action))) return undefined;
  const word = (name: string) => (typeof event[name] === 'string' ? event[name] : '');
  return {
    action: isFields(event['decision']) ? event['decision']['action'] : undefined,
    link,
    runId: word('run_id'),
    callId: word('tool_call_id'),
    call: {
      tool: word('tool'),
      agent: word('agent'),
      session: word('session'),
      agentDepth: 0,
      params: {},
      view: {},
      ...{ command: '', path: '', workdir: '', url: '', domain: '', scheme: '' },
    },
  };
}

const OTHER_EVENTS: ReadonlySet<string> = new Set([
  'approval_resolved',
  'approval_expired',
  'approval_persistence_authorized',
  'run_approval_publication_authorized',
  'hosted_approval_resolved',
]);

const NOT_SCANNED: Assessment = {
  verdict: { action: 'allow', message: '', matchedPolicies: [], suggest: false },
  tookUs: 0,
};

/** What somebody ran although the call was denied goes on record as that, and is not handed out. */
const OF_A_DENIED_CALL: Assessment = {
  verdict: { action: 'deny', message: 'the call was denied', matchedPolicies: [], suggest: false },
  tookUs: 0,
};

function outcomeUnit(rampart: Rampart, report: OutcomeReport, decision: Decision): Unit<Answer> {
  const { audit_id: auditId, output } = report;
  return {
    chains: [CHAIN],
    load: [{ sql: 'SELECT audit_id FROM rampart_outcomes WHERE audit_id = ?', params: [auditId] }],
    decide([reported = []], { now }) {
      if (reported.length > 0) throw new RequestFailure(409, 'the outcome of this decision has been reported already');
      const refused = decision.action === 'deny';
      const scanned = !refused && output != null && rampart.mode !== 'disabled';
      const unscanned = refused ? OF_A_DENIED_CALL : NOT_SCANNED;
      const { verdict, tookUs } = scanned ? assessResponse(rampart, decision.call, output) : unscanned;
      const denied = !isAllowed(verdict);
      const event = auditEvent(rampart.host, now, {
        id: rampart.engine.ids.ulid(now),
        agent: decision.call.agent,
        session: decision.call.session,
        run_id: decision.runId,
        tool_call_id: decision.callId,
        tool: decision.call.tool,
        request: outcomeFields(report),
        decision: {
          // Asking is no permission: who ran the call without redeeming its approval was not allowed to.
          action: denied ? 'deny' : decision.action === 'ask' ? 'ask' : verdict.action,
          matched_policies: verdict.matchedPolicies,
          evaluation_time_us: tookUs,
          message: verdict.message,
        },
        response: {
          ...(report.exit_code != null && { exit_code: report.exit_code }),
          duration_ms: report.duration_ms ?? 0,
          ...(scanned && { flags: responseFlags(denied, rampart.mode === 'enforce') }),
        },
      });
      const redacted = denied && rampart.mode === 'enforce';
      return {
        writes: [{ sql: 'INSERT INTO rampart_outcomes (audit_id, at) VALUES (?, ?)', params: [auditId, now] }],
        records: [auditRecord(event, now, decision.link)],
        events: [audited({ event })],
        answer: json(200, {
          audit_id: event.id,
          ...(output != null && { response: redacted ? REDACTED_RESPONSE : output }),
          redacted,
          ...(verdict.message !== '' && { message: verdict.message }),
        }),
      };
    },
  };
}

/** The output itself stays out of the log; its digest proves later what it was. */
function outcomeFields({ audit_id, status, output, error }: OutcomeReport): Record<string, unknown> {
  return {
    rampart_phase: 'outcome',
    request_audit_id: audit_id,
    status,
    ...(output != null && {
      response_bytes: Buffer.byteLength(output),
      response_sha256: createHash('sha256').update(output).digest('hex'),
    }),
    ...(error != null && { error: redactText(error.slice(0, MAX_ERROR_CHARS)) }),
  };
}
