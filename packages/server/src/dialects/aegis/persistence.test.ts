import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type TestAegis, testAegis } from './testing.js';

let folder: string;
let t: TestAegis;
const open = async () => {
  t = await testAegis({}, `sqlite:${join(folder, 'gateway.db')}`);
};
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sallyport-aegis-'));
  await open();
});
afterEach(async () => {
  await t.close();
  await rm(folder, { recursive: true, force: true });
});

async function restart(): Promise<void> {
  await t.close();
  await open();
  // A standing clock and the same seed would give the ids of before again.
  t.clock.advance(1000);
}

test('request ids, counts, policies, grants and escalations survive a restart', async () => {
  const asked = await t.propose('network.fetch', { token: t.adminKey, more: { request_id: 'r' } });
  const escalation = String(Reflect.get(Object(asked.body['constraints']), 'escalation_id'));
  const rules = [{ capability: 'file.read', outcome: 'DENY' }];
  await t.admin('POST', '/api/v1/policies', { name: 'stop', rules });
  await t.admin('DELETE', '/api/v1/actors/agent-001/grants/database.query');
  await restart();
  expect((await t.propose('file.read', { more: { request_id: 'r' } })).status).toBe(409);
  expect((await t.propose('file.read')).body['reason']).toBe("Denied by policy 'stop'.");
  expect((await t.propose('database.query', { actor: 'agent-001' })).body['outcome']).toBe('DENY');
  const answer = await t.admin('POST', `/api/v1/governance/escalations/${escalation}/respond`, { decision: 'approve' });
  expect(answer.body['status']).toBe('approved');
});

test('a confirmation token is good after a restart, for the key that was there before', async () => {
  const caller = { token: t.adminKey };
  const asked = await t.propose('shell.exec', caller);
  const token = Reflect.get(Object(asked.body['constraints']), 'confirmation_token');
  await restart();
  const again = await t.propose('shell.exec', { token: t.adminKey, more: { confirmation_token: token } });
  expect(again.body).toMatchObject({ outcome: 'ALLOW' });
});

test('demo keys of an earlier start are worth nothing', async () => {
  const before = t.apiKey;
  await restart();
  expect((await t.propose('file.read', { token: before })).status).toBe(401);
});
