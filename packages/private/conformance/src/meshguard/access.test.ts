import { AuthenticationError, MeshGuardError } from '@sallyport/meshguard';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { caught } from '../support/caught.js';
import { issue } from '../support/credentials.js';
import { type Mesh, startMesh } from '../support/mesh.js';

type Kind = 'agent' | 'approver' | 'admin';
type Route = readonly [method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, who: readonly Kind[]];

const AGENT: readonly Kind[] = ['agent'];
const APPROVER: readonly Kind[] = ['approver', 'admin'];
const ADMIN: readonly Kind[] = ['admin'];
const MEMBER: readonly Kind[] = ['agent', 'admin'];

/** Every route of the protocol that needs a token, and who may use it. */
const ROUTES: readonly Route[] = [
  ['GET', '/proxy/check', AGENT],
  ['GET', '/proxy/api/contacts', AGENT],
  ['POST', '/proxy/audit', AGENT],
  ['POST', '/proxy/governance/check', AGENT],
  ['POST', '/proxy/governance/record', AGENT],
  ['POST', '/proxy/api/delegation/check', AGENT],
  ['POST', '/proxy/api/delegation/record', AGENT],
  ['GET', '/proxy/governance/approvals/unknown', AGENT],
  ['POST', '/meshguard/api/v1/governance/batch', AGENT],
  ['GET', '/admin/info', ADMIN],
  ['GET', '/admin/agents', ADMIN],
  ['POST', '/admin/agents', ADMIN],
  ['GET', '/admin/agents/unknown', ADMIN],
  ['PATCH', '/admin/agents/unknown', ADMIN],
  ['PUT', '/admin/agents/unknown', ADMIN],
  ['DELETE', '/admin/agents/unknown', ADMIN],
  ['POST', '/admin/agents/unknown/token', ADMIN],
  ['GET', '/admin/policies', ADMIN],
  ['POST', '/admin/policies', ADMIN],
  ['POST', '/admin/policies/validate', ADMIN],
  ['POST', '/admin/policies/test', ADMIN],
  ['POST', '/admin/policies/reload', ADMIN],
  ['GET', '/admin/policies/unknown', ADMIN],
  ['PUT', '/admin/policies/unknown', ADMIN],
  ['DELETE', '/admin/policies/unknown', ADMIN],
  ['GET', '/admin/audit', ADMIN],
  ['GET', '/admin/audit/stats', ADMIN],
  ['GET', '/admin/audit/verify', ADMIN],
  ['GET', '/admin/audit/events', ADMIN],
  ['GET', '/admin/approvals', APPROVER],
  ['GET', '/admin/approvals/unknown', APPROVER],
  ['POST', '/admin/approvals/unknown/resolve', APPROVER],
  ['POST', '/admin/approvals/unknown/approve', APPROVER],
  ['POST', '/admin/approvals/unknown/reject', APPROVER],
  ['GET', '/admin/analytics/overview', ADMIN],
  ['GET', '/admin/analytics/timeseries', ADMIN],
  ['GET', '/admin/analytics/agents', ADMIN],
  ['GET', '/admin/analytics/policies', ADMIN],
  ['GET', '/admin/analytics/delegations', ADMIN],
  ['GET', '/admin/analytics/trust-distribution', ADMIN],
  ['GET', '/admin/analytics/latency-heatmap', ADMIN],
  ['GET', '/api/v1/admin/agents', ADMIN],
  ['GET', '/agents/agent_demo/trust', MEMBER],
  ['GET', '/agents/agent_demo/trust/history', MEMBER],
  ['GET', '/agents/agent_demo/anomalies/summary', MEMBER],
  ['POST', '/orgs/default/trust/recompute', ADMIN],
  ['GET', '/relationships', MEMBER],
  ['POST', '/relationships', MEMBER],
  ['DELETE', '/relationships/unknown', MEMBER],
  ['GET', '/anomalies', MEMBER],
  ['POST', '/anomalies/unknown/resolve', ADMIN],
  ['GET', '/sallyport/v1/approvals', APPROVER],
  ['GET', '/sallyport/v1/credentials', ADMIN],
  ['POST', '/sallyport/v1/credentials', ADMIN],
  ['POST', '/sallyport/v1/explain', ADMIN],
  ['GET', '/sallyport/v1/log/meshguard/export', ADMIN],
  ['POST', '/__sallyport/seed', ADMIN],
];

describe('credentials', () => {
  let mesh: Mesh;
  beforeAll(async () => {
    mesh = await startMesh({ clients: { maxRetries: 0 } });
  });
  afterAll(() => mesh.close());

  test.each(ROUTES)('%s %s: those who may, and nobody else', async (method, path, who) => {
    const body = method === 'GET' ? {} : { body: {} };
    const send = (token: string | null) => mesh.send(method, path, { ...body, token });
    for (const kind of ['agent', 'approver', 'admin'] as const) {
      const { status } = await send(mesh.tokens[kind]);
      expect([kind, status === 401 || status === 403]).toEqual([kind, !who.includes(kind)]);
    }
    for (const stranger of [null, 'x'.repeat(64), '', 'a.b.c']) {
      const { status, body: said } = await send(stranger);
      expect([stranger, status, typeof said['error']]).toEqual([stranger, 401, 'string']);
    }
  });

  test.each([
    [{}, 'Missing X-Admin-Token or Authorization header'],
    [{ 'X-Admin-Token': 'wrong' }, 'Invalid admin token. For org access, include X-MeshGuard-API-Key header.'],
    [{ 'X-MeshGuard-API-Key': 'wrong' }, 'Invalid API key'],
  ])('what is missing or wrong with an admin is said as documented (%j)', async (headers, message) => {
    const answer = await mesh.send('GET', '/admin/agents', { token: null, headers });
    expect([answer.status, answer.body]).toEqual([401, { error: 'unauthorized', message }]);
  });

  test('an admin’s token is the same in X-Admin-Token and as a bearer', async () => {
    const one = await mesh.send('GET', '/admin/agents', { admin: true });
    const other = await mesh.send('GET', '/admin/agents', { token: mesh.tokens.admin });
    expect([one.status, other.text]).toEqual([200, one.text]);
  });

  test('who asks without a good token is told so before anything is read of the request', async () => {
    for (const headers of [{ 'X-MeshGuard-Action': 'a,b' }, { 'X-MeshGuard-Meta': '{' }]) {
      expect((await mesh.send('GET', '/proxy/check', { token: 'nobody', headers })).status).toBe(401);
    }
    expect((await mesh.send('POST', '/admin/agents', { admin: 'nobody', body: '{' })).status).toBe(401);
  });

  test('an agent can approve nothing: not its own call, not another’s, by no door and under no header', async () => {
    const own = (await mesh.agent.check('write:payments')).pending?.id ?? '';
    const { token } = await mesh.admin.createAgent({ name: 'other', tags: ['development'] });
    const foreign = (await mesh.client({ agentToken: token }).check('write:payments')).pending?.id ?? '';
    for (const id of [own, foreign]) {
      const doors = [
        [`/admin/approvals/${id}/resolve`, { verdict: 'approved' }],
        [`/admin/approvals/${id}/approve`, {}],
        [`/api/v1/admin/approvals/${id}/approve`, {}],
        [`/sallyport/v1/approvals/${id}/resolve`, { verdict: 'approved' }],
      ] as const;
      for (const [path, body] of doors) {
        const asBearer = await mesh.send('POST', path, { body });
        const asAdmin = await mesh.send('POST', path, { body, headers: { 'X-Admin-Token': mesh.tokens.agent } });
        for (const { status } of [asBearer, asAdmin]) expect([401, 403]).toContain(status);
      }
      const { body } = await mesh.send('GET', `/admin/approvals/${id}`, { admin: true });
      expect(body).toMatchObject({ status: 'pending' });
    }
  });

  test('an agent cannot widen its own call: no header of its own makes it another agent or another policy', async () => {
    const headers = {
      'X-MeshGuard-Agent-Id': 'agent_abc123',
      'X-Agent-Name': 'admin',
      'X-MeshGuard-Decision': 'allow',
      'X-MeshGuard-Policy': 'allow-all',
      'X-MeshGuard-Delegation-Id': 'rel_unknown',
      'X-MeshGuard-Meta': '{"agent":{"trustTier":"privileged"},"trustTier":"privileged","tags":["admin"]}',
    };
    const answer = await mesh.send('GET', '/proxy/check', { action: 'delete:x', headers });
    expect([answer.status, answer.headers.get('x-meshguard-agent-id')]).toEqual([403, 'agent_demo']);
  });

  test('an agent may look at itself, and at no other', async () => {
    expect((await mesh.send('GET', '/agents/agent_demo/trust')).status).toBe(200);
    for (const path of ['/agents/agent_abc123/trust', '/agents/agent_abc123/anomalies/summary']) {
      expect((await mesh.send('GET', path)).status).toBe(403);
    }
    expect((await mesh.send('GET', '/anomalies?agentId=agent_abc123')).status).toBe(403);
    const relationship = {
      sourceAgentId: 'agent_abc123',
      targetAgentId: 'agent_demo',
      relationshipType: 'delegates_to',
      scope: ['*'],
    };
    expect((await mesh.send('POST', '/relationships', { body: relationship })).status).toBe(403);
  });

  test('a credential cannot be agent and approver, and an approver made for one dialect is none of another', async () => {
    const both = issue(
      { url: mesh.url, adminToken: mesh.tokens.admin },
      { dialect: 'meshguard', roles: ['agent', 'approver'] },
    );
    expect(String(await caught(both))).toContain('could approve its own calls');
    const rampart = mesh.gateway.credentials['rampart']?.['approverToken'] ?? '';
    const id = (await mesh.agent.check('write:payments')).pending?.id ?? '';
    expect((await mesh.resolve(id, 'approved', rampart)).status).toBe(401);
    const path = `/sallyport/v1/approvals/${id}/resolve`;
    expect((await mesh.send('POST', path, { token: rampart, body: { verdict: 'approved' } })).status).toBe(404);
  });

  test('a client without the token that a call needs is told which one, before it asks', async () => {
    const client = mesh.client({});
    const error = await caught(client.listAgents());
    expect(error).toBeInstanceOf(AuthenticationError);
    expect(error).toBeInstanceOf(MeshGuardError);
    expect(error).toMatchObject({ message: expect.stringContaining('MESHGUARD_ADMIN_TOKEN') });
    expect(await caught(client.check('read:x'))).toMatchObject({
      message: expect.stringContaining('MESHGUARD_AGENT_TOKEN'),
    });
  });
});
