import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Approval, ApprovalStatus } from '../../../approvals/approval.js';
import { json, send } from '../../../http/answer.js';
import { idempotencyKey } from '../../../http/idempotency.js';
import { pathParam, queryParam } from '../../../http/params.js';
import { queriedWait } from '../../../http/prefer.js';
import { bodyBytes, readBody } from '../body.js';
import { badRequest, forbidden, notFound } from '../failure.js';
import { adminCallerOf } from '../identity/admin-auth.js';
import { agentCallerOf } from '../identity/agent-auth.js';
import type { MeshGuard } from '../runtime.js';
import { noteRequest, resolveApprovalRequest } from '../schemas.js';
import { approvalView } from './views.js';

type Handler = (request: FastifyRequest, reply: FastifyReply) => Promise<void>;

const STATUSES: readonly ApprovalStatus[] = ['pending', 'approved', 'rejected', 'expired', 'cancelled', 'consumed'];

/** `GET /admin/approvals?status=` */
export const listApprovals =
  (mesh: MeshGuard): Handler =>
  async (request, reply) => {
    const wanted = queryParam(request, 'status');
    const status = STATUSES.find((known) => known === wanted);
    if (wanted !== '' && status === undefined) throw badRequest(`status must be one of ${STATUSES.join(', ')}`);
    const found = await mesh.engine.approvals.list({
      dialect: 'meshguard',
      tenant: adminCallerOf(request).orgId,
      ...(status !== undefined && { status }),
    });
    send(reply, json(200, { approvals: found.map(approvalView) }));
  };

/** `GET /admin/approvals/:id?wait=` */
export const getApproval =
  (mesh: MeshGuard): Handler =>
  async (request, reply) => {
    const { orgId, isSuper } = adminCallerOf(request);
    const approval = await findApproval(mesh, pathParam(request, 'id'));
    if (approval.tenant !== orgId && !isSuper) throw forbidden('The approval belongs to another organization');
    await answerWhenSettled(mesh, approval, request, reply);
  };

/** `GET /proxy/governance/approvals/:id?wait=`: whoever asked may wait for the answer. */
export const getOwnApproval =
  (mesh: MeshGuard): Handler =>
  async (request, reply) => {
    const approval = await findApproval(mesh, pathParam(request, 'id'));
    const { agentId }: { readonly agentId?: unknown } = Object(approval.extra);
    // That there are others tells an agent nothing about them.
    if (agentId !== agentCallerOf(request).agentId) throw notFound('There is no such approval');
    await answerWhenSettled(mesh, approval, request, reply);
  };

async function answerWhenSettled(
  mesh: MeshGuard,
  approval: Approval,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  const seconds = queriedWait(queryParam(request, 'wait')) ?? 0;
  const isOpen = approval.status === 'pending' && seconds > 0;
  const settled = isOpen
    ? await mesh.held.whileHeld(reply, (signal) => mesh.engine.approvals.wait(approval.id, seconds * 1000, signal))
    : approval;
  send(reply, json(200, approvalView(settled ?? approval)));
}

/** `POST /admin/approvals/:id/resolve`, and `…/approve` and `…/reject` for short. */
export const resolveApproval =
  (mesh: MeshGuard, short?: 'approved' | 'rejected'): Handler =>
  async (request, reply) => {
    const { orgId, isSuper, name } = adminCallerOf(request);
    const asked =
      short === undefined ? readBody(request, resolveApprovalRequest) : { ...optionalNote(request), verdict: short };
    const approval = await findApproval(mesh, pathParam(request, 'id'));
    if (approval.tenant !== orgId && !isSuper) throw forbidden('The approval belongs to another organization');
    const by = asked.by ?? name;
    const note = asked.note?.replace(/\p{Cc}+/gu, ' ');
    // A key says that this may be the same request again, whose answer was lost on the way.
    const isRepeated = idempotencyKey(request.headers) !== undefined && isAnswer(approval, asked.verdict, by);
    const resolved = isRepeated
      ? approval
      : await mesh.engine.approvals.resolve(approval.id, {
          verdict: asked.verdict,
          by,
          ...(note !== undefined && { note }),
        });
    send(reply, json(200, approvalView(resolved)));
  };

function isAnswer({ status, resolvedBy }: Approval, verdict: 'approved' | 'rejected', by: string): boolean {
  const isSame = status === verdict || (status === 'consumed' && verdict === 'approved');
  return isSame && resolvedBy === by;
}

function optionalNote(request: FastifyRequest) {
  return bodyBytes(request).length === 0 ? {} : readBody(request, noteRequest);
}

async function findApproval({ engine, orgs }: MeshGuard, id: string): Promise<Approval> {
  const found = /^\w{1,128}$/.test(id) ? await engine.approvals.get(id) : undefined;
  if (found?.dialect !== 'meshguard') throw notFound('There is no such approval');
  await orgs.ensure(found.tenant);
  return found;
}
