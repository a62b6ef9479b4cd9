import { afterEach, beforeEach, expect, test } from 'vitest';
import { type MeshTest, meshTest } from '../testing.js';

let t: MeshTest;
beforeEach(async () => {
  t = await meshTest();
});
afterEach(() => t.close());

async function pendingId(): Promise<string> {
  for (let tries = 0; tries < 500; tries += 1) {
    // Requests in this process could be answered over and over in one turn of the event loop.
    await new Promise((resolve) => setImmediate(resolve));
    const { body } = await t.admin('GET', '/admin/approvals?status=pending');
    const [first]: readonly { readonly id?: unknown }[] = Object(body['approvals']);
    if (typeof first?.id === 'string') return first.id;
  }
  throw new Error('Nobody was asked.');
}

const approve = async (verdict: 'approve' | 'reject') => {
  const id = await pendingId();
  expect((await t.admin('POST', `/admin/approvals/${id}/${verdict}`)).status).toBe(200);
  return id;
};

test('a check is held for its human, and goes on when it is approved', async () => {
  const held = t.check('write:payments', { prefer: 'wait=60' });
  await approve('approve');
  expect(await held).toMatchObject({ status: 200, body: { allowed: true } });
  expect((await t.check('write:payments')).body['decision']).toBe('approval_required');
});

test('a check that is held ends with a rejection', async () => {
  const held = t.check('write:payments', { prefer: 'wait=60' });
  const id = await approve('reject');
  expect(await held).toMatchObject({
    status: 403,
    body: { decision: 'deny', approvalId: id, approvalStatus: 'rejected' },
  });
});

test('a check is held no longer than it asks for', async () => {
  const held = t.check('write:payments', { prefer: 'wait=5' });
  await pendingId();
  t.clock.advance(5000);
  expect(await held).toMatchObject({ status: 403, body: { decision: 'approval_required' } });
});

test('a proxied request is held with its body', async () => {
  const held = t.send('POST', '/proxy/api/emails', {
    headers: { 'x-meshguard-action': 'write:payments', prefer: 'wait=60' },
    body: { to: 'a' },
  });
  await approve('approve');
  expect(await held).toMatchObject({ status: 201, body: { to: 'a' } });
});

test('whoever asked may wait for the answer', async () => {
  const { body } = await t.check('write:payments');
  const waiting = t.send('GET', `/proxy/governance/approvals/${body['approvalId']}?wait=60`);
  await approve('approve');
  expect((await waiting).body).toMatchObject({ status: 'approved' });
});

test('of two calls at once, one uses the approval', async () => {
  await t.check('write:payments');
  await approve('approve');
  const answers = await Promise.all([t.check('write:payments'), t.check('write:payments'), t.check('write:payments')]);
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 403, 403]);
});

test('a gateway that closes lets those go that wait', async () => {
  const held = t.check('write:payments', { prefer: 'wait=300' });
  await pendingId();
  await t.gateway.close();
  expect((await held).body['decision']).toBe('approval_required');
});
