import type { GovernanceMiddleware } from '@sallyport/aegis';
import express from 'express';
import Fastify from 'fastify';
import { Hono } from 'hono';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AegisRig, startAegis } from '../support/aegis.js';

interface Answered {
  readonly status: number;
  readonly body: unknown;
}

/** A web application with one guarded route; its handler tells the decision that it was given. */
type Post = (guard: GovernanceMiddleware, body: object) => Promise<Answered>;

const agentId = 'demo-agent';
const decisionIn = (holder: object) => {
  const { outcome, decisionId } = Object(Reflect.get(holder, 'governanceDecision'));
  return { ran: outcome, decisionId };
};

const inExpress: Post = async (guard, body) => {
  const app = express();
  app.use(express.json());
  app.use((request, _response, next) => {
    Object.assign(request, { agentId });
    next();
  });
  app.post('/do', guard, (request, response) => {
    response.json(decisionIn(request));
  });
  const server = app.listen(0, '127.0.0.1');
  try {
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = Object(server.address());
    const headers = { 'content-type': 'application/json' };
    const init = { method: 'POST', headers, body: JSON.stringify(body) };
    const answer = await fetch(`http://127.0.0.1:${port}/do`, init);
    return { status: answer.status, body: await answer.json() };
  } finally {
    server.close();
  }
};

const inFastify: Post = async (guard, body) => {
  const app = Fastify();
  app.addHook('onRequest', async (request) => {
    Object.assign(request, { agentId });
  });
  app.post('/do', { preHandler: guard }, async (request) => decisionIn(request));
  const answer = await app.inject({ method: 'POST', url: '/do', payload: body });
  await app.close();
  return { status: answer.statusCode, body: answer.json() };
};

const inHono: Post = async (guard, body) => {
  const app = new Hono<{ Variables: { agentId: string; governanceDecision: object } }>();
  app.use(async (context, next) => {
    context.set('agentId', agentId);
    await next();
  });
  app.post('/do', guard, (context) => context.json(decisionIn(context.var)));
  const answer = await app.request('/do', { method: 'POST', body: JSON.stringify(body) });
  return { status: answer.status, body: await answer.json() };
};

describe.each([
  ['Express', inExpress],
  ['Fastify', inFastify],
  ['Hono', inHono],
] as const)('requireGovernance in %s, against the gateway', (_name, post) => {
  let rig: AegisRig;
  beforeAll(async () => {
    rig = await startAegis({ clients: { timeoutMs: 1_000 } });
  });
  afterAll(() => rig.close());

  test('lets through what is allowed, with the decision; the body was what was decided on', async () => {
    const answer = await post(rig.agent.requireGovernance('file.read'), { path: '/data/x' });
    expect(answer).toEqual({ status: 200, body: { ran: 'ALLOW', decisionId: expect.stringMatching(/^dec_/) } });
    const { decisionId } = Object(answer.body);
    expect((await rig.operator.audit.trail(decisionId)).request).toMatchObject({
      actor: { id: agentId, type: 'ai-agent' },
      action: { capability: 'file.read', parameters: { path: '/data/x' } },
    });
  });

  test.each([
    ['file.write', 'DENY', /^Agent lacks a capability/],
    ['network.fetch', 'ESCALATE', /^Escalation required by policy/],
    ['shell.exec', 'REQUIRE_CONFIRMATION', /^Human confirmation required by policy/],
  ] as const)('answers %s with 403, outcome %s and the reason', async (capability, outcome, reason) => {
    const answer = await post(rig.agent.requireGovernance(capability), {});
    expect(answer).toEqual({ status: 403, body: { outcome, reason: expect.stringMatching(reason) } });
  });

  test.each([
    ['is gone', { effect: 'reset' }],
    ['is silent', { effect: 'stall' }],
    ['fails', { effect: 'status', status: 500, body: { error_code: 'AEGIS-POL-009', message: 'x' } }],
    ['says what nobody knows', { effect: 'status', status: 418, body: { outcome: 'MAYBE' } }],
  ])('lets nothing through when the gateway %s', async (_what, fault) => {
    await rig.dev('faults', { faults: [{ path: '/api/v1/governance/*', ...fault }] });
    const answer = await post(rig.agent.requireGovernance('file.read'), {});
    await rig.dev('faults', { faults: [] });
    expect(answer).toEqual({ status: 503, body: { outcome: 'DENY', reason: 'Governance could not decide.' } });
  });

  test('lets nothing through when nobody is named, the capability is malformed, or the key is worth nothing', async () => {
    const nobody = rig.agent.requireGovernance('file.read', { actorId: () => '' });
    const malformed = rig.agent.requireGovernance('File Read');
    const stranger = rig.client({ apiKey: 'nobody' }).requireGovernance('file.read');
    for (const guard of [nobody, malformed, stranger]) expect((await post(guard, {})).status).toBe(503);
  });
});
