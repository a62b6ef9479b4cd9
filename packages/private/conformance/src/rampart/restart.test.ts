import { rampartFormula, verifyChain } from '@sallyport/verify';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { stores, type TestStore } from '../../../../server/src/testing/stores.js';
import { caught } from '../support/caught.js';
import { type Memory, provenLog, watchLog } from '../support/log.js';
import { type Rig, startRig } from '../support/rig.js';

const durable = stores.filter((store) => store.durable);

describe.each(durable)('after a restart ($name)', (store) => {
  let kept: TestStore;
  let rig: Rig;
  beforeEach(async () => {
    kept = await store.create();
    rig = await startRig({ store: kept.address });
  });
  afterEach(async () => {
    await rig.close();
    await kept.remove();
  });

  /** Ends the gateway, starts it again on what it left, and gives the agent of before. */
  const restart = async () => {
    const { agent: token } = rig.tokens;
    await rig.close();
    rig = await startRig({ store: kept.address });
    return rig.client({ token, agent: 'agent-7', session: 'session-1', runId: 'run-1' });
  };

  test('a question is still pending, is joined by its call, and can be answered and redeemed', async () => {
    const asked = await rig.agent.exec('sudo id', { toolCallId: 'call-1' });
    const agent = await restart();
    const again = await agent.exec('sudo id', { toolCallId: 'call-1' });
    expect([again.approvalId, again.expiresAt]).toEqual([asked.approvalId, asked.expiresAt]);
    await rig.approver.approvals.resolve(asked.approvalId ?? '', { approved: true });
    expect(await agent.exec('sudo id', { toolCallId: 'call-1' })).toMatchObject({
      allowed: true,
      approvalId: asked.approvalId,
      approvalPolicyAuditId: asked.auditId,
    });
  });

  test('an approval that was given before can be redeemed once, and one that was redeemed not at all', async () => {
    const call = (agent: Rig['agent'], toolCallId: string) => agent.exec('sudo id', { toolCallId });
    for (const toolCallId of ['call-1', 'call-2']) {
      const { approvalId = '' } = await call(rig.agent, toolCallId);
      await rig.approver.approvals.resolve(approvalId, { approved: true });
    }
    expect((await call(rig.agent, 'call-2')).allowed).toBe(true);
    const agent = await restart();
    expect((await call(agent, 'call-1')).allowed).toBe(true);
    expect((await call(agent, 'call-1')).allowed).toBe(false);
    expect((await call(agent, 'call-2')).allowed).toBe(false);
  });

  test('a question that expired while nobody was there is refused', async () => {
    const { approvalId = '' } = await rig.agent.exec('sudo id', { toolCallId: 'call-1' });
    const token = rig.tokens.agent;
    await rig.close();
    const late = {
      now: () => Date.now() + 121_000,
      monotonic: () => performance.now(),
      after: () => ({ cancel() {} }),
    };
    rig = await startRig({ store: kept.address, clock: late });
    expect(await rig.client({ token }).approvals.get(approvalId)).toMatchObject({
      status: 'expired',
      resolvedBy: 'timeout',
    });
    const error = await caught(rig.approver.approvals.resolve(approvalId, { approved: true }));
    expect(error).toMatchObject({ status: 410 });
  });

  test('the log goes on where it ended, under the same key', async () => {
    const { auditId } = await rig.agent.exec('ls');
    const memory: Memory = await watchLog(provenLog(rig));
    await (await restart()).exec('pwd');
    const { state } = await watchLog(provenLog(rig), memory);
    expect(state?.size).toBe(2);
    expect((await rig.admin.audit.events()).events.map(({ id }) => id)).toContain(auditId);
  });

  test('idempotency keys are remembered', async () => {
    const options = { toolCallId: 'call-1', idempotencyKey: 'key-1' };
    const first = await rig.agent.exec('ls', options);
    expect(await (await restart()).exec('ls', options)).toEqual(first);
  });

  test('the admin’s token of before is worth nothing, where a new one was drawn', async () => {
    const { admin: token } = rig.tokens;
    await restart();
    expect(await caught(rig.client({ token }).status())).toMatchObject({ code: 'authentication' });
  });
});

test.each(stores.filter(({ name }) => name === 'sqlite'))(
  'a second gateway on the same file is refused, and the first goes on',
  async (store) => {
    const kept = await store.create();
    const rig = await startRig({ store: kept.address });
    const error = await caught(startRig({ store: kept.address }));
    expect(error).toMatchObject({
      code: 'configuration',
      message: expect.stringContaining('another process has it open'),
    });
    expect((await rig.agent.exec('ls')).allowed).toBe(true);
    await rig.close();
    await kept.remove();
  },
);

test.each(stores.filter(({ name }) => name === 'postgres'))(
  'gateways on one database are one gateway: an approval and a log',
  async (store) => {
    const kept = await store.create();
    const both = { store: kept.address, rampart: { adminToken: 'the-token-of-both' } };
    const [one, two] = [await startRig(both), await startRig(both)];
    const there = two.client({ token: one.tokens.agent, agent: 'agent-7', session: 'session-1', runId: 'run-1' });
    const { approvalId = '' } = await one.agent.exec('sudo id', { toolCallId: 'call-1' });
    const held = one.agent.approvals.wait(approvalId);
    await two.approver.approvals.resolve(approvalId, { approved: true });
    expect(await held).toMatchObject({ status: 'approved' });
    const repeated = [one.agent, there].map((agent) => agent.exec('sudo id', { toolCallId: 'call-1' }));
    expect((await Promise.all(repeated)).filter(({ allowed }) => allowed)).toHaveLength(1);
    await Promise.all(Array.from({ length: 20 }, (_, index) => (index % 2 ? one.agent : there).exec('ls')));
    const lines = await provenLog(one).lines();
    expect(await provenLog(two).lines()).toEqual(lines);
    expect(await verifyChain(lines, { formula: rampartFormula })).toMatchObject({ ok: true, count: lines.length });
    await one.close();
    await two.close();
    await kept.remove();
  },
);
