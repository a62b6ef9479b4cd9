import { afterEach, beforeEach, expect, test } from 'vitest';
import { type TestAegis, testAegis } from './testing.js';

let t: TestAegis;
let path: string;
beforeEach(async () => {
  t = await testAegis();
  const { body } = await t.propose('network.fetch');
  path = `/api/v1/governance/escalations/${Reflect.get(Object(body['constraints']), 'escalation_id')}`;
});
afterEach(() => t.close());

const respond = () => t.send('POST', `${path}/respond`, { token: t.operatorKey, body: { decision: 'approve' } });

test('whoever waits for an escalation is woken by the verdict, and given the token', async () => {
  const waiting = t.send('GET', `${path}?wait=60`);
  await respond();
  expect((await waiting).body).toMatchObject({
    status: 'approved',
    confirmation_token: expect.stringMatching(/^cft_e/),
  });
});

test('who waits in vain is told that it is pending', async () => {
  const waiting = t.send('GET', `${path}?wait=1`);
  // The request has to reach the desk before time moves.
  await t.send('GET', path);
  t.clock.advance(1000);
  expect((await waiting).body['status']).toBe('pending');
});

test('closing lets everybody go', async () => {
  const waiting = t.send('GET', `${path}?wait=60`);
  await t.send('GET', path);
  await t.close();
  expect((await waiting).body['status']).toBe('pending');
});
