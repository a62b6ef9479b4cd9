import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Approval } from '../../approvals/approval.js';
import { type Answer, answerWith, json } from '../../http/answer.js';
import { pathParam, queryParam } from '../../http/params.js';
import { queriedWait } from '../../http/prefer.js';
import { type Caller, callerOf } from './auth.js';
import { notFound } from './failure.js';
import { pageOf, readPage, readWord } from './paging.js';
import { kindOf } from './reviews.js';
import type { Aegis } from './runtime.js';
import { escalationView } from './views.js';

const STATUSES = ['pending', 'approved', 'denied', 'expired', 'all'] as const;

/** Escalations that are looked through. */
const MAX_LISTED = 10_000;

/** `GET /api/v1/governance/escalations`: the pending ones, oldest first; `?status=` for others. */
export function listEscalations(aegis: Aegis) {
  return (request: FastifyRequest, reply: FastifyReply): void => {
    const caller = callerOf(request);
    const page = readPage(request);
    const status = readWord(request, 'status', STATUSES) ?? 'pending';
    const list = async (): Promise<Answer> => {
      const found = await aegis.engine.approvals.list({
        dialect: 'aegis',
        ...(status === 'pending' && { status }),
        ...(caller.isAgent && { owner: caller.id }),
        limit: MAX_LISTED,
      });
      const escalations = found
        .filter((approval) => kindOf(approval) === 'escalation')
        .filter((approval) => status === 'all' || escalationView(aegis, approval, false)['status'] === status);
      const { items, cursor } = pageOf(escalations, page, ({ id }) => id);
      const views = items.map((approval) => viewFor(aegis, approval, caller));
      return json(200, { escalations: views, total: escalations.length, cursor });
    };
    answerWith(reply, list());
  };
}

/** `GET /api/v1/governance/escalations/{id}`, with `?wait=N` held until it is answered, N seconds at most. */
export function getEscalation(aegis: Aegis) {
  return (request: FastifyRequest, reply: FastifyReply): void => {
    const caller = callerOf(request);
    const seconds = queriedWait(queryParam(request, 'wait')) ?? 0;
    const find = async (): Promise<Answer> => {
      const found = await findEscalation(aegis, pathParam(request, 'id'), caller);
      if (found.status !== 'pending' || seconds === 0) return json(200, viewFor(aegis, found, caller));
      const settled = await whileHeld(aegis, reply, (signal) =>
        aegis.engine.approvals.wait(found.id, seconds * 1000, signal),
      );
      return json(200, viewFor(aegis, settled ?? found, caller));
    };
    answerWith(reply, find());
  };
}

/** Only whoever asked may redeem an approval: the token is for that key alone. */
function viewFor(aegis: Aegis, approval: Approval, caller: Caller) {
  return escalationView(aegis, approval, approval.owner === caller.id);
}

/** An escalation that the caller may see. @throws AegisFailure 404; an agent learns nothing about others' */
export async function findEscalation(aegis: Aegis, id: string, caller: Caller): Promise<Approval> {
  const found = /^esc_[0-9A-Z]{26}$/.test(id) ? await aegis.engine.approvals.get(id) : undefined;
  if (found?.dialect !== 'aegis' || (caller.isAgent && found.owner !== caller.id)) throw notFound('escalation');
  return found;
}

/** Runs work that ends early when the client goes away or the gateway closes; its signal says so. */
async function whileHeld<T>(
  { closing }: Aegis,
  reply: FastifyReply,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const gone = new AbortController();
  const leave = () => gone.abort();
  if (closing.aborted) leave();
  reply.raw.once('close', leave);
  closing.addEventListener('abort', leave, { once: true });
  try {
    return await work(gone.signal);
  } finally {
    reply.raw.off('close', leave);
    closing.removeEventListener('abort', leave);
  }
}
