import { AegisAuthError, AegisError } from '@sallyport/aegis';
import { AuthenticationError, PermissionDeniedError } from '@sallyport/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AegisRig, bodyOf, proposalOf, startAegis } from '../support/aegis.js';
import { caught } from '../support/caught.js';
import { type Issued, issue } from '../support/credentials.js';
import type { Call } from '../support/http.js';

type Kind = 'agent' | 'approver' | 'admin';
type Route = readonly [method: Call['method'], path: string, who: readonly Kind[]];

const ANY: readonly Kind[] = ['agent', 'approver', 'admin'];
const PROPOSER: readonly Kind[] = ['agent', 'admin'];
const APPROVER: readonly Kind[] = ['approver', 'admin'];
const ADMIN: readonly Kind[] = ['admin'];

/** Every route of the protocol that needs a key, and who may use it. */
const ROUTES: readonly Route[] = [
  ['POST', '/api/v1/governance/propose', PROPOSER],
  ['GET', '/api/v1/governance/decisions', ANY],
  ['GET', '/api/v1/governance/decisions/unknown', ANY],
  ['POST', '/api/v1/governance/decisions/unknown/execution', PROPOSER],
  ['GET', '/api/v1/governance/escalations', ANY],
  ['GET', '/api/v1/governance/escalations/unknown', ANY],
  ['POST', '/api/v1/governance/escalations/unknown/respond', APPROVER],
  ['GET', '/api/v1/capabilities', ANY],
  ['POST', '/api/v1/capabilities', ADMIN],
  ['GET', '/api/v1/capabilities/file.read', ANY],
  ['GET', '/api/v1/policies', ANY],
  ['POST', '/api/v1/policies', ADMIN],
  ['GET', '/api/v1/policies/unknown', ANY],
  ['PUT', '/api/v1/policies/unknown', ADMIN],
  ['GET', '/api/v1/actors/demo-agent/grants', ANY],
  ['POST', '/api/v1/actors/demo-agent/grants', ADMIN],
  ['DELETE', '/api/v1/actors/demo-agent/grants/unknown', ADMIN],
  ['GET', '/api/v1/audit/log', APPROVER],
  ['GET', '/api/v1/audit/log/unknown', APPROVER],
  ['GET', '/api/v1/audit/events', APPROVER],
  ['GET', '/sallyport/v1/approvals', APPROVER],
  ['GET', '/sallyport/v1/credentials', ADMIN],
  ['POST', '/sallyport/v1/credentials', ADMIN],
  ['POST', '/sallyport/v1/explain', ADMIN],
  ['GET', '/sallyport/v1/log/aegis/export', ADMIN],
  ['POST', '/__sallyport/clock', ADMIN],
];

const isProtocol = (path: string) => path.startsWith('/api/');

describe('API keys', () => {
  let rig: AegisRig;
  beforeAll(async () => {
    rig = await startAegis({ aegis: { aggregateLimit: false, requestsPerMinute: 100_000 } });
  });
  afterAll(() => rig.close());

  const issued = (asked: object = {}): Promise<Issued> =>
    issue({ url: rig.url, adminToken: rig.tokens.admin }, { dialect: 'aegis', ...asked });

  test.each(ROUTES)('%s %s: those who may, and nobody else', async (method, path, who) => {
    const body = method === 'POST' || method === 'PUT' ? { body: {} } : {};
    for (const kind of ['agent', 'approver', 'admin'] as const) {
      const { status } = await rig.send(method, path, { ...body, token: rig.tokens[kind] });
      expect([kind, status === 401 || status === 403]).toEqual([kind, !who.includes(kind)]);
    }
    const nobody = await rig.send(method, path, { ...body, token: null });
    const stranger = await rig.send(method, path, { ...body, token: `aegis_sk_live_${'0'.repeat(48)}` });
    expect([nobody.status, stranger.status]).toEqual([401, 401]);
    if (!isProtocol(path)) return;
    const codes = [nobody.body['error_code'], stranger.body['error_code']];
    expect(codes).toEqual(['AEGIS-AUTH-001', 'AEGIS-AUTH-002']);
  });

  test('who may not is told which scope it takes, before anything is read of the body', async () => {
    const answer = await rig.send('POST', '/api/v1/policies', { body: '{' });
    expect([answer.status, answer.body['error_code'], answer.body['message']]).toEqual([
      403,
      'AEGIS-AUTH-003',
      'the API key lacks the scope policies:manage',
    ]);
  });

  test('keys that are refused are an AegisAuthError, and never shown', async () => {
    const secret = 'aegis_sk_live_nobody_has_this_key';
    const unknown = await caught(rig.client({ apiKey: secret }).propose(proposalOf('file.read')));
    for (const type of [AegisAuthError, AegisError, AuthenticationError]) expect(unknown).toBeInstanceOf(type);
    expect(`${String(unknown)} ${JSON.stringify(unknown)}`).not.toContain(secret);
    const forbidden = await caught(rig.agent.policies.create({ name: 'mine', rules: [] }));
    for (const type of [AegisAuthError, PermissionDeniedError]) expect(forbidden).toBeInstanceOf(type);
    const none = await caught(rig.client({ apiKey: '' }).propose(proposalOf('file.read')));
    expect(none).toMatchObject({ status: 401, errorCode: 'AEGIS-AUTH-001' });
  });

  test('an agent’s key cannot widen its own call: no grant, capability, policy, key or scope', async () => {
    const { agent } = rig;
    const attempts = [
      agent.grants.create('demo-agent', { capability: 'file.write' }),
      agent.grants.revoke('demo-agent', 'file.read'),
      agent.capabilities.register({ name: 'mine.thing' }),
      agent.policies.create({ name: 'Mine', rules: [{ capability: 'file.write', outcome: 'ALLOW' }] }),
      agent.policies.update('pol_demo_allow_file_reads', { name: 'Mine', rules: [] }),
      agent.audit.trail('dec_any'),
    ];
    for (const attempt of attempts) expect(await caught(attempt)).toBeInstanceOf(AegisAuthError);
    for (const path of ['/sallyport/v1/credentials', '/__sallyport/reset', '/sallyport/v1/explain']) {
      expect((await rig.send('POST', path, { body: {} })).status).toBe(403);
    }
    expect((await agent.propose(proposalOf('file.write'))).outcome).toBe('DENY');
  });

  test('what a body claims about roles, scopes and confirmations is nothing', async () => {
    const claims = { roles: ['admin'], scope: 'admin', confirmed: true, outcome: 'ALLOW', confirmation: 'yes' };
    const body = bodyOf('shell.exec', { ...claims, context: { confirmed: true, metadata: claims } });
    const { body: decision } = await rig.send('POST', '/api/v1/governance/propose', { body });
    expect(decision['outcome']).toBe('REQUIRE_CONFIRMATION');
  });

  test('operators neither propose nor administer', async () => {
    const { operator } = rig;
    const attempts = [
      operator.propose(proposalOf('file.read')),
      operator.policies.create({ name: 'Mine', rules: [] }),
      operator.grants.create('demo-agent', { capability: 'file.write' }),
    ];
    for (const attempt of attempts) expect(await caught(attempt)).toBeInstanceOf(AegisAuthError);
  });

  test('one key cannot be agent and approver', async () => {
    const body = { dialect: 'aegis', roles: ['agent', 'approver'] };
    const answer = await rig.send('POST', '/sallyport/v1/credentials', { token: rig.tokens.admin, body });
    expect([answer.status, answer.body['error']]).toEqual([
      400,
      expect.stringContaining('could approve its own calls'),
    ]);
  });

  test('a key can be restricted to some of its role’s scopes, and to no more', async () => {
    const reader = rig.client({ apiKey: (await issued({ policy: 'governance:read' })).token });
    expect((await reader.decisions.list()).decisions).toBeDefined();
    expect(await caught(reader.propose(proposalOf('file.read')))).toBeInstanceOf(AegisAuthError);
    const greedy = rig.client({ apiKey: (await issued({ policy: 'admin governance:propose' })).token });
    expect((await greedy.propose(proposalOf('file.read'))).outcome).toBe('ALLOW');
    expect(await caught(greedy.policies.create({ name: 'Mine', rules: [] }))).toBeInstanceOf(AegisAuthError);
  });

  test('a key of another protocol opens nothing here, and ours nothing there', async () => {
    const { rampart, meshguard } = rig.gateway.credentials;
    for (const token of [rampart?.['adminToken'], rampart?.['token'], meshguard?.['adminToken']]) {
      const answer = await rig.send('GET', '/api/v1/capabilities', { token: token ?? '' });
      expect([answer.status, answer.body['error_code']]).toEqual([401, 'AEGIS-AUTH-002']);
    }
    for (const path of ['/v1/status', '/v1/approvals']) {
      expect((await rig.send('GET', path, { token: rig.tokens.admin })).status).toBe(401);
    }
    const foreign = await rig.send('GET', '/sallyport/v1/log/rampart/export', { token: rig.tokens.admin });
    expect(foreign.status).toBe(404);
    expect(foreign.text).not.toContain('prev_hash');
  });

  test('a key that was revoked, or has expired, is worth nothing from then on', async () => {
    const { token, id } = await issued();
    const gone = rig.client({ apiKey: token });
    await gone.propose(proposalOf('file.read'));
    await rig.send('DELETE', `/sallyport/v1/credentials/${id}`, { token: rig.tokens.admin });
    expect(await caught(gone.propose(proposalOf('file.read')))).toMatchObject({ errorCode: 'AEGIS-AUTH-002' });
    const { now } = await rig.dev('clock', { advanceMs: 0 });
    const short = rig.client({ apiKey: (await issued({ expiresAt: Number(now) + 60_000 })).token });
    await short.propose(proposalOf('file.read'));
    await rig.dev('clock', { advanceMs: 60_000 });
    expect(await caught(short.propose(proposalOf('file.read')))).toMatchObject({ errorCode: 'AEGIS-AUTH-002' });
  });

  test('an agent’s key reports executions of its own decisions alone', async () => {
    const decision = await rig.agent.propose(proposalOf('file.read'));
    const other = rig.client({ apiKey: (await issued()).token });
    const report = { status: 'completed' } as const;
    expect(await caught(other.reportExecution(decision, report))).toMatchObject({ status: 404 });
    expect(await rig.agent.reportExecution(decision, report)).toHaveProperty('auditRef');
  });

  test('the header is read as documented: no other scheme, and no key in the query', async () => {
    const { admin } = rig.tokens;
    for (const header of [`Basic ${admin}`, admin]) {
      const headers = { Authorization: header };
      expect((await rig.send('GET', '/api/v1/policies', { token: null, headers })).status).toBe(401);
    }
    expect((await rig.send('GET', `/api/v1/policies?api_key=${admin}`, { token: null })).status).toBe(401);
  });

  test('a client without a key is told so before it asks', async () => {
    const { AEGIS_API_KEY: kept } = process.env;
    delete process.env['AEGIS_API_KEY'];
    try {
      expect(() => rig.client({})).toThrow(/AEGIS_API_KEY/);
    } finally {
      if (kept !== undefined) process.env['AEGIS_API_KEY'] = kept;
    }
  });
});
