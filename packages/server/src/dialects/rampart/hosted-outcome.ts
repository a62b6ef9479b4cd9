import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Unit } from '../../engine/unit.js';
import { type Answer, answerWith, json } from '../../http/answer.js';
import { badRequest } from '../../http/failure.js';
import { pathParam } from '../../http/params.js';
import { callerOf } from './auth.js';
import { readBody } from './body.js';
import { parseTime } from './documents/go.js';
import { auditEvent, audited, auditRecord, CHAIN, callLink, fitRecord } from './events.js';
import { identity } from './identity.js';
import { keyOf, runOnce } from './keyed.js';
import { resolverName } from './resolve.js';
import type { Rampart } from './runtime.js';
import { hostedOutcomeRequest } from './schemas.js';
import { rfc3339Nano } from './time.js';

const OUTCOMES: readonly string[] = ['approved', 'denied', 'timeout', 'cancelled'];
const SCOPES: readonly string[] = ['once', 'session', 'always'];

/** `POST /v1/hosted-approvals/{auditID}/resolve`: a host reports what its user said. Recorded, and nothing more. */
export function recordHostedOutcome(rampart: Rampart) {
  return (request: FastifyRequest, reply: FastifyReply): void => {
    const body = readBody(request, hostedOutcomeRequest);
    const outcome = body.outcome ?? '';
    if (!OUTCOMES.includes(outcome)) throw badRequest('outcome must be one of: approved, denied, timeout, cancelled');
    const scope = body.scope ?? '';
    if (scope !== '' && !SCOPES.includes(scope)) throw badRequest('scope must be one of: once, session, always');
    const resolvedAt = body.resolved_at ? parseTime(body.resolved_at) : undefined;
    if (body.resolved_at && resolvedAt === undefined) throw badRequest('resolved_at must be RFC3339');
    const reported = {
      auditId: identity('auditID', pathParam(request, 'auditID')),
      outcome,
      resolvedAt,
      owner: callerOf(request).id,
      agent: body.agent ?? '',
      session: body.session ?? '',
      runId: body.run_id ?? '',
      callId: body.tool_call_id ?? '',
      tool: body.tool || 'hosted_approval',
      approvalOwner: body.approval_owner ?? undefined,
      message: body.message ?? '',
      request: {
        action: 'hosted_approval_resolved',
        outcome,
        ...(scope !== '' && { scope }),
        ...(body.host_approval_id && { host_approval_id: body.host_approval_id }),
        resolved_by: resolverName(body.resolved_by),
      },
    };
    answerWith(reply, runOnce(rampart, keyOf(request), outcomeUnit(rampart, reported)));
  };
}

interface HostedOutcome {
  readonly auditId: string;
  readonly outcome: string;
  readonly resolvedAt: number | undefined;
  readonly owner: string;
  readonly agent: string;
  readonly session: string;
  readonly runId: string;
  readonly callId: string;
  readonly tool: string;
  readonly approvalOwner: unknown;
  readonly message: string;
  readonly request: Readonly<Record<string, unknown>>;
}

function outcomeUnit(rampart: Rampart, reported: HostedOutcome): Unit<Answer> {
  const { auditId, outcome, owner, agent, session, runId, callId, tool, approvalOwner, message, request } = reported;
  return {
    chains: [CHAIN],
    load: [],
    decide(_facts, { now }) {
      const resolvedAt = rfc3339Nano(reported.resolvedAt ?? now);
      const event = auditEvent(rampart.host, now, {
        id: rampart.engine.ids.ulid(now),
        agent,
        session,
        run_id: runId,
        tool_call_id: callId,
        approval_owner: approvalOwner,
        tool,
        request: { ...request, request_audit_id: auditId, resolved_at: resolvedAt },
        decision: { action: outcome, evaluation_time_us: 0, message },
      });
      const fitted = fitRecord(event);
      return {
        records: [auditRecord(fitted, now, callLink(auditId, owner))],
        events: [audited({ event: fitted })],
        answer: json(200, {
          audit_id: auditId,
          event_id: event.id,
          status: 'recorded',
          outcome,
          resolved_at: resolvedAt,
        }),
      };
    },
  };
}
