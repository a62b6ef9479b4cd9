import type { MeshGuardClient } from '@sallyport/meshguard';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { caught } from '../support/caught.js';
import { type Mesh, startMesh } from '../support/mesh.js';
import { storeSettings } from '../support/settings.js';

/** An organisation of its own, as signing up makes it. */
interface Org {
  readonly orgId: string;
  readonly apiKey: string;
  readonly adminToken: string;
  readonly agentId: string;
  readonly agent: MeshGuardClient;
  readonly admin: MeshGuardClient;
}

const HUMAN = { name: 'all', rules: [{ effect: 'require_approval', actions: ['*'] }] };

describe.each(storeSettings)('organisations ($name)', ({ store, clients }) => {
  let mesh: Mesh;
  let remove: () => Promise<void>;
  let red: Org;
  let blue: Org;
  beforeAll(async () => {
    const kept = await store.create();
    remove = kept.remove;
    mesh = await startMesh({ store: kept.address, clients: { maxRetries: 0, ...clients } });
    red = await signUp('Red');
    blue = await signUp('Blue');
    for (const { admin, orgId } of [red, blue]) await admin.applyPolicy({ ...HUMAN, appliesTo: { orgIds: [orgId] } });
  });
  afterAll(async () => {
    await mesh.close();
    await remove();
  });

  async function signUp(name: string): Promise<Org> {
    const body = { name, email: `${name.toLowerCase()}@example.com`, agentName: 'first' };
    const { status, body: made } = await mesh.send('POST', '/meshguard/signup', { token: null, body });
    expect(status).toBe(201);
    const text = (field: string) => String(made[field]);
    return {
      orgId: text('orgId'),
      apiKey: text('apiKey'),
      adminToken: text('adminToken'),
      agentId: text('agentId'),
      agent: mesh.client({ agentToken: text('agentToken') }),
      admin: mesh.client({ adminToken: text('adminToken') }),
    };
  }

  test('signing up makes an admin token, an API key and an agent, each in its own form', () => {
    expect(red).toMatchObject({
      orgId: expect.stringMatching(/^org_/),
      apiKey: expect.stringMatching(/^msk_/),
      adminToken: expect.stringMatching(/^msat_/),
      agentId: expect.stringMatching(/^agent_/),
    });
  });

  test('an organisation’s admin sees and changes what is its own: agents, policies, approvals, log', async () => {
    const { pending } = await red.agent.check('read:x');
    expect((await red.admin.listAgents()).map(({ id }) => id)).toEqual([red.agentId]);
    expect((await red.admin.listPolicies()).map(({ name }) => name)).toEqual(['all']);
    expect(await red.admin.getAuditLog()).toMatchObject([{ action: 'read:x', agentId: red.agentId }]);
    const asked = await mesh.send('GET', '/admin/approvals', { admin: red.adminToken });
    expect(asked.body['approvals']).toMatchObject([{ id: pending?.id }]);
    expect((await blue.admin.getAuditLog()).map(({ action }) => action)).not.toContain('read:x');
  });

  test('another organisation’s agent is 403, one that is not is 404', async () => {
    for (const call of [
      () => blue.admin.getAgent(red.agentId),
      () => blue.admin.updateAgent(red.agentId, { tags: [] }),
      () => blue.admin.revokeAgent(red.agentId),
      () => blue.admin.rotateToken(red.agentId),
      () => blue.admin.trust.get(red.agentId),
    ]) {
      expect(await caught(call())).toMatchObject({ status: 403 });
    }
    expect(await caught(blue.admin.getAgent('agent_nobody'))).toMatchObject({ status: 404 });
  });

  test('nobody answers another organisation’s approvals, by any door', async () => {
    const id = (await red.agent.check('write:secret')).pending?.id ?? '';
    expect((await mesh.resolve(id, 'approved', blue.adminToken)).status).toBe(403);
    const door = `/sallyport/v1/approvals/${id}`;
    const body = { verdict: 'approved' };
    expect((await mesh.send('POST', `${door}/resolve`, { token: blue.adminToken, body })).status).toBe(404);
    expect((await mesh.send('GET', door, { token: blue.adminToken })).status).toBe(404);
    const listed = await mesh.send('GET', '/sallyport/v1/approvals', { token: blue.adminToken });
    expect(JSON.stringify(listed.body)).not.toContain(id);
    expect((await mesh.resolve(id, 'approved', red.adminToken)).status).toBe(200);
    expect((await red.agent.check('write:secret')).allowed).toBe(true);
  });

  test('an organisation’s admin has no say over the gateway: not over its log, credentials, explanations, or tests’ doors', async () => {
    const send = async (method: 'GET' | 'POST', path: string, body?: object) =>
      (await mesh.send(method, path, { token: blue.adminToken, ...(body && { body }) })).status;
    for (const chain of ['meshguard', 'meshguard-events', `meshguard-${red.orgId}`, 'rampart']) {
      expect([chain, await send('GET', `/sallyport/v1/log/${chain}/export`)]).toEqual([chain, 404]);
      expect([chain, await send('GET', `/sallyport/v1/log/${chain}/checkpoint`)]).toEqual([chain, 404]);
    }
    expect(await send('GET', `/sallyport/v1/log/meshguard-${blue.orgId}/export`)).toBe(200);
    const credential = { dialect: 'meshguard', roles: ['admin'] };
    expect(await send('POST', '/sallyport/v1/credentials', credential)).toBe(403);
    const call = { dialect: 'meshguard', call: { agentId: red.agentId, action: 'read:x' } };
    expect(await send('POST', '/sallyport/v1/explain', call)).toBe(403);
    expect(await send('POST', '/__sallyport/seed')).toBe(403);
    const { body } = await mesh.send('GET', '/sallyport/v1/credentials', { token: blue.adminToken });
    const listed: unknown = body['credentials'];
    const subjects = Array.isArray(listed) ? listed.map(({ subject }) => subject) : [];
    expect(subjects).toContain(blue.agentId);
    expect(subjects).not.toContain(red.agentId);
    expect(subjects).not.toContain('agent_demo');
  });

  test('an API key beside the super admin’s token chooses the organisation; beside another’s it is refused', async () => {
    const headers = { 'X-MeshGuard-API-Key': red.apiKey };
    const chosen = await mesh.send('GET', '/admin/agents', { admin: true, headers });
    expect(chosen.body['agents']).toMatchObject([{ id: red.agentId }]);
    const mixed = await mesh.send('GET', '/admin/agents', { admin: blue.adminToken, headers });
    expect([mixed.status, mixed.body]).toEqual([
      401,
      { error: 'unauthorized', message: 'Invalid admin token for this organization' },
    ]);
  });

  test('an API key alone administers nothing, approves nothing, and asks in its own agents’ names only', async () => {
    const headers = { 'X-MeshGuard-API-Key': red.apiKey };
    for (const path of ['/admin/agents', '/admin/approvals', '/admin/audit']) {
      expect((await mesh.send('GET', path, { token: null, headers })).status).toBe(401);
      expect((await mesh.send('GET', path, { token: red.apiKey })).status).toBe(401);
      expect((await mesh.send('GET', path, { admin: red.apiKey })).status).toBe(401);
    }
    const ask = (agentId: string) =>
      mesh.send('POST', '/meshguard/api/v1/evaluate', { token: null, headers, body: { agentId, action: 'read:y' } });
    expect(await ask(red.agentId)).toMatchObject({
      status: 200,
      body: { decision: { effect: 'approval_required', rule: 'rule-1' }, evaluationId: expect.any(String) },
    });
    expect((await ask(blue.agentId)).status).toBeGreaterThanOrEqual(400);
    expect((await mesh.send('GET', '/proxy/check', { token: red.apiKey, action: 'read:y' })).status).toBe(401);
  });

  test('an API key validates and tests policies as the repository’s checks do, with a bearer', async () => {
    const policy = { ...HUMAN, appliesTo: { orgIds: [red.orgId] }, version: '1', defaultEffect: 'deny' };
    const valid = await mesh.send('POST', '/admin/policies/validate', { token: red.apiKey, body: policy });
    expect([valid.status, valid.body['valid']]).toEqual([200, true]);
    const tried = { policy, agentId: red.agentId, action: 'read:x' };
    const tested = await mesh.send('POST', '/admin/policies/test', { token: red.apiKey, body: tried });
    expect([tested.status, tested.body['decision']]).toEqual([200, 'deny']);
    expect((await mesh.send('POST', '/admin/policies', { token: red.apiKey, body: policy })).status).toBe(401);
  });
});

test('organisations are made only where that was switched on', async () => {
  const mesh = await startMesh({ meshguard: { signup: false } });
  const body = { name: 'x', email: 'x@example.com' };
  expect((await mesh.send('POST', '/meshguard/signup', { token: null, body })).status).toBe(404);
  await mesh.close();
});
