import { afterAll, beforeAll, expect, test } from 'vitest';
import { type MeshTest, meshTest } from '../testing.js';

let t: MeshTest;
beforeAll(async () => {
  t = await meshTest();
});
afterAll(() => t.close());

test('what an agent enters itself is in the total, and counts neither as allowed nor as denied', async () => {
  await t.check('read:a');
  await t.check('delete:a');
  for (const result of ['allow', 'deny', 'success']) {
    const { status } = await t.send('POST', '/proxy/audit', { body: { action: 'write:email', result } });
    expect(status).toBe(201);
  }
  const { body } = await t.admin('GET', '/admin/audit/stats');
  expect(body).toEqual({ total: 5, allowed: 1, denied: 1, period: '24h' });
});
