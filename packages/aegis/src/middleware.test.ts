import type { AddressInfo } from 'node:net';
import express from 'express';
import Fastify from 'fastify';
import { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import { FakeGateway, type Fault } from './fixture/fake-gateway.js';
import { setUp } from './fixture/setup.js';
import type { GovernanceMiddleware, RequireGovernanceOptions } from './middleware.js';

interface Answered {
  readonly status: number;
  readonly body: unknown;
}

/** A web application with one governed route, which tells the outcome that its handler saw. */
type Post = (guard: GovernanceMiddleware, body: unknown) => Promise<Answered>;

const inExpress: Post = async (guard, body) => {
  const app = express();
  app.use(express.json());
  app.use((request, _response, next) => {
    Object.assign(request, { agentId: 'agent-001' });
    next();
  });
  app.post('/deploy', guard, (request, response) => {
    response.json({ ran: Reflect.get(request, 'governanceDecision').outcome });
  });
  const server = app.listen(0, '127.0.0.1');
  try {
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    const headers = { 'content-type': 'application/json' };
    const init = { method: 'POST', headers, ...(body !== undefined && { body: JSON.stringify(body) }) };
    const answer = await fetch(`http://127.0.0.1:${port}/deploy`, init);
    return { status: answer.status, body: await answer.json() };
  } finally {
    server.close();
  }
};

const inFastify: Post = async (guard, body) => {
  const app = Fastify();
  app.addHook('onRequest', async (request) => {
    Object.assign(request, { agentId: 'agent-001' });
  });
  app.post('/deploy', { preHandler: guard }, async (request) => ({
    ran: Reflect.get(request, 'governanceDecision').outcome,
  }));
  const answer = await app.inject({
    method: 'POST',
    url: '/deploy',
    ...(body !== undefined && { payload: Object(body) }),
  });
  await app.close();
  return { status: answer.statusCode, body: answer.json() };
};

const inHono: Post = async (guard, body) => {
  const app = new Hono<{ Variables: { agentId: string; governanceDecision: { outcome: string } } }>();
  app.use(async (context, next) => {
    context.set('agentId', 'agent-001');
    await next();
  });
  app.post('/deploy', guard, (context) => context.json({ ran: context.get('governanceDecision').outcome }));
  const init = { method: 'POST', ...(body !== undefined && { body: JSON.stringify(body) }) };
  const answer = await app.request('/deploy', init);
  return { status: answer.status, body: await answer.json() };
};

const body = { environment: 'production' };

function guarded(capability: string, options: RequireGovernanceOptions = {}, fault?: Fault) {
  const gateway = new FakeGateway();
  gateway.fault = fault;
  const { client } = setUp({ retries: 0, timeoutMs: 1_000 }, gateway);
  return { gateway, guard: client.requireGovernance(capability, options) };
}

describe.each([
  ['Express', inExpress],
  ['Fastify', inFastify],
  ['Hono', inHono],
] as const)('requireGovernance in %s', (_name, post) => {
  it('proposes the body in the name of the agent, and lets an ALLOW through', async () => {
    const { gateway, guard } = guarded('file.read');
    expect(await post(guard, body)).toEqual({ status: 200, body: { ran: 'ALLOW' } });
    expect(gateway.requests[0]?.body).toMatchObject({
      actor: { id: 'agent-001', type: 'ai-agent' },
      action: { capability: 'file.read', parameters: body },
    });
  });

  it.each([
    ['no body', undefined, {}],
    ['a list', ['a', 'b'], { body: ['a', 'b'] }],
  ])('proposes %s as what it is', async (_what, sent, parameters) => {
    const { gateway, guard } = guarded('file.read');
    expect((await post(guard, sent)).status).toBe(200);
    expect(gateway.requests[0]?.body).toMatchObject({ action: { parameters } });
    expect(Object.keys(Object(gateway.requests[0]?.body).action.parameters)).toEqual(Object.keys(parameters));
  });

  it.each([
    ['file.write', 'DENY', 'No matching allow policy found (default-deny).'],
    ['network.fetch', 'ESCALATE', 'Escalation required.'],
    ['shell.exec', 'REQUIRE_CONFIRMATION', 'Human confirmation required.'],
  ])('answers 403 with outcome and reason to %s', async (capability, outcome, reason) => {
    expect(await post(guarded(capability).guard, body)).toEqual({ status: 403, body: { outcome, reason } });
  });

  it.each(['down', 'slow', 'unknown-verdict'] as const)(
    'lets nothing through when the gateway is %s',
    async (fault) => {
      const { guard } = guarded('file.read', {}, fault);
      const refusal = { outcome: 'DENY', reason: 'Governance could not decide.' };
      expect(await post(guard, body)).toEqual({ status: 503, body: refusal });
    },
  );

  it('lets nothing through when what the caller told it throws, or names nobody', async () => {
    const throwing = () => {
      throw new Error('no session');
    };
    for (const options of [{ actorId: throwing }, { parameters: throwing }, { actorId: () => '' }]) {
      const { gateway, guard } = guarded('file.read', options);
      expect((await post(guard, body)).status).toBe(503);
      expect(gateway.requests).toEqual([]);
    }
  });

  it('takes actor, parameters and context from the caller', async () => {
    const { gateway, guard } = guarded('file.read', {
      actorId: async () => 'deploy-bot',
      actorType: 'automation',
      parameters: () => ({ path: '/x' }),
      context: { sessionId: 's1' },
    });
    expect((await post(guard, body)).status).toBe(200);
    expect(gateway.requests[0]?.body).toMatchObject({
      actor: { id: 'deploy-bot', type: 'automation' },
      action: { parameters: { path: '/x' } },
      context: { session_id: 's1' },
    });
  });
});
