import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type MeshTest, meshTest } from './testing.js';

let t: MeshTest;
beforeAll(async () => {
  t = await meshTest();
});
afterAll(() => t.close());

/** Each line of the Python SDK's document, as it goes over the wire. */
describe('the seed runs as printed', () => {
  test('check("read:contacts") is allowed', async () => {
    const answer = await t.check('read:contacts', { 'x-meshguard-trace-id': 'custom-trace-id' });
    expect(answer.status, answer.text).toBe(200);
    expect(answer.body).toMatchObject({
      allowed: true,
      decision: 'allow',
      action: 'read:contacts',
      traceId: 'custom-trace-id',
    });
    expect(answer.headers).toMatchObject({
      'x-meshguard-decision': 'allow',
      'x-meshguard-policy': 'development',
      'x-meshguard-trace-id': 'custom-trace-id',
      'x-meshguard-agent-id': 'agent_demo',
    });
  });

  test('enforce("delete:database") is denied', async () => {
    const answer = await t.check('delete:database');
    expect(answer.status).toBe(403);
    expect(answer.body).toMatchObject({ policy: 'development', rule: 'no-deletes', reason: 'Deleting is not allowed' });
  });

  test('govern("write:email") is allowed', async () => {
    expect((await t.check('write:email')).status).toBe(200);
  });

  test('get("/api/contacts") reaches the API behind the proxy', async () => {
    const answer = await t.send('GET', '/proxy/api/contacts', { headers: { 'x-meshguard-action': 'read:contacts' } });
    expect(answer.status, answer.text).toBe(200);
    expect(answer.body['contacts']).toHaveLength(2);
    expect(answer.headers['x-meshguard-decision']).toBe('allow');
  });

  test('post("/api/emails") reaches it with its body', async () => {
    const answer = await t.send('POST', '/proxy/api/emails', {
      headers: { 'x-meshguard-action': 'write:email', 'content-type': 'application/json' },
      body: { to: 'user@example.com', body: 'Hello!' },
    });
    expect(answer.status, answer.text).toBe(201);
    expect(answer.body).toMatchObject({ to: 'user@example.com', body: 'Hello!' });
  });

  test('request("PUT", "/api/records/123") reaches it', async () => {
    const answer = await t.send('PUT', '/proxy/api/records/123', {
      headers: { 'x-meshguard-action': 'write:records', 'content-type': 'application/json' },
      body: { status: 'updated' },
    });
    expect(answer.status, answer.text).toBe(200);
    expect(answer.body).toEqual({ id: '123', status: 'updated' });
  });

  test('list_agents, create_agent, update_agent, revoke_agent', async () => {
    const listed = await t.admin('GET', '/admin/agents');
    expect(listed.body['agents']).toContainEqual(
      expect.objectContaining({ name: 'demo-agent', trustTier: 'verified' }),
    );
    const created = await t.admin('POST', '/admin/agents', {
      name: 'my-agent',
      trustTier: 'verified',
      tags: ['production', 'sales'],
    });
    expect(created.status, created.text).toBe(201);
    expect(created.body).toMatchObject({ id: expect.stringMatching(/^agent_/), token: expect.stringMatching(/^ey/) });
    const updated = await t.admin('PATCH', '/admin/agents/agent_abc123', {
      trustTier: 'verified',
      tags: ['tag1', 'tag2'],
      metadata: { key: 'value' },
    });
    expect(updated.status, updated.text).toBe(200);
    expect(updated.body).toMatchObject({ id: 'agent_abc123', tags: ['tag1', 'tag2'], metadata: { key: 'value' } });
    const revoked = await t.admin('DELETE', '/admin/agents/agent_abc123');
    expect(revoked.body).toEqual({ status: 'revoked', id: 'agent_abc123' });
  });

  test('list_policies', async () => {
    const { body } = await t.admin('GET', '/admin/policies');
    expect(body['policies']).toEqual([expect.objectContaining({ name: 'development', rules: expect.any(Array) })]);
  });

  test('get_audit_log(limit=50, decision="deny")', async () => {
    await t.check('delete:database');
    const { body } = await t.admin('GET', '/admin/audit?limit=50&decision=deny');
    expect(body['entries']).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ timestamp: expect.any(String), action: 'delete:database', decision: 'deny' }),
      ]),
    );
  });

  test('enforce("dangerous:action") is denied by policy', async () => {
    const { status, body } = await t.check('dangerous:action');
    expect(status).toBe(403);
    expect(body).toMatchObject({ action: 'dangerous:action', policy: 'development', rule: 'default-deny' });
  });

  test('health() is healthy', async () => {
    const { status, body } = await t.send('GET', '/health', { token: '' });
    expect(status).toBe(200);
    expect(body).toMatchObject({ status: 'healthy', version: expect.any(String), mode: 'enforce' });
  });
});

test("the demo agent's token is good for a year, which others are not", async () => {
  const own = await meshTest();
  const { body } = await own.admin('POST', '/admin/agents', { name: 'short', tags: ['development'] });
  own.clock.advance(364 * 24 * 60 * 60 * 1000);
  expect((await own.check('read:contacts')).status).toBe(200);
  expect((await own.check('read:contacts', {}, String(body['token']))).status).toBe(401);
  own.clock.advance(2 * 24 * 60 * 60 * 1000);
  expect((await own.check('read:contacts')).status).toBe(401);
  await own.close();
});
