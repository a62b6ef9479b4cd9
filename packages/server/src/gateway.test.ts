import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigurationError } from '@sallyport/core';
import { rampartFormula, verifyChainSync } from '@sallyport/verify';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createEngine } from './engine/create.js';
import { silentLog } from './engine/log.js';
import { createGateway, type Gateway } from './gateway.js';
import type { GatewayOptions } from './gateway-options.js';
import { testGateway } from './testing/gateways.js';

const ADMIN = 'an-admin-token-of-tests';

let folder: string;
const open: Gateway[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sallyport-gateway-'));
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((gateway) => gateway.close()));
  await rm(folder, { recursive: true, force: true });
});

async function start(options: GatewayOptions = {}): Promise<Gateway> {
  const gateway = await createGateway({ log: silentLog(), ...options });
  open.push(gateway);
  return gateway;
}

async function post(
  url: string,
  body: object,
  token: string,
): Promise<{ status: number; body: Record<string, unknown> }> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
    body: JSON.stringify(body),
  });
  return { status: answer.status, body: Object(await answer.json()) };
}

describe('options', () => {
  test.each([
    [{ colour: 'red' }, /no option "colour"/],
    [{ seed: 'x' }, /needs dev: true/],
    [{ metrics: 'everybody' }, /metrics must be/],
    [{ closeTimeoutMs: -1 }, /closeTimeoutMs/],
    [{ store: 'oracle' }, /./],
    [{ rampart: { mode: 'off' } }, /rampart\.mode must be one of/],
    [{ rampart: { approvalTimeoutMs: 0 } }, /rampart\.approvalTimeoutMs/],
    [{ rampart: { adminToken: 'short' } }, /rampart\.adminToken .*RAMPART_TOKEN/],
    [{ rampart: { adminToken: `rampart_${'0'.repeat(48)}` } }, /RAMPART_TOKEN.* must be a secret of your own/],
    [{ rampart: { resolveBaseUrl: 'gate.example' } }, /rampart\.resolveBaseUrl/],
    [{ rampart: { profile: 'reckless' } }, /rampart\.profile/],
    [{ rampart: { policyFile: '/nowhere/policy.yaml' } }, /no such file/],
  ])('%j is a configuration error', async (options, message) => {
    const bad: GatewayOptions = Object(options);
    const failed = createGateway({ log: silentLog(), ...bad });
    await expect(failed).rejects.toThrow(ConfigurationError);
    await expect(failed).rejects.toThrow(message);
  });

  test('a policy file that does not load names line and column', async () => {
    const policyFile = join(folder, 'bad.yaml');
    await writeFile(policyFile, 'version: "1"\npolicies:\n  - name: p\n    rules:\n      - { action: maybe }\n');
    await expect(createGateway({ log: silentLog(), rampart: { policyFile } })).rejects.toMatchObject({
      code: 'policy_load',
      line: 5,
    });
  });
});

describe('addresses', () => {
  test.each(['0.0.0.0', '::', '192.168.1.1', 'example.com'])('dev credentials are refused on %s', async (host) => {
    const gateway = await start({ dev: true });
    await expect(gateway.listen({ host, port: 0 })).rejects.toThrow(/loopback only/);
  });

  test('loopback is the default, and any free port is found', async () => {
    const gateway = await start();
    const url = await gateway.listen({ port: 0 });
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
  });

  test('without dev every address is open', async () => {
    const gateway = await start();
    const url = await gateway.listen({ host: '0.0.0.0', port: 0 });
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
  });

  test('a port that is taken, and a port that is none', async () => {
    const url = await (await start()).listen({ port: 0 });
    const other = await start();
    await expect(other.listen({ port: Number(new URL(url).port) })).rejects.toThrow(/the port is taken/);
    await expect(other.listen({ port: 70_000 })).rejects.toThrow(ConfigurationError);
  });
});

describe('credentials', () => {
  test('an admin token is made once and told once', async () => {
    const store = `sqlite:${join(folder, 'gateway.db')}`;
    const first = await start({ store });
    const token = first.credentials['rampart']?.['adminToken'] ?? '';
    expect(token).toMatch(/^rampart-admin_[0-9a-f]{64}$/);
    await first.close();
    const second = await start({ store });
    expect(second.credentials).toEqual({});
    const { statusCode } = await second.inject({ url: '/v1/status', headers: { authorization: `Bearer ${token}` } });
    expect(statusCode).toBe(200);
  });

  test('a configured admin token takes the place of the one before', async () => {
    const store = `sqlite:${join(folder, 'gateway.db')}`;
    await (await start({ store, rampart: { adminToken: ADMIN } })).close();
    const gateway = await start({ store, rampart: { adminToken: `${ADMIN}-2` } });
    const statusOf = async (token: string) =>
      (await gateway.inject({ url: '/v1/status', headers: { authorization: `Bearer ${token}` } })).statusCode;
    expect([await statusOf(ADMIN), await statusOf(`${ADMIN}-2`)]).toEqual([401, 200]);
  });

  test('the token of an agent or an approver never becomes the admin’s', async () => {
    const store = `sqlite:${join(folder, 'gateway.db')}`;
    const token = 'an-agent-token-from-outside';
    const engine = await createEngine({ store, log: silentLog() });
    await engine.credentials.create({ dialect: 'rampart', roles: ['agent'], token });
    await engine.close();
    for (const dev of [false, true]) {
      const failed = createGateway({ log: silentLog(), store, dev, rampart: { adminToken: token } });
      await expect(failed).rejects.toThrow(ConfigurationError);
      await expect(failed).rejects.toThrow(/belongs to another credential/);
    }
  });

  test('the demo credentials are those of the store: kept by a start with dev, ended by one without', async () => {
    const store = `sqlite:${join(folder, 'gateway.db')}`;
    const started = async (dev: boolean) => start({ store, dev });
    const statusOf = async (gateway: Gateway, as: string | undefined) =>
      (await gateway.inject({ url: '/v1/approvals', headers: { authorization: `Bearer ${as}` } })).statusCode;
    const first = await started(true);
    const { approverToken } = first.credentials['rampart'] ?? {};
    await first.close();
    const again = await started(true);
    expect(again.credentials['rampart']).toEqual(first.credentials['rampart']);
    expect(again.credentials['aegis']).toEqual(first.credentials['aegis']);
    expect(await statusOf(again, approverToken)).toBe(200);
    await again.close();
    expect(await statusOf(await started(false), approverToken)).toBe(401);
  });

  test('dev credentials are three kinds, and nobody can guess them', async () => {
    const [one, two] = [await start({ dev: true, seed: 'x' }), await start({ dev: true, seed: 'x' })];
    expect(Object.keys(one.credentials['rampart'] ?? {})).toEqual(['token', 'approverToken', 'adminToken']);
    expect(one.credentials).not.toEqual(two.credentials);
  });
});

test('a policy directory that is a file is told so', async () => {
  const policyDirectory = join(import.meta.dirname, 'gateway.ts');
  await expect(start({ rampart: { policyDirectory } })).rejects.toThrow('gateway.ts is a file, not a folder');
});

test('a dialect that is switched off is not there', async () => {
  const gateway = await start({ rampart: false });
  expect((await gateway.inject({ url: '/healthz' })).statusCode).toBe(404);
  expect((await gateway.inject({ url: '/rampart/healthz' })).statusCode).toBe(404);
  expect((await gateway.inject({ url: '/docs' })).statusCode).toBe(200);
  expect(gateway.credentials).not.toHaveProperty('rampart');
});

test('a dialect is mounted whole under its own name, too', async () => {
  const gateway = await start({ dev: true });
  expect((await gateway.inject({ url: '/rampart/healthz' })).statusCode).toBe(200);
});

test('a gateway that cannot start lets go of its store', async () => {
  const store = `sqlite:${join(folder, 'gateway.db')}`;
  await expect(createGateway({ store, rampart: { policyFile: '/nowhere' }, log: silentLog() })).rejects.toThrow();
  await expect(start({ store })).resolves.toBeDefined();
});

describe('restarts', () => {
  test('§5.1 a pending approval survives, and so does the link to it and the call that asked', async () => {
    const store = `sqlite:${join(folder, 'gateway.db')}`;
    const options = { store, rampart: { adminToken: ADMIN } };
    const call = { run_id: 'r', tool_call_id: 'c', params: { command: 'sudo ls' } };
    const first = await (await start(options)).listen({ port: 0 });
    const { body } = await post(`${first}/v1/tool/exec`, call, ADMIN);
    await open.pop()?.close();
    const second = await (await start(options)).listen({ port: 0 });
    const resolved = await post(`${second}/v1/approvals/${body['approval_id']}/resolve`, { approved: true }, ADMIN);
    expect(resolved.status).toBe(200);
    const again = await post(`${second}/v1/tool/exec`, call, ADMIN);
    expect(again.body).toMatchObject({ decision: 'allow', approval_id: body['approval_id'] });
    const verified = await fetch(`${second}/sallyport/v1/log/rampart/verify`, {
      headers: { authorization: `Bearer ${ADMIN}` },
    });
    expect(await verified.json()).toMatchObject({ ok: true, count: 3 });
  });

  test('an approval that ran out while nobody was there expires at the start', async () => {
    const t = await testGateway({ store: `sqlite:${join(folder, 'gateway.db')}` });
    const { body } = await t.send('POST', '/v1/tool/exec', { body: { params: { command: 'sudo ls' } } });
    await t.close();
    const later = await testGateway({
      store: `sqlite:${join(folder, 'gateway.db')}`,
      rampart: { approvalTimeoutMs: 1 },
    });
    later.clock.advance(120_000);
    const { body: approval } = await later.send('GET', `/v1/approvals/${body['approval_id']}`, { token: later.admin });
    expect(approval['status']).toBe('expired');
    await later.close();
  });
});

describe('closing', () => {
  test('loses nothing that was acknowledged, and acknowledges nothing that it loses', async () => {
    const store = `sqlite:${join(folder, 'gateway.db')}`;
    const gateway = await start({ store, rampart: { adminToken: ADMIN } });
    const url = await gateway.listen({ port: 0 });
    const answers = Array.from({ length: 64 }, async (_, index) => {
      try {
        return (await post(`${url}/v1/tool/exec`, { params: { command: `echo ${index}` } }, ADMIN)).body['audit_id'];
      } catch {
        return undefined;
      }
    });
    await answers[0];
    await gateway.close();
    const acknowledged = (await Promise.all(answers)).filter((id) => id !== undefined);
    expect(acknowledged.length).toBeGreaterThan(0);
    const again = await start({ store, rampart: { adminToken: ADMIN } });
    const log = await again.inject({
      url: '/sallyport/v1/log/rampart/export',
      headers: { authorization: `Bearer ${ADMIN}` },
    });
    const lines = log.body.trim().split('\n');
    const ids = new Set(lines.map((line) => Object(JSON.parse(line)).id));
    expect(acknowledged.filter((id) => !ids.has(id))).toEqual([]);
    expect(verifyChainSync(lines, { formula: rampartFormula }).ok).toBe(true);
  });

  test('ends event streams', async () => {
    const gateway = await start({ rampart: { adminToken: ADMIN } });
    const url = await gateway.listen({ port: 0 });
    const stream = await fetch(`${url}/v1/events/stream`, { headers: { authorization: `Bearer ${ADMIN}` } });
    const [text] = await Promise.all([stream.text(), gateway.close()]);
    expect(text).toBe('data: {"type":"connected"}\n\n');
  });

  test('cuts off whoever does not finish in time', async () => {
    const gateway = await start({ dev: true, closeTimeoutMs: 20 });
    const url = await gateway.listen({ port: 0 });
    const { token } = gateway.credentials['rampart'] ?? {};
    const slow = request(`${url}/v1/tool/exec`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-length': '1000' },
    });
    const cut = new Promise((resolve) => slow.on('error', resolve));
    await new Promise<void>((resolve) => slow.write('{', () => resolve()));
    while ((await openConnections(gateway)) === 0) await new Promise((resolve) => setImmediate(resolve));
    await gateway.close();
    expect(await cut).toBeInstanceOf(Error);
  });

  test('may be asked for twice', async () => {
    const gateway = await start();
    await Promise.all([gateway.close(), gateway.close()]);
    await expect(gateway.inject({ url: '/healthz' })).rejects.toThrow();
  });
});

function openConnections({ app }: Gateway): Promise<number> {
  return new Promise((resolve) => app.server.getConnections((_error, count) => resolve(count)));
}

test('headers above 64 KiB and requests that are no HTTP get a 4xx', async () => {
  const gateway = await start();
  const url = await gateway.listen({ port: 0 });
  const status = await new Promise((resolve) =>
    request(`${url}/healthz`, { headers: { 'x-big': 'x'.repeat(70_000) } }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    }).end(),
  );
  expect(status).toBe(431);
});
