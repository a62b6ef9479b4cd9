import type { MeshGuardClient } from '@sallyport/meshguard';
import { meshguardFormula, verifyChain } from '@sallyport/verify';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { stores, type TestStore } from '../../../../server/src/testing/stores.js';
import { caught } from '../support/caught.js';
import { provenLog, watchLog } from '../support/log.js';
import { type Mesh, type MeshOptions, startMesh } from '../support/mesh.js';

const durable = stores.filter((store) => store.durable);
const PAY = 'write:payments';

describe.each(durable)('after a restart ($name)', (store) => {
  let kept: TestStore;
  let mesh: Mesh;
  let agent: MeshGuardClient;
  let agentId: string;
  let token: string;
  const start = async (options: MeshOptions = {}) => {
    mesh = await startMesh({ store: kept.address, clients: { maxRetries: 0 }, ...options });
    if (token === '') {
      ({ id: agentId, token } = await mesh.admin.createAgent({ name: 'lasting', tags: ['development'] }));
    }
    agent = mesh.client({ agentToken: token, traceId: 'trace-1' });
  };
  beforeEach(async () => {
    kept = await store.create();
    token = '';
    await start();
  });
  afterEach(async () => {
    await mesh.close();
    await kept.remove();
  });

  /** Ends the gateway, and starts it again on what it left. */
  const restart = async (options?: MeshOptions) => {
    await mesh.close();
    await start(options);
  };

  test('agents and their tokens stay, and so do those of development but for the agent’s, which is signed anew', async () => {
    const before = mesh.tokens;
    await mesh.admin.updateAgent(agentId, { trustTier: 'trusted', metadata: { a: 1 } });
    await restart();
    expect((await agent.check('read:x')).allowed).toBe(true);
    expect(await mesh.admin.getAgent(agentId)).toMatchObject({ trustTier: 'trusted', metadata: { a: 1 } });
    expect(await caught(mesh.client({ agentToken: before.agent }).check('read:x'))).toMatchObject({ status: 401 });
    expect((await mesh.send('GET', '/admin/approvals', { admin: before.approver })).status).toBe(200);
  });

  test('a revoked agent stays revoked, and a rotated token stays worth nothing', async () => {
    const { token: second } = await mesh.admin.rotateToken(agentId);
    await restart();
    expect(await caught(agent.check('read:x'))).toMatchObject({ status: 401 });
    expect((await mesh.client({ agentToken: second }).check('read:x')).allowed).toBe(true);
    await mesh.admin.revokeAgent(agentId);
    await restart();
    expect(await caught(mesh.client({ agentToken: second }).check('read:x'))).toMatchObject({ status: 401 });
  });

  test('policies stay in force', async () => {
    const rules = [{ name: 'all', effect: 'allow', actions: ['deploy:*'] }];
    await mesh.admin.applyPolicy({ name: 'deploys', appliesTo: { agentIds: [agentId] }, rules });
    await restart();
    expect(await agent.check('deploy:site')).toMatchObject({ allowed: true, policy: 'deploys', rule: 'all' });
  });

  test('a question is still pending, is joined by its call, and can be answered and used once', async () => {
    const asked = await agent.check(PAY);
    await restart();
    expect((await agent.check(PAY)).pending).toEqual(asked.pending);
    await mesh.resolve(asked.pending?.id ?? '', 'approved');
    await restart();
    expect((await agent.check(PAY)).allowed).toBe(true);
    await restart();
    expect((await agent.check(PAY)).allowed).toBe(false);
  });

  test('a refusal stands', async () => {
    await mesh.resolve((await agent.check(PAY)).pending?.id ?? '', 'rejected');
    await restart();
    expect(await agent.check(PAY)).toMatchObject({ allowed: false, approvalStatus: 'rejected' });
  });

  test('delegations, anomalies and analytics stay', async () => {
    const { id } = await mesh.admin.createAgent({ name: 'helper' });
    const scope = ['read:*'];
    const delegation = await mesh.admin.delegations.create({ sourceAgentId: agentId, targetAgentId: id, scope });
    for (let count = 0; count < 30; count += 1) await agent.check(`delete:${count}`);
    const anomalies = [...(await mesh.admin.anomalies.list({ agentId }))];
    const overview = await mesh.admin.analytics.overview();
    expect([anomalies.length > 0, overview.totalRequests]).toEqual([true, 30]);
    await restart();
    expect([...(await mesh.admin.anomalies.list({ agentId }))]).toEqual(anomalies);
    expect((await mesh.admin.analytics.overview()).totalRequests).toBe(30);
    const { body } = await mesh.send('GET', '/relationships', { admin: true });
    expect(JSON.stringify(body)).toContain(delegation.id);
  });

  test('the log goes on where it ended, under the same key', async () => {
    await agent.check('read:a');
    const memory = await watchLog(provenLog(mesh.log()));
    await restart();
    await agent.check('read:b');
    const { state } = await watchLog(provenLog(mesh.log()), memory);
    expect(state?.size).toBe(2);
    expect((await mesh.admin.getAuditLog()).map(({ action }) => action)).toEqual(['read:b', 'read:a']);
  });

  test('idempotency keys are remembered', async () => {
    const first = await agent.check('read:x', { idempotencyKey: 'key-1' });
    const created = await mesh.admin.createAgent({ name: 'once' }, { idempotencyKey: 'key-2' });
    await restart();
    expect(await agent.check('read:x', { idempotencyKey: 'key-1' })).toEqual(first);
    const agents = (await mesh.admin.listAgents()).filter(({ name }) => name === 'once');
    expect(agents.map(({ id }) => id)).toEqual([created.id]);
  });

  test('an admin token of one’s own stays the same', async () => {
    const adminToken = 'an-admin-token-of-my-own';
    await restart({ meshguard: { adminToken } });
    await restart({ meshguard: { adminToken } });
    expect((await mesh.client({ adminToken }).listAgents()).map(({ id }) => id)).toContain(agentId);
  });
});

test.each(stores.filter(({ name }) => name === 'postgres'))(
  'gateways on one database are one gateway: agents, policies, an approval and a log',
  async (store) => {
    const kept = await store.create();
    const both: MeshOptions = {
      store: kept.address,
      clients: { maxRetries: 0 },
      meshguard: { adminToken: 'the-token-of-both', jwtSecret: 'a secret that both of them have, and long' },
    };
    const [one, two] = [await startMesh(both), await startMesh(both)];
    const { token } = await one.admin.createAgent({ name: 'shared', tags: ['development'] });
    const [here, there] = [one.client({ agentToken: token }), two.client({ agentToken: token })];
    await one.admin.applyPolicy({
      name: 'fresh',
      appliesTo: { tags: ['development'] },
      rules: [{ effect: 'deny', actions: ['read:closed'] }],
    });
    expect((await there.check('read:closed')).policy).toBe('fresh');
    const id = (await here.check(PAY)).pending?.id ?? '';
    await two.resolve(id, 'approved', 'the-token-of-both');
    const repeated = await Promise.all([here, there].map((agent) => agent.check(PAY)));
    expect(repeated.filter(({ allowed }) => allowed)).toHaveLength(1);
    await Promise.all(Array.from({ length: 20 }, (_, index) => (index % 2 ? here : there).check('read:x')));
    const lines = await provenLog(one.log()).lines();
    expect(await provenLog(two.log()).lines()).toEqual(lines);
    expect(await verifyChain(lines, { formula: meshguardFormula })).toMatchObject({ ok: true, count: lines.length });
    await one.close();
    await two.close();
    await kept.remove();
  },
);
