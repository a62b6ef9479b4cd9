import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Approval } from '../../approvals/approval.js';
import type { Unit } from '../../engine/unit.js';
import { type Answer, answerWith, json } from '../../http/answer.js';
import { approvalExtra, assertRoom, oneLine, runGrant } from './ask.js';
import { callerOf } from './auth.js';
import { readBody } from './body.js';
import { summaryOf } from './describe.js';
import { redactFields, redactText } from './documents/redact.js';
import { auditEvent, audited, auditRecord, CHAIN, callLink, fitRecord } from './events.js';
import { keyOf, runOnce } from './keyed.js';
import { namedLoads } from './named-loads.js';
import { isWholeRun, runKey } from './proposal.js';
import type { Rampart } from './runtime.js';
import { createApprovalRequest } from './schemas.js';
import { rfc3339 } from './time.js';

/** What hosts that ask for an approval of their own call their session. */
const SESSION = 'hook';

/** A question that an admin's tool asks directly, without policy. */
interface DirectQuestion {
  readonly owner: string;
  readonly tool: string;
  readonly command: string;
  readonly path: string;
  readonly agent: string;
  readonly message: string;
  readonly runId: string;
}

/** `POST /v1/approvals` */
export function createApproval(rampart: Rampart) {
  return (request: FastifyRequest, reply: FastifyReply): void => {
    const body = readBody(request, createApprovalRequest);
    const question: DirectQuestion = {
      owner: callerOf(request).id,
      tool: body.tool ?? '',
      command: body.command ?? '',
      path: body.path ?? '',
      agent: body.agent ?? '',
      message: body.message ?? '',
      runId: body.run_id ?? '',
    };
    answerWith(reply, runOnce(rampart, keyOf(request), creationUnit(rampart, question)));
  };
}

function creationUnit(rampart: Rampart, question: DirectQuestion): Unit<Answer> {
  const { approvals, clock, ids } = rampart.engine;
  const run = { ...question, session: SESSION };
  const loads = namedLoads({
    grant: isWholeRun(run) ? runGrant(runKey(run), clock.now()) : undefined,
    pending: approvals.pendingShare('rampart', question.owner),
  });
  return {
    chains: [CHAIN],
    load: loads.load,
    decide(facts, { now }) {
      const auditId = ids.ulid(now);
      const granted = loads.rows(facts, 'grant').length > 0;
      const event = questionEvent(rampart, question, { auditId, granted, now });
      const record = auditRecord(event, now, callLink(auditId, question.owner));
      if (granted) {
        const expires = { expires_at: rfc3339(now + rampart.approvalTimeoutMs) };
        const body = { id: auditId, status: 'approved', message: AUTO_APPROVED, ...expires };
        return { records: [record], events: [audited({ event })], answer: json(200, body) };
      }
      assertRoom(loads.rows(facts, 'pending'), { admin: true });
      const step = approvals.open(directApproval(rampart, question, auditId, now));
      const { approval } = step;
      return {
        writes: step.writes,
        records: [...step.records, record],
        events: [...step.events, audited({ event, approval, notice: 'require_approval' })],
        answer: json(201, { id: approval.id, status: 'pending', expires_at: rfc3339(approval.expiresAt) }),
      };
    },
  };
}

const AUTO_APPROVED = 'auto-approved by bulk-resolve';

function questionEvent(
  rampart: Rampart,
  { tool, command, path, agent, message, runId }: DirectQuestion,
  { auditId, granted, now }: { auditId: string; granted: boolean; now: number },
) {
  return fitRecord(
    auditEvent(rampart.host, now, {
      id: auditId,
      agent,
      session: SESSION,
      run_id: runId,
      tool,
      request: {
        ...(command !== '' && { command: redactText(command) }),
        ...(path !== '' && { path: redactText(path) }),
      },
      decision: {
        action: granted ? 'allow' : 'ask',
        evaluation_time_us: 0,
        message: granted ? AUTO_APPROVED : message,
      },
    }),
  );
}

function directApproval(rampart: Rampart, question: DirectQuestion, auditId: string, now: number): Approval {
  const id = rampart.engine.ids.ulid(now);
  const { tool, command, path, agent, message, runId, owner } = question;
  const call = { tool, command, path, url: '', params: { command, path } };
  return {
    id,
    dialect: 'rampart',
    tenant: 'default',
    status: 'pending',
    joinKey: id,
    digest: id,
    owner,
    agent,
    session: SESSION,
    runId,
    callId: '',
    tool,
    summary: summaryOf(call),
    message: oneLine(message),
    call: { tool, params: redactFields(call.params) },
    policyRevision: rampart.policies.current().revision,
    link: callLink(auditId, owner),
    createdAt: now,
    expiresAt: now + rampart.approvalTimeoutMs,
    extra: approvalExtra({ ...call, auditId, replayable: false }),
  };
}
