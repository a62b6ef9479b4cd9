import { afterAll, beforeAll, expect, test } from 'vitest';
import { type MeshTest, meshTest } from './testing.js';

let t: MeshTest;
beforeAll(async () => {
  t = await meshTest({ meshguard: { proxyTarget: 'http://127.0.0.1:9/' } });
});
afterAll(() => t.close());

test('how the gateway is set up is told to its own admin, and to no organisation’s', async () => {
  expect((await t.admin('GET', '/admin/info')).body).toMatchObject({
    proxyTarget: 'http://127.0.0.1:9/',
    store: 'memory',
  });
  const signup = { name: 'Red', email: 'red@example.com', agentName: 'first' };
  const { body: red } = await t.send('POST', '/meshguard/signup', { token: '', body: signup });
  const headers = { 'x-admin-token': String(red['adminToken']) };
  const { status, body } = await t.send('GET', '/admin/info', { token: '', headers });
  expect([status, Object.keys(body).sort()]).toEqual([200, ['checkpointKey', 'mode', 'name', 'version']]);
});
