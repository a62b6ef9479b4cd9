import { ConfigurationError, ConnectionError, SallyportError } from '@sallyport/core';
import {
  ApprovalRequiredError,
  AuthenticationError,
  MeshGuardClient,
  MeshGuardError,
  NotFoundError,
  PolicyDeniedError,
  ValidationError,
} from '@sallyport/meshguard';
import { MeshGuardClientSync } from '@sallyport/meshguard/sync';
import { meshguardFormula, verifyChainSync } from '@sallyport/verify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { thrown } from '../support/caught.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { http } from '../support/http.js';
import { startMesh } from '../support/mesh.js';

describe('the blocking client against a gateway in another process', () => {
  let gateway: TestGateway;
  let client: MeshGuardClientSync;
  let tokens: Readonly<Record<string, string>>;
  beforeAll(async () => {
    gateway = await startGateway();
    tokens = gateway.credentials['meshguard'] ?? {};
    const { agentToken = '', adminToken = '' } = tokens;
    client = new MeshGuardClientSync({
      gatewayUrl: gateway.url,
      agentToken,
      adminToken,
      traceId: 'trace-1',
      maxRetries: 0,
    });
  });
  afterAll(async () => {
    client.close();
    await gateway.close();
  });

  test('has the members of the async client, but for governors', async () => {
    const async = new MeshGuardClient({ gatewayUrl: gateway.url });
    const methods = (of: object): readonly string[] =>
      Object.getOwnPropertyNames(of).filter(
        (name) => name !== 'constructor' && typeof Reflect.get(of, name) === 'function',
      );
    const parent: object = Object.getPrototypeOf(MeshGuardClient.prototype);
    const wanted = [...methods(MeshGuardClient.prototype), ...methods(parent)].filter((name) => name !== 'asGovernor');
    expect(methods(client)).toEqual(expect.arrayContaining(wanted));
    for (const part of ['analytics', 'anomalies', 'delegations', 'trust'] as const) {
      expect(methods(client[part])).toEqual(methods(Object.getPrototypeOf(async[part])));
    }
    await async.close();
  });

  test('decides as the async client does', () => {
    expect(client.check('read:contacts')).toMatchObject({ allowed: true, policy: 'development', traceId: 'trace-1' });
    expect(client.check('delete:x', { resource: 'r' })).toMatchObject({
      allowed: false,
      resource: 'r',
      rule: 'no-deletes',
    });
    expect(client.enforce('write:email').allowed).toBe(true);
    const ran: string[] = [];
    expect(client.govern('write:email', ({ rule }) => ran.push(rule ?? ''))).toBe(1);
    expect(thrown(() => client.govern('delete:x', () => ran.push('never')))).toBeInstanceOf(PolicyDeniedError);
    const scope = client.govern('write:email');
    expect(scope.allowed).toBe(true);
    scope[Symbol.dispose]();
    expect(ran).toEqual(['writes']);
  });

  test('sends requests through the proxy, and reads the answers whole', () => {
    expect(client.get('/api/contacts', { action: 'read:contacts' }).json()).toMatchObject({ contacts: [{}, {}] });
    const sent = client.post('/api/emails', { action: 'write:email', json: { to: 'a' } });
    expect([sent.status, sent.json()]).toMatchObject([201, { to: 'a' }]);
    expect(client.request('PUT', '/api/records/5', { action: 'write:records', json: { a: 1 } }).ok).toBe(true);
    expect(client.put('/api/records/5', { action: 'write:records', json: { a: 2 } }).status).toBe(200);
    expect(client.patch('/api/records/5', { action: 'write:records', json: { b: 3 } }).json()).toEqual({
      id: '5',
      a: 2,
      b: 3,
    });
    expect(client.delete('/api/records/5', { action: 'write:records' }).status).toBe(200);
    expect(client.get('/api/records/5', { action: 'read:x' }).status).toBe(404);
    expect(thrown(() => client.delete('/api/records/5'))).toBeInstanceOf(PolicyDeniedError);
  });

  test('administers agents, policies and the log', () => {
    const { id, token } = client.createAgent({ name: 'sync', tags: ['sync'] });
    expect(client.updateAgent(id, { trustTier: 'trusted' })).toMatchObject({ trustTier: 'trusted', tags: ['sync'] });
    const rules = [{ effect: 'allow', actions: ['*'] }];
    expect(client.applyPolicy({ name: 'sync', appliesTo: { tags: ['sync'] }, rules }).name).toBe('sync');
    const agent = new MeshGuardClientSync({ gatewayUrl: gateway.url, agentToken: token });
    expect(agent.check('deploy:x').allowed).toBe(true);
    agent.close();
    expect(client.rotateToken(id).token).not.toBe(token);
    client.revokeAgent(id);
    expect(client.getAgent(id).status).toBe('revoked');
    expect(client.listAgents().map((known) => known.id)).not.toContain(id);
    expect(client.testPolicy({ policy: 'sync', agentId: 'agent_demo', action: 'x' }).decision).toBe('deny');
    client.deletePolicy('sync');
    expect(client.listPolicies().map(({ name }) => name)).toEqual(['development']);
    expect(client.validatePolicy('name: x').valid).toBe(false);
    const actions = [...client.getAuditLog({ limit: 2, decision: 'allow' })].map(({ action }) => action);
    expect(actions).toContain('deploy:x');
    expect(client.auditStats().total).toBeGreaterThan(0);
    expect(client.analytics.overview().totalRequests).toBeGreaterThan(0);
    expect(client.trust.get('agent_demo').agentId).toBe('agent_demo');
    expect(client.logAudit({ action: 'a', result: 'success' }).id).toMatch(/^audit_/);
    expect(client.isHealthy()).toBe(true);
  });

  test('an approved call succeeds once, while the calling thread never awaits', async () => {
    const required = thrown(() => client.enforce('write:payments'));
    expect(required).toBeInstanceOf(ApprovalRequiredError);
    const path = `/admin/approvals/${Object(required).approvalId}/approve`;
    const headers = { 'X-Admin-Token': tokens['approverToken'] ?? '' };
    expect((await http(gateway.url, { method: 'POST', path, headers })).status).toBe(200);
    expect([client.check('write:payments').allowed, client.check('write:payments').allowed]).toEqual([true, false]);
  });

  test('its log verifies, still blocking', async () => {
    const path = '/sallyport/v1/log/meshguard/export';
    const { text } = await http(gateway.url, { method: 'GET', path, token: tokens['adminToken'] ?? '' });
    expect(verifyChainSync(text.trimEnd().split('\n'), { formula: meshguardFormula })).toMatchObject({ ok: true });
  });

  test.each<[code: string, type: abstract new (...args: never) => Error, fail: () => unknown]>([
    ['policy_denied', PolicyDeniedError, () => client.enforce('delete:x')],
    ['not_found', NotFoundError, () => client.getAgent('agent_nobody')],
    ['bad_request', ValidationError, () => client.applyPolicy({ name: '', rules: [] })],
    ['configuration', ConfigurationError, () => client.check('a,b')],
    ['authentication', AuthenticationError, () => new MeshGuardClientSync({ gatewayUrl: gateway.url }).check('a')],
  ])('throws %s as the async client does: class, code, fields, and where it was called', (code, type, fail) => {
    const error = thrown(fail);
    for (const each of [type, MeshGuardError, SallyportError]) expect(error).toBeInstanceOf(each);
    expect(error).toMatchObject({ code });
    expect(String(Object(error).stack)).toContain('sync.test.ts');
  });

  test('refuses a gateway of the calling thread instead of waiting for it for ever', async () => {
    const mesh = await startMesh();
    const own = new MeshGuardClientSync({ gatewayUrl: mesh.url, agentToken: mesh.tokens.agent });
    expect(thrown(() => own.check('read:x'))).toBeInstanceOf(ConfigurationError);
    own.close();
    await mesh.close();
  });

  test('a gateway that is gone is a connection error, and governs nothing', () => {
    const lost = new MeshGuardClientSync({ gatewayUrl: 'http://127.0.0.1:1', agentToken: 'x', maxRetries: 0 });
    const ran: string[] = [];
    const error = thrown(() => lost.govern('read:x', () => ran.push('ran')));
    for (const type of [ConnectionError, MeshGuardError]) expect(error).toBeInstanceOf(type);
    expect([ran, lost.isHealthy()]).toEqual([[], false]);
    lost.close();
    expect(thrown(() => lost.check('read:x'))).toMatchObject({ code: 'aborted' });
  });
});
