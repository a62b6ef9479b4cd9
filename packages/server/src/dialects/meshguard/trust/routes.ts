import type { FastifyReply, FastifyRequest } from 'fastify';
import { json, send } from '../../../http/answer.js';
import { pathParam } from '../../../http/params.js';
import { isoTime } from '../agents/agent.js';
import { findAgent } from '../agents/service.js';
import { limitParam, timeParam } from '../audit/query.js';
import { forbidden, notFound } from '../failure.js';
import { memberOf } from '../identity/member-auth.js';
import type { MeshGuard } from '../runtime.js';
import { currentScores, recomputeScores, scoreView } from './service.js';

type Handler = (request: FastifyRequest, reply: FastifyReply) => Promise<void>;

/** An agent that the caller may look at: its own, or one of the organisation that it administers. */
export async function visibleAgent(mesh: MeshGuard, request: FastifyRequest) {
  const member = memberOf(request);
  const id = pathParam(request, 'id');
  if (member.agentId !== undefined && member.agentId !== id) throw forbidden('Agents may look at themselves only');
  return findAgent(mesh, member, id);
}

/** `GET /agents/:id/trust` */
export const getTrust =
  (mesh: MeshGuard): Handler =>
  async (request, reply) => {
    const { id, orgId } = await visibleAgent(mesh, request);
    const score = (await currentScores(mesh, orgId)).get(id);
    if (score === undefined) throw notFound(`Agent ${id} has no score`);
    send(reply, json(200, { score: scoreView(score, orgId, mesh.engine.clock.now()) }));
  };

/** `GET /agents/:id/trust/history`: what was kept at each recomputation, newest first. */
export const trustHistory =
  (mesh: MeshGuard): Handler =>
  async (request, reply) => {
    const { id } = await visibleAgent(mesh, request);
    const rows = await mesh.engine.store.all({
      sql: 'SELECT score FROM meshguard_scores WHERE agent = ? AND at >= ? ORDER BY at DESC LIMIT ?',
      params: [id, timeParam(request, 'from') ?? 0, limitParam(request, 50, 500)],
    });
    send(reply, json(200, { scores: rows.map(({ score }): unknown => JSON.parse(String(score))) }));
  };

/** `POST /orgs/:orgId/trust/recompute` */
export const recomputeTrust =
  (mesh: MeshGuard): Handler =>
  async (request, reply) => {
    const { orgId: own, isSuper, agentId, name } = memberOf(request);
    const orgId = pathParam(request, 'orgId');
    if (agentId !== undefined || (orgId !== own && !isSuper)) throw forbidden('Only its admins may do this');
    if (!(await orgExists(mesh, orgId))) throw notFound(`Organization ${orgId.slice(0, 128)} not found`);
    await mesh.orgs.ensure(orgId);
    const updated = await recomputeScores(mesh, orgId, name);
    send(reply, json(200, { orgId, updated, errors: 0, recomputedAt: isoTime(mesh.engine.clock.now()) }));
  };

async function orgExists({ engine }: MeshGuard, orgId: string): Promise<boolean> {
  if (orgId === 'default') return true;
  if (!/^\w{1,128}$/.test(orgId)) return false;
  const rows = await engine.store.all({ sql: 'SELECT 1 AS n FROM meshguard_orgs WHERE id = ?', params: [orgId] });
  return rows.length > 0;
}
