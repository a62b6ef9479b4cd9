import { afterEach, beforeEach, expect, test } from 'vitest';
import { type MeshTest, meshTest } from '../testing.js';

let t: MeshTest;
let id: string;
beforeEach(async () => {
  t = await meshTest();
  id = String((await t.admin('POST', '/admin/agents', { name: 'spinner', tags: ['development'] })).body['id']);
});
afterEach(() => t.close());

const statusOf = async (token: unknown): Promise<readonly number[]> => [
  (await t.check('read:a', {}, String(token))).status,
  (await t.send('GET', '/anomalies', { token: String(token) })).status,
];

test('of several rotations at once, one token is left, on every route', async () => {
  const answers = await Promise.all([1, 2, 3, 4].map(() => t.admin('POST', `/admin/agents/${id}/token`)));
  const statuses = await Promise.all(answers.map(({ body }) => statusOf(body['token'])));
  expect(statuses.sort()).toEqual([
    [200, 200],
    [401, 401],
    [401, 401],
    [401, 401],
  ]);
});

test('a rotation that comes too late for a revoked agent leaves no token', async () => {
  const [rotated, revoked] = await Promise.all([
    t.admin('POST', `/admin/agents/${id}/token`),
    t.admin('DELETE', `/admin/agents/${id}`),
  ]);
  expect(revoked.status).toBe(200);
  expect(await statusOf(rotated.body['token'])).toEqual([401, 401]);
});

test('no credential outlives the tokens that were given out', async () => {
  await t.admin('POST', `/admin/agents/${id}/token`);
  await t.admin('POST', `/admin/agents/${id}/token`);
  await t.admin('DELETE', `/admin/agents/${id}`);
  const { body } = await t.send('GET', '/sallyport/v1/credentials', { token: t.adminToken });
  const all: readonly { readonly subject?: string; readonly revokedAt?: number }[] = Object(body['credentials']);
  const own = all.filter(({ subject }) => subject === id);
  expect(own.length).toBeGreaterThan(2);
  expect(own.filter(({ revokedAt }) => revokedAt === undefined)).toEqual([]);
});
