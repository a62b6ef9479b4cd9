import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { caught } from '../support/caught.js';
import { type Rig, startRig } from '../support/rig.js';

// The gateway's own routes for approvals of all dialects, which the CLI uses, and the protocol's lead to one queue.
describe('approvals through the operators’ door', () => {
  let rig: Rig;
  beforeAll(async () => {
    rig = await startRig({ clients: { maxRetries: 0 } });
  });
  beforeEach(() => rig.dev('reset'));
  afterAll(() => rig.close());

  const ask = async (toolCallId: string) => {
    const { approvalId = '', allowed } = await rig.agent.exec('sudo id', { toolCallId });
    return { approvalId, allowed };
  };
  const path = (id: string) => `/sallyport/v1/approvals/${id}`;
  const resolve = (id: string, verdict = 'approved') =>
    rig.send('POST', `${path(id)}/resolve`, { token: rig.tokens.approver, body: { verdict, by: 'alice', note: 'ok' } });

  test('are listed with the call that they are about', async () => {
    const { approvalId } = await ask('call-1');
    const { body } = await rig.send('GET', '/sallyport/v1/approvals?status=pending', { token: rig.tokens.approver });
    expect(body).toMatchObject({
      approvals: [
        {
          id: approvalId,
          dialect: 'rampart',
          status: 'pending',
          tool: 'exec',
          summary: 'sudo id',
          call: { tool: 'exec', params: { command: 'sudo id' } },
        },
      ],
    });
  });

  test('are resolved once, whichever door comes first, and redeemed as any other', async () => {
    const { approvalId } = await ask('call-1');
    expect(await resolve(approvalId)).toMatchObject({ status: 200, body: { status: 'approved', resolvedBy: 'alice' } });
    expect(await caught(rig.approver.approvals.resolve(approvalId, { approved: false }))).toMatchObject({
      status: 410,
    });
    expect(await resolve(approvalId, 'rejected')).toMatchObject({ status: 409 });
    expect(await ask('call-1')).toMatchObject({ allowed: true, approvalId });
    const { events } = await rig.admin.audit.events({ action: 'approved' });
    expect(events).toMatchObject([{ id: approvalId, request: { resolved_by: 'alice', reason: 'ok' } }]);

    const second = await ask('call-2');
    await rig.approver.approvals.resolve(second.approvalId, { approved: false });
    expect(await resolve(second.approvalId)).toMatchObject({ status: 409 });
    expect(await rig.send('GET', path(second.approvalId), { token: rig.tokens.approver })).toMatchObject({
      body: { status: 'rejected' },
    });
  });

  test('wake whoever waits at the other', async () => {
    const { approvalId } = await ask('call-1');
    const waiting = rig.agent.approvals.wait(approvalId);
    await resolve(approvalId, 'rejected');
    expect(await waiting).toMatchObject({ status: 'denied', resolvedBy: 'alice' });
    const other = await ask('call-2');
    const watching = rig.send('GET', `${path(other.approvalId)}?wait=60`, { token: rig.tokens.approver });
    await rig.approver.approvals.resolve(other.approvalId, { approved: true });
    expect(await watching).toMatchObject({ body: { status: 'approved' } });
  });

  test('cannot make a call good a second time that was redeemed before', async () => {
    const first = await ask('call-1');
    await resolve(first.approvalId);
    await ask('call-1');
    const again = await ask('call-1');
    await resolve(again.approvalId);
    expect(await rig.approver.approvals.get(again.approvalId)).toMatchObject({ status: 'pending' });
    expect((await ask('call-1')).allowed).toBe(false);
  });

  test.each<[what: string, body: object]>([
    ['no verdict', {}],
    ['another verdict', { verdict: 'maybe' }],
    ['a typing error', { verdict: 'approved', bye: 'x' }],
  ])('%s resolves nothing', async (_what, body) => {
    const { approvalId } = await ask('call-1');
    const answer = await rig.send('POST', `${path(approvalId)}/resolve`, { token: rig.tokens.approver, body });
    expect(answer.status).toBe(400);
    expect(await rig.approver.approvals.get(approvalId)).toMatchObject({ status: 'pending' });
  });

  test('what there is not is not found', async () => {
    expect(await resolve('unknown')).toMatchObject({ status: 404, body: { error: 'approval not found' } });
    expect(await rig.send('GET', path('unknown'), { token: rig.tokens.approver })).toMatchObject({ status: 404 });
  });
});
