import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { silentLog } from '../../engine/log.js';
import { createGateway } from '../../gateway.js';
import { type TestGateway, testGateway } from '../../testing/gateways.js';

let t: TestGateway;
beforeEach(async () => {
  t = await testGateway();
});
afterEach(() => t.close());

const dev = (path: string, body?: unknown) => t.dev(path, body);
const exec = (command: string, more: object = {}) =>
  t.send('POST', '/v1/tool/exec', { body: { params: { command }, ...more } });
const logged = async () => (await t.send('GET', '/v1/audit/events', { token: t.admin })).body['total_in_file'];

test('the routes exist under dev only', async () => {
  const plain = await createGateway({ log: silentLog() });
  const { statusCode } = await plain.inject({ method: 'POST', url: '/__sallyport/reset' });
  expect(statusCode).toBe(404);
  await plain.close();
});

test('a page in a browser cannot reach them', async () => {
  const headers = [{ origin: 'https://evil.example' }, { host: 'evil.example' }, { host: 'localhost.evil.example' }];
  for (const header of headers) {
    const { status } = await t.send('POST', '/__sallyport/reset', { token: t.admin, headers: { ...header } });
    expect(status).toBe(403);
  }
});

const ROUTES = ['POST reset', 'POST seed', 'POST snapshot', 'POST restore', 'POST clock', 'POST faults', 'GET journal'];

test.each(ROUTES)('%s needs the admin token: no token, or anybody else’s, steers nothing', async (route) => {
  const [method, path] = route.split(' ');
  const attempt = (token: string) => t.send(method === 'GET' ? 'GET' : 'POST', `/__sallyport/${path}`, { token });
  const none = await attempt('');
  expect([none.status, none.body['error']]).toEqual([401, expect.stringContaining('adminToken')]);
  expect((await attempt('guess')).status).toBe(401);
  expect((await attempt(t.agent)).status).toBe(403);
  expect((await attempt(t.approver)).status).toBe(403);
});

test('reset empties the gateway, keeps its credentials, and makes ids start again', async () => {
  const first = await exec('ls');
  await exec('sudo ls');
  expect((await dev('reset')).status).toBe(200);
  expect(await logged()).toBe(0);
  expect((await t.send('GET', '/v1/approvals', { token: t.approver })).body['approvals']).toEqual([]);
  expect((await exec('ls')).body['audit_id']).toBe(first.body['audit_id']);
});

test('reset forgets rules that were learned', async () => {
  await t.send('POST', '/v1/rules/learn', {
    token: t.admin,
    body: { tool: 'exec', args: 'sudo ls', decision: 'allow' },
  });
  expect((await exec('sudo ls')).status).toBe(200);
  await dev('reset');
  expect((await exec('sudo ls')).status).toBe(202);
});

test('the same seed gives the same ids, in any gateway', async () => {
  await dev('seed', { seed: 'another' });
  const here = (await exec('ls')).body['audit_id'];
  const other = await testGateway({ seed: 'another' });
  const there = (await other.send('POST', '/v1/tool/exec', { body: { params: { command: 'ls' } } })).body['audit_id'];
  await other.close();
  expect(here).toBe(there);
  await dev('seed', { seed: 'third' });
  expect((await exec('ls')).body['audit_id']).not.toBe(here);
});

test('a snapshot is what the gateway comes back to', async () => {
  const asked = await exec('sudo ls');
  const { body } = await dev('snapshot');
  await t.send('POST', `/v1/approvals/${asked.body['approval_id']}/resolve`, {
    token: t.admin,
    body: { approved: true },
  });
  expect(await logged()).toBe(2);
  expect((await dev('restore', { snapshot: body['snapshot'] })).status).toBe(200);
  expect(await logged()).toBe(1);
  const approval = await t.send('GET', `/v1/approvals/${asked.body['approval_id']}`, { token: t.admin });
  expect(approval.body['status']).toBe('pending');
  expect((await exec('ls')).status).toBe(200);
  const verified = await t.send('GET', '/sallyport/v1/log/rampart/verify', { token: t.admin });
  expect(verified.body).toMatchObject({ ok: true, count: 2 });
  expect((await dev('restore', { snapshot: 'nope' })).status).toBe(404);
});

test('the clock is moved forward and set', async () => {
  const now = t.clock.now();
  expect((await dev('clock', { advanceMs: 1500 })).body).toEqual({ now: now + 1500 });
  expect((await dev('clock', { set: '2030-01-01T00:00:00Z' })).body).toEqual({ now: Date.UTC(2030, 0, 1) });
  expect((await dev('clock', { set: 5 })).body).toEqual({ now: 5 });
  expect((await dev('clock', { advanceMs: -1 })).status).toBe(400);
});

describe('faults', () => {
  test('a status, for so many requests of one path', async () => {
    const fault = { effect: 'status', status: 500, body: { error: 'boom' }, path: '/v1/tool/*', times: 1 };
    expect((await dev('faults', { faults: [fault] })).status).toBe(200);
    expect((await exec('ls')).body).toEqual({ error: 'boom' });
    expect((await exec('ls')).status).toBe(200);
    expect(await logged()).toBe(1);
  });

  test('a status with headers, for one method', async () => {
    const fault = { effect: 'status', status: 429, headers: { 'retry-after': '1' }, method: 'get' };
    await dev('faults', { faults: [fault] });
    const { status, headers } = await t.send('GET', '/healthz', { token: '' });
    expect([status, headers['retry-after']]).toEqual([429, '1']);
    expect((await exec('ls')).status).toBe(200);
  });

  test('latency delays, and then the request goes on', async () => {
    await dev('faults', { faults: [{ effect: 'latency', ms: 1 }] });
    expect((await exec('ls')).status).toBe(200);
  });

  test('a reset connection, and a stalled one that closing lets go', async () => {
    const url = await t.gateway.listen({ port: 0 });
    await dev('faults', {
      faults: [
        { effect: 'reset', path: '/healthz' },
        { effect: 'stall', path: '/v1/*' },
      ],
    });
    await expect(fetch(`${url}/healthz`)).rejects.toThrow();
    const stalled = fetch(`${url}/v1/status`);
    stalled.catch(() => {});
    const sockets = () => new Promise<number>((done) => t.gateway.app.server.getConnections((_e, n) => done(n)));
    while ((await sockets()) === 0) await new Promise((done) => setImmediate(done));
    await Promise.all([expect(stalled).rejects.toThrow(), t.gateway.close()]);
  });

  test('an empty plan ends them', async () => {
    await dev('faults', { faults: [{ effect: 'status', status: 503 }] });
    expect((await exec('ls')).status).toBe(503);
    await dev('faults', {});
    expect((await exec('ls')).status).toBe(200);
  });

  test.each([
    { faults: [{ effect: 'explode' }] },
    { faults: [{ effect: 'status', status: 200 }] },
    { faults: [{ effect: 'latency', ms: -1 }] },
    { storage: 'on fire' },
    { fault: [] },
  ])('%j is refused', async (plan) => {
    expect((await dev('faults', plan)).status).toBe(400);
  });
});

describe('the journal', () => {
  const journal = async () => {
    const { body } = await t.send('GET', '/__sallyport/journal', { token: t.admin });
    return Array.isArray(body['requests']) ? body['requests'] : [];
  };

  test('masks what is secret in commands, whichever way it is written', async () => {
    await exec('mysql --password hunter22 -u root');
    const text = JSON.stringify(await journal());
    expect(text).not.toContain('hunter22');
    expect(text).toContain('mysql [REDACTED] -u root');
  });

  test('holds requests and how they were answered, without secrets', async () => {
    await exec('git push', { params: { command: 'git push', api_token: 'hunter2hunter2' } });
    await t.send('GET', `/v1/events/stream?token=${t.agent}`, { token: '' });
    const entries = await journal();
    expect(entries).toMatchObject([
      {
        method: 'POST',
        path: '/v1/tool/exec',
        status: 200,
        headers: { authorization: '[redacted]' },
        body: { params: { command: 'git push', api_token: '[redacted]' } },
      },
      { method: 'GET', path: '/v1/events/stream?token=[redacted]', status: 403 },
    ]);
    expect(JSON.stringify(entries)).not.toContain(t.agent);
    expect(JSON.stringify(entries)).not.toContain('hunter2');
  });

  test('is bounded, and cuts long bodies off', async () => {
    for (let index = 0; index < 520; index++) await t.send('GET', `/healthz?${index}`, { token: '' });
    await t.send('POST', '/v1/tool/exec', { body: 'x'.repeat(100_000) });
    const entries = await journal();
    expect(entries).toHaveLength(500);
    expect(entries.at(0)).toMatchObject({ path: '/healthz?21' });
    expect(String(Object(entries.at(-1)).body)).toHaveLength(8192);
  });
});
