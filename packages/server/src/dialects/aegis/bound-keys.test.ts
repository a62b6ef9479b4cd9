import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestAegis, testAegis } from './testing.js';

const DECISIONS = '/api/v1/governance/decisions';

let t: TestAegis;
let token: string;
beforeAll(async () => {
  t = await testAegis();
  const made = await t.admin('POST', '/sallyport/v1/credentials', {
    dialect: 'aegis',
    roles: ['agent'],
    subject: 'demo-agent',
  });
  token = String(made.body['token']);
});
afterAll(() => t.close());

test('a key that is made for an actor speaks for that one alone', async () => {
  expect((await t.propose('file.read', { token })).body['outcome']).toBe('ALLOW');
  const { status, body } = await t.propose('file.read', { token, actor: 'langchain-agent' });
  expect([status, body['error_code']]).toEqual([403, 'AEGIS-AUTH-003']);
});

test('a key that is made for nobody speaks for whom it names', async () => {
  expect((await t.propose('file.read', { actor: 'langchain-agent' })).status).toBe(200);
});

test('a key that is made for an actor reads the decisions about that one alone', async () => {
  const { body: own } = await t.propose('file.read', { token });
  const { body: others } = await t.propose('file.read', { actor: 'langchain-agent' });
  const read = (id: unknown, by = token) => t.send('GET', `${DECISIONS}/${String(id)}`, { token: by });
  expect((await read(own['decision_id'])).status).toBe(200);
  expect((await read(others['decision_id'])).status).toBe(404);
  expect((await read(others['decision_id'], t.operatorKey)).status).toBe(200);
  const total = async (query: string, by = token) =>
    (await t.send('GET', DECISIONS + query, { token: by })).body['total'];
  const all = Number(await total('', t.operatorKey));
  const demo = await total('?actor_id=demo-agent', t.operatorKey);
  expect(demo).toBeLessThan(all);
  expect([await total(''), await total('?actor_id=demo-agent')]).toEqual([demo, demo]);
  expect(await total('?actor_id=langchain-agent')).toBe(0);
});
