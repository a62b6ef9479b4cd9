import { afterEach, beforeEach, expect, test } from 'vitest';
import { type MeshTest, meshTest } from './testing.js';

let t: MeshTest;
beforeEach(async () => {
  t = await meshTest();
});
afterEach(() => t.close());

const dev = (path: string, body?: object) =>
  t.send('POST', `/__sallyport/${path}`, { token: t.adminToken, ...(body !== undefined && { body }) });

test('nothing is allowed that cannot be recorded', async () => {
  await dev('faults', { storage: 'read_only' });
  const answer = await t.check('read:a');
  expect(answer).toMatchObject({
    status: 503,
    body: { error: 'Service Unavailable', message: 'The audit log is unavailable; nothing was allowed' },
  });
  expect((await t.send('GET', '/proxy/api/contacts')).status).toBe(503);
  await dev('faults', {});
  expect((await t.check('read:a')).status).toBe(200);
});

test('a restored snapshot brings agents and policies back', async () => {
  const { body } = await dev('snapshot');
  await t.admin('DELETE', '/admin/policies/development');
  expect((await t.check('read:a')).status).toBe(403);
  await dev('restore', { snapshot: body['snapshot'] });
  expect((await t.check('read:a')).status).toBe(200);
});

test('the credentials of a development gateway outlive a reset', async () => {
  await t.admin('DELETE', '/admin/agents/agent_demo');
  expect((await t.check('read:a')).status).toBe(401);
  await dev('reset');
  expect((await t.check('read:a')).status).toBe(200);
});
