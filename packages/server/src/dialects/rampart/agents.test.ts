import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { silentLog } from '../../engine/log.js';
import { createGateway } from '../../gateway.js';
import { type TestGateway, testGateway } from '../../testing/gateways.js';

const POLICY = `
version: "1"
default_action: allow
policies:
  - name: commands
    match: { tool: exec }
    rules:
      - { action: ask, when: { command_matches: ["sudo *"] } }
      - { action: allow, when: { command_matches: ["ls"] } }
`;

let t: TestGateway;
beforeEach(async () => {
  t = await testGateway({ policy: POLICY });
});
afterEach(() => t.close());

async function make(credential: object): Promise<{ token: string; id: string }> {
  const { status, body } = await t.send('POST', '/sallyport/v1/credentials', {
    token: t.admin,
    body: { dialect: 'rampart', ...credential },
  });
  expect(status).toBe(201);
  return { token: String(body['token']), id: String(Reflect.get(Object(body['credential']), 'id')) };
}

const exec = (token: string, command: string) =>
  t.send('POST', '/v1/tool/exec', { token, body: { agent: 'somebody-else', session: 's', params: { command } } });

describe('§1.1 a per-agent token', () => {
  test('looks as documented, and overwrites the agent', async () => {
    const { token } = await make({ roles: ['agent'], subject: 'builder' });
    expect(token).toMatch(/^rampart_[0-9a-f]{48}$/);
    await exec(token, 'ls');
    const { body } = await t.send('GET', '/v1/audit/events?agent=builder', { token: t.admin });
    expect(body['events']).toMatchObject([{ agent: 'builder' }]);
  });

  test('denies what nothing matches, whatever the default action', async () => {
    const { token } = await make({ roles: ['agent'], subject: 'builder' });
    expect((await exec(t.agent, 'make')).status).toBe(200);
    expect((await exec(token, 'make')).status).toBe(403);
  });

  test('keeps only the policies that it is bound to', async () => {
    const { token } = await make({ roles: ['agent'], subject: 'builder', policy: 'POLICY' });
    await t.send('POST', '/v1/rules/learn', {
      token: t.admin,
      body: { tool: 'exec', args: 'make', decision: 'allow' },
    });
    const { token: other } = await make({ roles: ['agent'], subject: 'builder-2', policy: 'user-overrides' });
    expect((await exec(token, 'ls')).status).toBe(200);
    expect((await exec(other, 'ls')).status).toBe(403);
  });

  test('owns the approvals that it creates', async () => {
    const { token, id } = await make({ roles: ['agent'], subject: 'builder' });
    const asked = await exec(token, 'sudo ls');
    const { body } = await t.send('GET', '/v1/approvals', { token: t.approver });
    expect(body['approvals']).toMatchObject([{ credential_owner: id, agent: 'builder' }]);
    expect(id).toMatch(/^credential-[0-9a-f]{12}$/);
    const own = await t.send('GET', `/v1/approvals/${asked.body['approval_id']}`, { token });
    const foreign = await t.send('GET', `/v1/approvals/${asked.body['approval_id']}`, { token: t.agent });
    expect([own.status, foreign.status]).toEqual([200, 403]);
  });

  test('of an admin only has no eval scope', async () => {
    const { token } = await make({ roles: ['admin'], subject: 'ops' });
    const { status, body } = await exec(token, 'ls');
    expect([status, body['error']]).toEqual([403, 'this endpoint requires eval scope']);
    expect((await t.send('GET', '/v1/status', { token })).status).toBe(200);
  });

  test('that was revoked', async () => {
    const { token, id } = await make({ roles: ['agent'], subject: 'builder' });
    await t.send('DELETE', `/sallyport/v1/credentials/${id}`, { token: t.admin });
    const { status, body } = await exec(token, 'ls');
    expect([status, body['error']]).toEqual([401, 'token has been revoked']);
  });

  test('that has expired', async () => {
    const { token } = await make({ roles: ['agent'], subject: 'builder', expiresAt: t.clock.now() + 1000 });
    expect((await exec(token, 'ls')).status).toBe(200);
    t.clock.advance(1000);
    const { status, body } = await exec(token, 'ls');
    expect([status, body['error']]).toEqual([
      401,
      'token expired — create a new one with: rampart token create --agent builder',
    ]);
  });
});

test('an admin token that was made is no client’s, and can be the configured one', async () => {
  const { token } = await make({ roles: ['admin'], subject: 'ops' });
  expect(token).toMatch(/^rampart-admin_[0-9a-f]{48}$/);
  const again = await testGateway({ policy: POLICY, rampart: { adminToken: token } });
  expect((await again.send('GET', '/v1/status', { token })).status).toBe(200);
  await again.close();
});

test('a made admin token becomes the configured one of its own gateway', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-admin-'));
  const store = `sqlite:${join(folder, 'gateway.db')}`;
  const first = await createGateway({ store, log: silentLog() });
  const { body } = await first.inject({
    method: 'POST',
    url: '/sallyport/v1/credentials',
    headers: { authorization: `Bearer ${first.credentials['rampart']?.['adminToken']}` },
    payload: { dialect: 'rampart', roles: ['admin'], subject: 'ops' },
  });
  const { token } = JSON.parse(body);
  await first.close();
  const second = await createGateway({ store, log: silentLog(), rampart: { adminToken: token } });
  const { statusCode } = await second.inject({ url: '/v1/status', headers: { authorization: `Bearer ${token}` } });
  await second.close();
  await rm(folder, { recursive: true });
  expect(statusCode).toBe(200);
});

test('an approver who is also an agent does not exist', async () => {
  const { status } = await t.send('POST', '/sallyport/v1/credentials', {
    token: t.admin,
    body: { dialect: 'rampart', roles: ['agent', 'approver'] },
  });
  expect(status).toBe(400);
});
