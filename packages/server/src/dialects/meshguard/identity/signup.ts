import type { FastifyReply, FastifyRequest } from 'fastify';
import { json, send } from '../../../http/answer.js';
import { createAgent } from '../agents/service.js';
import { chainsOf, DEFAULT_ORG, eventRecord } from '../audit/records.js';
import { readBody } from '../body.js';
import { notFound } from '../failure.js';
import { newId } from '../ids.js';
import { insertOrg } from '../orgs.js';
import type { MeshGuard } from '../runtime.js';
import { signupRequest } from '../schemas.js';
import { ADMIN_PREFIX, API_KEY_PREFIX } from '../settings.js';
import { API_KEY } from './admin-auth.js';

/** `POST /signup`: makes an organisation, with its API key, its admin token and perhaps an agent. */
export const signup =
  (mesh: MeshGuard) =>
  async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    if (!mesh.settings.signup) throw notFound('Organizations are not made here');
    const { name, email, agentName } = readBody(request, signupRequest);
    const { engine } = mesh;
    const now = engine.clock.now();
    const org = { id: newId(engine.ids, 'org', now), name, email, createdAt: now };
    await mesh.orgs.ensure(org.id);
    await engine.lane.run({
      chains: [chainsOf(DEFAULT_ORG).events],
      load: [],
      decide: () => ({
        writes: [insertOrg(org)],
        records: [
          eventRecord(
            {
              id: newId(engine.ids, 'evt', now),
              orgId: DEFAULT_ORG,
              type: 'org.created',
              actor: 'signup',
              subject: org.id,
              data: { name },
            },
            now,
          ),
        ],
        answer: undefined,
      }),
    });
    const shared = { dialect: 'meshguard', tenant: org.id } as const;
    const [key, admin] = await Promise.all([
      engine.credentials.create({
        ...shared,
        roles: ['agent'],
        policy: API_KEY,
        note: 'API key',
        tokenPrefix: API_KEY_PREFIX,
      }),
      engine.credentials.create({
        ...shared,
        roles: ['approver', 'admin'],
        note: 'admin token',
        tokenPrefix: ADMIN_PREFIX,
        subject: org.id,
      }),
    ]);
    const agent =
      agentName == null
        ? undefined
        : await createAgent(mesh, { name: 'signup', orgId: org.id, isSuper: false }, { name: agentName });
    reply.header('cache-control', 'no-store');
    send(
      reply,
      json(201, {
        orgId: org.id,
        name,
        apiKey: key.token,
        adminToken: admin.token,
        ...(agent !== undefined && { agentId: agent.view['id'], agentToken: agent.token }),
      }),
    );
  };
