import type { FastifyReply, FastifyRequest } from 'fastify';
import { json, send } from '../../http/answer.js';
import { plain } from '../../store/work.js';
import { isoTime } from './agents/agent.js';
import { DEFAULT_ORG } from './audit/records.js';
import { adminCallerOf } from './identity/admin-auth.js';
import type { MeshGuard } from './runtime.js';

type Handler = (request: FastifyRequest, reply: FastifyReply) => Promise<void>;

/** `GET /health`: 503 while the store gives no answers. */
export const health =
  (mesh: MeshGuard): Handler =>
  async (_request, reply) => {
    const { engine, settings, version, startedAt } = mesh;
    const database = await isAlive(mesh);
    const status = database ? 'healthy' : 'unhealthy';
    const body = {
      status,
      version,
      mode: settings.mode,
      timestamp: isoTime(engine.clock.now()),
      uptime: Math.floor((engine.clock.monotonic() - startedAt) / 1000),
      checks: { database: database ? 'ok' : 'error', policies: 'ok' },
    };
    send(reply, json(database ? 200 : 503, body));
  };

/** `GET /ready` */
export const ready =
  (mesh: MeshGuard): Handler =>
  async (_request, reply) => {
    const isReady = await isAlive(mesh);
    send(reply, json(isReady ? 200 : 503, { ready: isReady }));
  };

async function isAlive({ engine }: MeshGuard): Promise<boolean> {
  try {
    await engine.store.all(plain('SELECT 1 AS n'));
    return true;
  } catch {
    return false;
  }
}

/** `GET /` */
export const about =
  ({ version, settings }: MeshGuard): Handler =>
  async (_request, reply) =>
    send(reply, json(200, { name: 'MeshGuard Gateway', version, mode: settings.mode, docs: '/docs' }));

/** `GET /admin/info` */
export const info =
  (mesh: MeshGuard): Handler =>
  async (request, reply) => {
    const { version, settings, engine } = mesh;
    const { orgId, isSuper } = adminCallerOf(request);
    // How the gateway is set up concerns whoever runs it, and no other organisation.
    const isOperator = isSuper || orgId === DEFAULT_ORG;
    const target = isOperator ? await mesh.upstream.target() : undefined;
    send(
      reply,
      json(200, {
        name: 'MeshGuard Gateway',
        version,
        mode: settings.mode,
        ...(isOperator && { proxyTarget: target?.href ?? null, store: engine.store.kind }),
        checkpointKey: engine.ledger.publicKey,
      }),
    );
  };

/** `GET /metrics` */
export const metrics =
  (mesh: MeshGuard): Handler =>
  async (_request, reply) => {
    const text = await mesh.metrics.expose();
    await reply.type('text/plain; version=0.0.4; charset=utf-8').send(text);
  };
