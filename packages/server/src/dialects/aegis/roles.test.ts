import { ConfigurationError } from '@sallyport/core';
import { expect, test } from 'vitest';
import { silentLog } from '../../engine/log.js';
import { createGateway } from '../../gateway.js';
import { isScopeList, scopesOf } from './auth.js';
import type { AegisOptions } from './options.js';
import { testAegis } from './testing.js';

test('agents, operators and admins are kept apart', () => {
  expect([...scopesOf({ roles: ['agent'] })]).toEqual(['governance:propose', 'governance:read']);
  expect([...scopesOf({ roles: ['approver'] })]).toEqual(['governance:read', 'governance:respond', 'audit:read']);
  expect(scopesOf({ roles: ['admin'] }).has('admin')).toBe(true);
  expect([...scopesOf({ roles: ['agent'], policy: 'admin governance:propose' })]).toEqual(['governance:propose']);
});

test.each([
  ['governance:propose', true],
  ['governance:propose audit:read', true],
  ['standard', false],
  ['', false],
])('"%s" as scopes: %s', (text, expected) => {
  expect(isScopeList(text)).toBe(expected);
});

test('dev credentials are three kinds, and nobody can guess them', async () => {
  const [one, two] = [await testAegis(), await testAegis()];
  expect(Object.keys(one.gateway.credentials['aegis'] ?? {})).toEqual(['apiKey', 'operatorKey', 'adminKey']);
  expect(one.apiKey).toMatch(/^aegis_sk_live_[0-9a-f]{48}$/);
  expect(one.apiKey).not.toBe(two.apiKey);
  await Promise.all([one.close(), two.close()]);
});

test('a key that an operator makes looks like any other, and is held to the scopes that it is bound to', async () => {
  const { gateway, adminKey, close } = await testAegis();
  const make = (more: object) =>
    gateway.inject({
      method: 'POST',
      url: '/sallyport/v1/credentials',
      headers: { authorization: `Bearer ${adminKey}` },
      payload: { dialect: 'aegis', roles: ['agent'], ...more },
    });
  const { token } = JSON.parse((await make({ policy: 'governance:read' })).body);
  expect(token).toMatch(/^aegis_sk_live_[0-9a-f]{48}$/);
  const proposed = await gateway.inject({
    method: 'POST',
    url: '/api/v1/governance/propose',
    headers: { authorization: `Bearer ${token}` },
    payload: {},
  });
  expect(proposed.statusCode).toBe(403);
  const refused = await make({ policy: 'standard' });
  expect([refused.statusCode, JSON.parse(refused.body).error]).toEqual([
    400,
    'aegis knows no policy "standard" to bind it to: everything would be denied',
  ]);
  await close();
});

test('a gateway that is not for development makes an admin key, and tells it once', async () => {
  const gateway = await createGateway({ log: silentLog(), rampart: false, meshguard: false });
  const { adminKey } = gateway.credentials['aegis'] ?? {};
  const headers = { authorization: `Bearer ${adminKey}` };
  const listed = await gateway.inject({ url: '/api/v1/capabilities', headers });
  expect(JSON.parse(listed.body)).toEqual({ capabilities: [], total: 0, cursor: null });
  await gateway.close();
});

test('a configured admin key is not told, and is the one that counts', async () => {
  const adminKey = 'an-admin-key-of-tests';
  const gateway = await createGateway({ log: silentLog(), rampart: false, meshguard: false, aegis: { adminKey } });
  expect(gateway.credentials).not.toHaveProperty('aegis');
  const headers = { authorization: `Bearer ${adminKey}` };
  expect((await gateway.inject({ url: '/api/v1/audit/log', headers })).statusCode).toBe(200);
  await gateway.close();
});

test("an operator cannot answer through the gateway's own routes what an agent may not", async () => {
  const t = await testAegis();
  const asked = await t.propose('network.fetch');
  const id = String(Reflect.get(Object(asked.body['constraints']), 'escalation_id'));
  const resolve = (token: string) =>
    t.send('POST', `/sallyport/v1/approvals/${id}/resolve`, { token, body: { verdict: 'approved' } });
  expect((await resolve(t.apiKey)).status).toBe(403);
  expect((await resolve(t.operatorKey)).status).toBe(200);
  await t.close();
});

test('switched off it is not there', async () => {
  const gateway = await createGateway({ log: silentLog(), aegis: false });
  expect((await gateway.inject({ url: '/api/v1/health' })).statusCode).toBe(404);
  expect((await gateway.inject({ url: '/aegis/api/v1/health' })).statusCode).toBe(404);
  await gateway.close();
});

test.each<[object, RegExp]>([
  [{ requestsPerMinute: 0 }, /aegis\.requestsPerMinute/],
  [{ agentProposalsPerMinute: 1.5 }, /aegis\.agentProposalsPerMinute/],
  [{ aggregateLimit: -1 }, /aegis\.aggregateLimit/],
  [{ confirmationThreshold: 9.5 }, /aegis\.confirmationThreshold/],
  [{ escalationThreshold: Number.NaN }, /aegis\.confirmationThreshold/],
  [{ confirmationTimeoutMs: 0 }, /aegis\.confirmationTimeoutMs/],
  [{ escalationTimeoutMs: 1e12 }, /aegis\.escalationTimeoutMs/],
  [{ precedence: 'loosest' }, /aegis\.precedence/],
  [{ adminKey: 'short' }, /aegis\.adminKey/],
])('%j is a configuration error', async (options, message) => {
  const aegis: AegisOptions = options;
  const failed = createGateway({ log: silentLog(), rampart: false, meshguard: false, aegis });
  await expect(failed).rejects.toThrow(ConfigurationError);
  await expect(failed).rejects.toThrow(message);
});
