import { afterEach, describe, expect, test } from 'vitest';
import { steerableClock } from '../../engine/clock.js';
import { silentLog } from '../../engine/log.js';
import { createGateway, type Gateway } from '../../gateway.js';
import { TEST_MASTER_KEY, TEST_START } from '../../testing/engines.js';
import { stores } from '../../testing/stores.js';

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

const ADMIN = 'the-admins-own-token-0123456789';
const POLICY = {
  name: 'reads',
  version: '1',
  appliesTo: { trustTiers: ['verified'] },
  rules: [
    { effect: 'allow', actions: ['read:*'] },
    { effect: 'require_approval', actions: ['pay:*'] },
  ],
  defaultEffect: 'deny',
};

const start = (store: string, clock = steerableClock(TEST_START)): Promise<Gateway> =>
  createGateway({
    store,
    clock,
    log: silentLog(),
    masterKey: TEST_MASTER_KEY,
    rampart: false,
    aegis: false,
    meshguard: { adminToken: ADMIN },
  });

async function ask(
  gateway: Gateway,
  method: 'GET' | 'POST',
  url: string,
  headers: Record<string, string>,
  body?: object,
) {
  const answer = await gateway.inject({ method, url, headers, ...(body !== undefined && { payload: body }) });
  const parsed: Readonly<Record<string, unknown>> = Object(JSON.parse(answer.body));
  return { status: answer.statusCode, body: parsed };
}

const admin = { 'x-admin-token': ADMIN };
const agent = (token: unknown, action: string) => ({
  authorization: `Bearer ${String(token)}`,
  'x-meshguard-action': action,
});

describe.each(stores.filter(({ durable }) => durable))('on $name', (kind) => {
  test('agents, tokens, policies, approvals and the chain outlive a restart', async () => {
    const place = await kind.create();
    open.push({ close: () => place.remove() });
    const first = await start(place.address);
    const { body } = await ask(first, 'POST', '/admin/agents', admin, { name: 'keeper' });
    expect((await ask(first, 'POST', '/admin/policies', admin, POLICY)).status).toBe(201);
    expect((await ask(first, 'GET', '/proxy/check', agent(body['token'], 'read:a'))).status).toBe(200);
    const pending = await ask(first, 'GET', '/proxy/check', agent(body['token'], 'pay:a'));
    const approval = String(pending.body['approvalId']);
    expect((await ask(first, 'POST', `/admin/approvals/${approval}/approve`, admin)).status).toBe(200);
    await first.close();

    const second = await start(place.address);
    open.push(second);
    expect((await ask(second, 'GET', '/proxy/check', agent(body['token'], 'pay:a'))).status).toBe(200);
    expect((await ask(second, 'GET', '/proxy/check', agent(body['token'], 'pay:a'))).status).toBe(403);
    expect((await ask(second, 'GET', '/admin/audit/verify', admin)).body).toMatchObject({ ok: true });
    const { body: stats } = await ask(second, 'GET', '/admin/audit/stats', admin);
    expect(stats).toMatchObject({ total: 4, allowed: 2, denied: 2 });
  });
});

describe.each(stores.filter(({ name }) => name === 'postgres'))('two replicas on $name', (kind) => {
  test('share agents, policies, approvals and one chain', async () => {
    const place = await kind.create();
    open.push({ close: () => place.remove() });
    const clock = steerableClock(TEST_START);
    const [one, two] = [await start(place.address, clock), await start(place.address, clock)];
    open.push(one, two);
    const { body } = await ask(one, 'POST', '/admin/agents', admin, { name: 'roamer' });
    expect((await ask(two, 'POST', '/admin/policies', admin, POLICY)).status).toBe(201);
    expect((await ask(one, 'GET', '/proxy/check', agent(body['token'], 'read:a'))).status).toBe(200);
    const pending = await ask(one, 'GET', '/proxy/check', agent(body['token'], 'pay:a'));
    expect((await ask(two, 'POST', `/admin/approvals/${pending.body['approvalId']}/approve`, admin)).status).toBe(200);
    const used = await Promise.all(
      [one, two, one, two].map((gateway) => ask(gateway, 'GET', '/proxy/check', agent(body['token'], 'pay:a'))),
    );
    expect(used.filter(({ status }) => status === 200)).toHaveLength(1);
    expect((await ask(two, 'GET', '/admin/audit/verify', admin)).body).toMatchObject({ ok: true });
  });
});

describe.each(stores)('on $name', (kind) => {
  test('everything that is asked of the store is asked in its language', async () => {
    const place = await kind.create();
    const gateway = await start(place.address);
    open.push({ close: () => place.remove() }, gateway);
    const { body } = await ask(gateway, 'POST', '/admin/agents', admin, { name: 'reader' });
    await ask(gateway, 'POST', '/admin/policies', admin, { ...POLICY, rateLimits: { requestsPerMinute: 5 } });
    await ask(gateway, 'GET', '/proxy/check', agent(body['token'], 'read:a'));
    const target = await ask(gateway, 'POST', '/admin/agents', admin, { name: 'target' });
    const relationship = {
      sourceAgentId: body['id'],
      targetAgentId: target.body['id'],
      relationshipType: 'delegates_to',
      scope: ['read:*'],
    };
    expect((await ask(gateway, 'POST', '/relationships', admin, relationship)).status).toBe(201);
    const paths = [
      'overview',
      'timeseries',
      'agents',
      'policies',
      'delegations',
      'trust-distribution',
      'latency-heatmap',
    ];
    const urls = [
      ...paths.map((path) => `/admin/analytics/${path}`),
      ...['/anomalies?resolved=false&severity=low&from=2026-01-01', '/relationships', `/agents/${body['id']}/trust`],
      ...[`/agents/${body['id']}/trust/history`, `/agents/${body['id']}/anomalies/summary`],
      ...['/admin/audit?decision=allow&agentId=x&action=y&traceId=z', '/admin/audit/events', '/admin/approvals'],
    ];
    for (const url of urls) expect((await ask(gateway, 'GET', url, admin)).status, url).toBe(200);
    expect((await ask(gateway, 'POST', '/orgs/default/trust/recompute', admin)).status).toBe(200);
  });
});
