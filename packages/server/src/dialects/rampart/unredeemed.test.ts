import { afterEach, beforeEach, expect, test } from 'vitest';
import { type TestGateway, testGateway } from '../../testing/gateways.js';
import { ALREADY_REDEEMED } from './unredeemed.js';

let t: TestGateway;
beforeEach(async () => {
  t = await testGateway();
});
afterEach(() => t.close());

const call = { agent: 'a', session: 's', run_id: 'r', tool_call_id: 'c', params: { command: 'sudo ls' } };
const ask = () => t.send('POST', '/v1/tool/exec', { body: call });
const resolve = (door: string, id: unknown, body: object) =>
  t.send('POST', `${door}/${id}/resolve`, { token: t.approver, body });

test('§5.2 a call that was redeemed is approved never again, however often it was asked about since', async () => {
  const { body: first } = await ask();
  await resolve('/v1/approvals', first['approval_id'], { approved: true });
  expect((await ask()).status).toBe(200);
  for (let round = 0; round < 40; round++) {
    const { status, body: again } = await ask();
    expect(status).toBe(202);
    const refused = await resolve('/v1/approvals', again['approval_id'], { approved: true });
    expect([refused.status, refused.body]).toEqual([503, { error: ALREADY_REDEEMED }]);
    const byOperator = await resolve('/sallyport/v1/approvals', again['approval_id'], { verdict: 'approved' });
    expect([byOperator.status, byOperator.body]).toEqual([503, { error: ALREADY_REDEEMED }]);
    await resolve('/v1/approvals', again['approval_id'], { approved: false });
  }
});
