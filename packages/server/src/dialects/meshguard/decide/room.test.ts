import { afterAll, beforeAll, expect, test } from 'vitest';
import { type MeshTest, meshTest } from '../testing.js';

const SHARE = 250;

let t: MeshTest;
beforeAll(async () => {
  t = await meshTest({ meshguard: { rateLimitRpm: false } });
});
afterAll(() => t.close());

const ask = (index: number, token = t.agentToken) =>
  t.check('write:payments', { 'x-meshguard-resource': `invoice-${index}` }, token);

test('one agent may take a quarter of the places for questions, and leaves the others to the rest', async () => {
  for (let index = 0; index < SHARE; index += 50) {
    const answers = await Promise.all(Array.from({ length: 50 }, (_, more) => ask(index + more)));
    expect(answers.every(({ body }) => body['decision'] === 'approval_required')).toBe(true);
  }
  const { status, body } = await ask(SHARE);
  expect(status).toBe(503);
  expect(body['message']).toBe(
    `Too many approvals of this agent are pending (limit: ${SHARE}): ` +
      'have some of them answered, or wait until they expire, and try again',
  );
  expect((await ask(0)).body['decision'], 'one that waits already').toBe('approval_required');
  const { body: other } = await t.admin('POST', '/admin/agents', { name: 'other', tags: ['development'] });
  expect((await ask(SHARE, String(other['token']))).body['decision'], 'another agent').toBe('approval_required');
});

test('a thousand questions of one organisation may wait, and leave another’s their place', async () => {
  for (const name of ['third', 'fourth', 'fifth']) {
    const { body } = await t.admin('POST', '/admin/agents', { name, tags: ['development'] });
    for (let index = 0; index < SHARE; index += 50) {
      await Promise.all(Array.from({ length: 50 }, (_, more) => ask(index + more, String(body['token']))));
    }
  }
  const { body } = await t.admin('POST', '/admin/agents', { name: 'sixth', tags: ['development'] });
  const refused = await ask(0, String(body['token']));
  expect(refused.status).toBe(503);
  expect(refused.body['message']).toContain('Too many approvals are pending already (limit: 1000)');
  const signup = { name: 'Red', email: 'red@example.com', agentName: 'first' };
  const { body: red } = await t.send('POST', '/meshguard/signup', { token: '', body: signup });
  const everything = {
    name: 'human',
    appliesTo: { orgIds: [red['orgId']] },
    rules: [{ effect: 'require_approval', actions: ['*'] }],
  };
  const headers = { 'x-admin-token': String(red['adminToken']) };
  await t.send('POST', '/admin/policies', { token: '', headers, body: everything });
  expect((await ask(0, String(red['agentToken']))).body['decision']).toBe('approval_required');
});
