import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type TestGateway, testGateway } from '../../testing/gateways.js';

const POLICY = `
version: "1"
default_action: allow
policies:
  - name: humans
    match: { tool: exec }
    rules:
      - { action: ask, when: { command_matches: ["sudo *"] }, message: Needs a human }
`;

let t: TestGateway;
beforeEach(async () => {
  t = await testGateway({ policy: POLICY });
});
afterEach(() => t.close());

const call = { agent: 'a', session: 's', params: { command: 'sudo ls' } };
const held = (more: Record<string, string> = {}, body: object = call) =>
  t.send('POST', '/v1/tool/exec', { body, headers: { prefer: 'wait=60', ...more } });

async function pending(): Promise<string> {
  for (let tries = 0; tries < 200; tries++) {
    const { body } = await t.send('GET', '/v1/approvals', { token: t.approver });
    const [first] = Array.isArray(body['approvals']) ? body['approvals'] : [];
    if (first !== undefined) return String(Reflect.get(Object(first), 'id'));
    await turn();
  }
  throw new Error('nobody was asked');
}

const resolve = (id: string, approved: boolean) =>
  t.send('POST', `/v1/approvals/${id}/resolve`, { token: t.approver, body: { approved, resolved_by: 'alice' } });

test('Prefer: wait=N holds an ask, and answers with what was approved', async () => {
  const answer = held();
  const id = await pending();
  await resolve(id, true);
  const { status, body, headers } = await answer;
  expect(status).toBe(200);
  expect(headers['preference-applied']).toBe('wait=60');
  expect(body).toMatchObject({
    decision: 'allow',
    allowed: true,
    message: 'approved once via Rampart approval',
    approval_id: id,
    approval_resolved_by: 'alice',
  });
});

test('a held call that is denied comes back denied', async () => {
  const answer = held();
  const id = await pending();
  await resolve(id, false);
  const { status, body } = await answer;
  expect([status, body['decision'], body['message'], body['approval_status']]).toEqual([
    403,
    'deny',
    'denied by alice',
    'denied',
  ]);
});

test('a held call that nobody answers expires to deny', async () => {
  const answer = t.send('POST', '/v1/tool/exec', { body: call, headers: { prefer: 'wait=300' } });
  await pending();
  t.clock.advance(120_000);
  const { status, body } = await answer;
  expect([status, body['message'], body['approval_status']]).toEqual([
    403,
    'approval timed out — command blocked',
    'expired',
  ]);
});

test('a wait that ends before the human answers is 202, as without it', async () => {
  const answer = held();
  const id = await pending();
  t.clock.advance(60_000);
  const { status, body } = await answer;
  expect([status, body['decision'], body['approval_id']]).toEqual([202, 'ask', id]);
});

test('a policy that has changed by the time of the answer is asked again, and its denial wins', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-hold-'));
  const file = join(folder, 'policy.yaml');
  await writeFile(file, POLICY);
  const own = await testGateway({ rampart: { policyDirectory: folder, profile: 'none' } });
  const ids = { run_id: 'r', tool_call_id: 'c' };
  const { body } = await own.send('POST', '/v1/tool/exec', { body: { ...call, ...ids } });
  await own.send('POST', `/v1/approvals/${body['approval_id']}/resolve`, {
    token: own.admin,
    body: { approved: true },
  });
  await writeFile(file, POLICY.replace('action: ask', 'action: deny'));
  await own.send('POST', '/v1/policy/reload', { token: own.admin });
  const again = await own.send('POST', '/v1/tool/exec', { body: { ...call, ...ids } });
  expect([again.status, again.body['decision']]).toEqual([403, 'deny']);
  await own.close();
  await rm(folder, { recursive: true });
});

test('a client that goes away leaves the approval to whoever repeats the call', async () => {
  const url = await t.gateway.listen({ port: 0 });
  const body = JSON.stringify({ ...call, run_id: 'r', tool_call_id: 'c' });
  const headers = { authorization: `Bearer ${t.agent}`, prefer: 'wait=60' };
  const client = request(`${url}/v1/tool/exec`, { method: 'POST', headers }).on('error', () => {});
  client.end(body);
  const id = await pending();
  client.destroy();
  await connectionsClosed();
  await resolve(id, true);
  const again = await t.send('POST', '/v1/tool/exec', { body });
  expect([again.status, again.body['approval_id']]).toEqual([200, id]);
});

/** Until the server has noticed that nobody is there. */
async function connectionsClosed(): Promise<void> {
  const { server } = t.gateway.app;
  const count = () => new Promise<number>((done) => server.getConnections((_error, open) => done(open)));
  while ((await count()) > 0) await turn();
}

test('a held call with an idempotency key has one final answer', async () => {
  const key = { 'idempotency-key': 'k' };
  const [first, second] = [held(key), held(key)];
  const id = await pending();
  await resolve(id, true);
  const answers = [await first, await second, await t.send('POST', '/v1/tool/exec', { body: call, headers: key })];
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
  expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
});

test('an approval that is waited for over GET wakes the waiter', async () => {
  const { body } = await t.send('POST', '/v1/tool/exec', { body: call });
  const id = String(body['approval_id']);
  const waiting = t.send('GET', `/v1/approvals/${id}?wait=60`);
  await resolve(id, false);
  expect((await waiting).body).toMatchObject({ id, status: 'denied', resolved_by: 'alice' });
});

test('closing lets held calls go with what there is', async () => {
  const answer = held();
  const id = await pending();
  const [{ status, body }] = await Promise.all([answer, t.gateway.close()]);
  expect([status, body['approval_id']]).toEqual([202, id]);
});

test('of identical calls that are held, one uses the approval, and the others share one new question', async () => {
  const same = { ...call, run_id: 'run', tool_call_id: 'call-1' };
  const answers = Array.from({ length: 6 }, () => held({ prefer: 'wait=1' }, same));
  await resolve(await pending(), true);
  const decisions = (await Promise.all(answers)).map(({ body }) => body['decision']);
  expect(decisions.filter((decision) => decision === 'allow')).toHaveLength(1);
  expect(decisions.filter((decision) => decision === 'ask')).toHaveLength(5);
  const { body } = await t.send('GET', '/v1/approvals', { token: t.approver });
  expect(body['approvals']).toHaveLength(1);
});
