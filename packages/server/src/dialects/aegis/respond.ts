import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Approval } from '../../approvals/approval.js';
import type { Unit } from '../../engine/unit.js';
import { type Answer, answerWith, json } from '../../http/answer.js';
import { pathParam } from '../../http/params.js';
import { type Caller, callerOf } from './auth.js';
import { readBody } from './body.js';
import { CHAIN, oneLine } from './entries.js';
import { findEscalation } from './escalations.js';
import { AegisFailure, notFound } from './failure.js';
import { runOnce } from './keyed.js';
import type { Aegis } from './runtime.js';
import { respondRequest } from './schemas.js';
import { escalationView } from './views.js';

/** One operator's verdict. */
interface Verdict {
  readonly approved: boolean;
  readonly by: string;
  readonly comment?: string;
}

/** `POST /api/v1/governance/escalations/{id}/respond` */
export function respond(aegis: Aegis) {
  return (request: FastifyRequest, reply: FastifyReply): void => {
    const caller = callerOf(request);
    const { decision, operator_id: operator, comment } = readBody(request, respondRequest);
    const verdict: Verdict = {
      approved: decision === 'approve',
      by: oneLine(operator ?? '') || caller.name,
      ...(comment !== undefined && { comment: oneLine(comment) }),
    };
    const answer = async (): Promise<Answer> => {
      const found = await findEscalation(aegis, pathParam(request, 'id'), caller);
      assertNotOwn(found, caller);
      return runOnce(aegis, request, resolution(aegis, found, caller, verdict));
    };
    answerWith(reply, answer());
  };
}

/** Nobody answers what they asked for themselves. @throws AegisFailure 403 */
function assertNotOwn({ owner }: Approval, { id, scopes }: Caller): void {
  if (owner !== id || scopes.has('admin')) return;
  const message = 'an escalation cannot be answered with the API key that it was opened with';
  throw new AegisFailure({ status: 403, code: 'AEGIS-AUTH-003', message, cause: 'authorization' });
}

function resolution(aegis: Aegis, { id }: Approval, caller: Caller, { approved, by, comment }: Verdict): Unit<Answer> {
  const { approvals } = aegis.engine;
  return {
    chains: [CHAIN],
    load: [approvals.byId(id)],
    decide: ([rows = []], { now }) => {
      const [row] = rows;
      if (row === undefined) throw notFound('escalation');
      const { approval, ...step } = approvals.step(approvals.read(row), approved ? 'approved' : 'rejected', {
        at: now,
        by,
        ...(comment !== undefined && { note: comment }),
        details: { api_key_id: caller.id },
      });
      const { escalation_id, status, resolved_at, ...view } = escalationView(aegis, approval, true);
      const { confirmation_token: token, confirmation_expires_at: expires } = view;
      const answer = { escalation_id, status, resolved_at };
      if (!approved) return { ...step, answer: json(200, answer) };
      return {
        ...step,
        answer: json(200, { ...answer, confirmation_token: token, confirmation_expires_at: expires }),
      };
    },
  };
}
