import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { type Answer, json, send } from '../../../http/answer.js';
import { pathParam, queryParam } from '../../../http/params.js';
import { readBody } from '../body.js';
import { checkContext } from '../decide/headers.js';
import { adminCallerOf } from '../identity/admin-auth.js';
import { keyOf } from '../keyed.js';
import type { MeshGuard } from '../runtime.js';
import { createAgentRequest, replaceAgentRequest, updateAgentRequest } from '../schemas.js';
import { type Agent, agentView, isoTime } from './agent.js';
import { createAgent, findAgent, listAgents, revokeAgent, rotateToken, updateAgent } from './service.js';

type Handler = (request: FastifyRequest, reply: FastifyReply) => Promise<void>;

const answering =
  (answer: (request: FastifyRequest, reply: FastifyReply) => Promise<Answer>): Handler =>
  async (request, reply) =>
    send(reply, await answer(request, reply));

/** `GET /admin/agents`; `?revoked=true` lists revoked ones as well. */
export const listAgentsRoute = (mesh: MeshGuard): Handler =>
  answering(async (request) => {
    const agents = await listAgents(mesh, adminCallerOf(request).orgId);
    const all = queryParam(request, 'revoked') === 'true';
    return json(200, { agents: agents.filter(({ status }) => all || status === 'active').map(agentView) });
  });

/** `POST /admin/agents` */
export const createAgentRoute = (mesh: MeshGuard): Handler =>
  answering(async (request, reply) => {
    const actor = adminCallerOf(request);
    const asked = readBody(request, createAgentRequest);
    const { view, token, claims } = await createAgent(mesh, actor, asked, keyOf(request, actor.id));
    reply.header('cache-control', 'no-store');
    return json(201, { ...view, token, expiresAt: isoTime(claims.expiresAt) });
  });

/** `GET /admin/agents/:id` */
export const getAgentRoute = (mesh: MeshGuard): Handler =>
  answering(async (request) =>
    json(200, agentView(await findAgent(mesh, adminCallerOf(request), pathParam(request, 'id')))),
  );

/** `PATCH /admin/agents/:id` */
export const updateAgentRoute = (mesh: MeshGuard): Handler =>
  answering(async (request) => {
    const given = readBody(request, updateAgentRequest);
    return changed(mesh, request, (agent) => ({ ...agent, ...changesOf(given) }));
  });

/** `PUT /admin/agents/:id` */
export const replaceAgentRoute = (mesh: MeshGuard): Handler =>
  answering(async (request) => {
    const given = readBody(request, replaceAgentRequest);
    return changed(mesh, request, ({ description: _, ...agent }) => ({
      ...agent,
      tags: [],
      metadata: {},
      capabilities: [],
      ...changesOf(given),
    }));
  });

async function changed(mesh: MeshGuard, request: FastifyRequest, update: (agent: Agent) => Agent): Promise<Answer> {
  const agent = await updateAgent(mesh, adminCallerOf(request), pathParam(request, 'id'), update);
  return json(200, agentView(agent));
}

type Changes = Partial<Pick<Agent, 'name' | 'trustTier' | 'tags' | 'capabilities' | 'metadata' | 'description'>>;

/** Only what was given. */
function changesOf({
  name,
  trustTier,
  tags,
  capabilities,
  metadata,
  description,
}: z.output<typeof updateAgentRequest>): Changes {
  return {
    ...(name !== undefined && { name }),
    ...(trustTier !== undefined && { trustTier }),
    ...(tags !== undefined && { tags }),
    ...(capabilities !== undefined && { capabilities }),
    ...(metadata !== undefined && { metadata: checkContext(metadata, 'metadata') }),
    ...(description != null && { description }),
  };
}

/** `DELETE /admin/agents/:id` */
export const revokeAgentRoute = (mesh: MeshGuard): Handler =>
  answering(async (request) => {
    const { id } = await revokeAgent(mesh, adminCallerOf(request), pathParam(request, 'id'));
    return json(200, { status: 'revoked', id });
  });

/** `POST /admin/agents/:id/token` */
export const rotateTokenRoute = (mesh: MeshGuard): Handler =>
  answering(async (request, reply) => {
    const actor = adminCallerOf(request);
    const issued = await rotateToken(mesh, actor, pathParam(request, 'id'), keyOf(request, actor.id));
    reply.header('cache-control', 'no-store');
    return json(200, { id: issued.claims.agentId, token: issued.token, expiresAt: isoTime(issued.claims.expiresAt) });
  });
