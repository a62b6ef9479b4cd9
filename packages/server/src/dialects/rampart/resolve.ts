import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Approval, Transition } from '../../approvals/approval.js';
import type { Decided, Unit } from '../../engine/unit.js';
import { type Answer, answerWith } from '../../http/answer.js';
import { RequestFailure } from '../../http/failure.js';
import type { KeyedRequest } from '../../http/idempotency.js';
import { pathParam } from '../../http/params.js';
import { resolutionEvent } from './approval-hooks.js';
import { findApproval } from './approvals.js';
import { callerOf } from './auth.js';
import { readBody } from './body.js';
import { quote } from './documents/go.js';
import { audited, CHAIN } from './events.js';
import { keyOf, runOnce } from './keyed.js';
import { markPersisted, persistableCall, persistenceRecord, writePersisted } from './persist.js';
import type { Rampart } from './runtime.js';
import { resolveRequest } from './schemas.js';
import { isSignedLink, SIGNED_LINK } from './signed.js';
import { assertUnredeemed } from './unredeemed.js';
import { resolved } from './views.js';

const DEFAULT_RESOLVER = 'api';
const MAX_NAME_CHARS = 256;

/** One human's answer to one question. */
interface Answering {
  readonly approved: boolean;
  readonly persist: boolean;
  readonly by: string;
  readonly reason?: string;
  /** The credential that it came with. */
  readonly credential: string;
  readonly owns: (approval: Approval) => boolean;
}

/** `POST /v1/approvals/{id}/resolve` */
export function resolveApproval(rampart: Rampart) {
  return (request: FastifyRequest, reply: FastifyReply): void => {
    const body = readBody(request, resolveRequest, 'invalid body');
    const caller = callerOf(request);
    const signed = isSignedLink(caller);
    if (body.persist === true && !caller.admin) {
      const instead = signed ? ', not a signed approval URL' : '';
      throw new RequestFailure(403, `persist=true requires admin token authentication${instead}`);
    }
    const answering: Answering = {
      approved: body.approved === true,
      persist: body.persist === true && body.approved === true,
      by: signed ? SIGNED_LINK : resolverName(body.resolved_by),
      ...(body.reason != null && { reason: cleanName(body.reason) }),
      credential: caller.id,
      owns: (approval) => !caller.admin && approval.owner === caller.id,
    };
    answerWith(reply, resolve(rampart, pathParam(request, 'id'), answering, keyOf(request)));
  };
}

async function resolve(
  rampart: Rampart,
  id: string,
  answering: Answering,
  key: KeyedRequest | undefined,
): Promise<Answer> {
  const found = await findApproval(rampart, id);
  const call = answering.persist ? persistableCall(rampart, found) : undefined;
  if (found === undefined) throw new RequestFailure(404, `approval: unknown id ${quote(id)}`);
  if (answering.owns(found)) throw new RequestFailure(403, 'this endpoint requires admin scope');
  const answer = await runOnce(rampart, key, resolutionUnit(rampart, found, answering, call !== undefined));
  // A request that is sent again finds what it did: a rule that was deleted meanwhile must not come back.
  const isFirst = found.status === 'pending';
  return call !== undefined && isFirst ? writePersisted(rampart, found, call, { answer, key }) : answer;
}

function resolutionUnit(rampart: Rampart, found: Approval, answering: Answering, persisted: boolean): Unit<Answer> {
  const { approvals } = rampart.engine;
  return {
    chains: [CHAIN],
    load: [approvals.byId(found.id), approvals.approvedBefore('rampart', found.digest)],
    decide: ([rows, others = []], turn): Decided<Answer> => {
      const row = rows?.[0];
      if (row === undefined) throw new RequestFailure(404, `approval: unknown id ${quote(found.id)}`);
      const approval = approvals.read(row);
      assertPending(approval);
      if (answering.approved)
        assertUnredeemed(
          approval,
          others.map((other) => approvals.read(other)),
        );
      const transition: Transition = {
        from: 'pending',
        to: answering.approved ? 'approved' : 'rejected',
        at: turn.now,
        by: answering.by,
        ...(answering.reason !== undefined && { note: answering.reason }),
        details: { credential: answering.credential, persist_requested: answering.persist },
      };
      const step = approvals.step(approval, transition.to, transition);
      const event = resolutionEvent(rampart, step.approval, transition);
      const extra = answering.persist ? [persistenceRecord(rampart, step.approval, answering.by, turn.now)] : [];
      return {
        writes: [...step.writes, ...(persisted ? [markPersisted(step.approval, true)] : [])],
        records: [...step.records, ...extra],
        events: [...step.events, audited({ event })],
        answer: resolved(found.id, answering.approved, persisted),
      };
    },
  };
}

/** @throws RequestFailure 410 */
function assertPending({ status }: Approval): void {
  if (status !== 'pending') throw new RequestFailure(410, 'approval already resolved; URL cannot be reused');
}

/** Who resolved it, as the body says. */
export function resolverName(given: string | null | undefined): string {
  return cleanName(given ?? '') || DEFAULT_RESOLVER;
}

function cleanName(text: string): string {
  return text
    .replace(/\p{Cc}+/gu, ' ')
    .trim()
    .slice(0, MAX_NAME_CHARS);
}
