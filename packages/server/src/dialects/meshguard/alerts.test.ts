import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { verifyHmac } from '@sallyport/verify';
import { afterEach, expect, test } from 'vitest';
import type { MeshGuardAlerts } from './options.js';
import { type MeshTest, meshTest } from './testing.js';

interface Alert {
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly body: Readonly<Record<string, unknown>>;
}

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

async function watched(alerts: Partial<MeshGuardAlerts> = {}) {
  const received: Alert[] = [];
  let wake = () => {};
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString();
      received.push({ headers: request.headers, text, body: Object(JSON.parse(text)) });
      response.end();
      wake();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  open.push({
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const t: MeshTest = await meshTest({
    allowPrivateTargets: true,
    meshguard: { alerts: { webhookUrl: `http://127.0.0.1:${port}/alerts`, ...alerts } },
  });
  open.push(t);
  const arrived = async (count: number): Promise<readonly Alert[]> => {
    while (received.length < count) await new Promise<void>((resolve) => (wake = resolve));
    return received;
  };
  return { t, arrived, received };
}

test('a denial is told, signed, with the documented fields', async () => {
  const { t, arrived } = await watched({ webhookSecret: 'the secret', instance: 'here', environment: 'test' });
  await t.check('delete:a', { 'x-meshguard-trace-id': 't1' });
  const [alert] = await arrived(1);
  expect(alert?.headers).toMatchObject({
    'content-type': 'application/json',
    'user-agent': 'MeshGuard/1.0',
    'x-meshguard-event': 'alert',
    'x-meshguard-trigger': 'deny',
  });
  verifyHmac({
    body: alert?.text ?? '',
    signature: String(alert?.headers['x-meshguard-signature']),
    secret: 'the secret',
  });
  expect(alert?.body).toMatchObject({
    event: 'meshguard.alert',
    version: '1.0',
    id: expect.stringMatching(/^alert_/),
    timestamp: '2026-04-11T14:30:00.000Z',
    severity: 'warning',
    trigger: 'deny',
    title: expect.any(String),
    message: expect.stringContaining('delete:a'),
    entry: {
      traceId: 't1',
      agentId: 'agent_demo',
      agentName: 'demo-agent',
      trustTier: 'verified',
      action: 'delete:a',
      decision: 'deny',
      policyName: 'development',
      reason: 'Deleting is not allowed',
    },
    instance: 'here',
    environment: 'test',
  });
});

test('a denied admin action is critical', async () => {
  const { t, arrived } = await watched();
  await t.check('admin:delete');
  const [alert] = await arrived(1);
  expect(alert?.body['severity']).toBe('critical');
  expect(alert?.headers).not.toHaveProperty('x-meshguard-signature');
});

test('only what is asked for is told', async () => {
  const { t, arrived, received } = await watched({ on: ['error'] });
  await t.check('delete:a');
  await t.admin('POST', '/admin/policies', {
    name: 'any',
    version: '1',
    appliesTo: { tags: ['development'] },
    rules: [{ effect: 'allow', actions: ['*'] }],
    defaultEffect: 'deny',
  });
  await t.check('read:a');
  expect(received).toEqual([]);
  await t.admin('POST', '/admin/policies/reload');
  expect(await arrived(0)).toEqual([]);
});

test('ten in a minute, and no more', async () => {
  const { t, arrived, received } = await watched();
  for (let count = 0; count < 13; count += 1) await t.check(`delete:${count}`);
  // One of them is about the burst itself.
  await arrived(4);
  await t.gateway.close();
  expect(received.length).toBeLessThanOrEqual(10);
});
