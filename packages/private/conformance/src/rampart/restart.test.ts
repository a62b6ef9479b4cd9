import type { RampartClient } from '@sallyport/rampart';
import { rampartFormula, verifyChain } from '@sallyport/verify';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { stores, type TestStore } from '../../../../server/src/testing/stores.js';
import { caught } from '../support/caught.js';
import { issue } from '../support/credentials.js';
import { type Memory, provenLog, watchLog } from '../support/log.js';
import { type Rig, type RigOptions, startRig } from '../support/rig.js';

const durable = stores.filter((store) => store.durable);

describe.each(durable)('after a restart ($name)', (store) => {
  let kept: TestStore;
  let rig: Rig;
  let token: string;
  let agent: RampartClient;
  const start = async (options: RigOptions = {}) => {
    rig = await startRig({ store: kept.address, ...options });
    token ||= (await issue({ url: rig.url, adminToken: rig.tokens.admin })).token;
    agent = rig.client({ token, agent: 'agent-7', session: 'session-1', runId: 'run-1' });
  };
  beforeEach(async () => {
    kept = await store.create();
    token = '';
    await start();
  });
  afterEach(async () => {
    await rig.close();
    await kept.remove();
  });

  /** Ends the gateway, and starts it again on what it left. */
  const restart = async () => {
    await rig.close();
    await start();
  };

  test('a question is still pending, is joined by its call, and can be answered and redeemed', async () => {
    const asked = await agent.exec('sudo id', { toolCallId: 'call-1' });
    await restart();
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
    const call = (toolCallId: string) => agent.exec('sudo id', { toolCallId });
    for (const toolCallId of ['call-1', 'call-2']) {
      const { approvalId = '' } = await call(toolCallId);
      await rig.approver.approvals.resolve(approvalId, { approved: true });
    }
    expect((await call('call-2')).allowed).toBe(true);
    await restart();
    expect((await call('call-1')).allowed).toBe(true);
    expect((await call('call-1')).allowed).toBe(false);
    expect((await call('call-2')).allowed).toBe(false);
  });

  test('a question that expired while nobody was there is refused', async () => {
    const { approvalId = '' } = await agent.exec('sudo id', { toolCallId: 'call-1' });
    await rig.close();
    const after = () => ({ cancel() {} });
    await start({ clock: { now: () => Date.now() + 121_000, monotonic: () => performance.now(), after } });
    expect(await agent.approvals.get(approvalId)).toMatchObject({ status: 'expired', resolvedBy: 'timeout' });
    const error = await caught(rig.approver.approvals.resolve(approvalId, { approved: true }));
    expect(error).toMatchObject({ status: 410 });
  });

  test('the log goes on where it ended, under the same key', async () => {
    const { auditId } = await agent.exec('ls');
    const memory: Memory = await watchLog(provenLog(rig));
    await restart();
    await agent.exec('pwd');
    const { state } = await watchLog(provenLog(rig), memory);
    expect(state?.size).toBe(2);
    expect((await rig.admin.audit.events()).events.map(({ id }) => id)).toContain(auditId);
  });

  test('idempotency keys are remembered', async () => {
    const options = { toolCallId: 'call-1', idempotencyKey: 'key-1' };
    const first = await agent.exec('ls', options);
    await restart();
    expect(await agent.exec('ls', options)).toEqual(first);
  });

  test('credentials that were made stay, and so do those of development', async () => {
    const before = rig.tokens;
    await restart();
    expect((await agent.exec('ls')).allowed).toBe(true);
    expect(rig.tokens).toEqual(before);
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
    const { token } = await issue({ url: two.url, adminToken: two.tokens.admin });
    const same = { token, agent: 'agent-7', session: 'session-1', runId: 'run-1' };
    const [here, there] = [one.client(same), two.client(same)];
    const { approvalId = '' } = await here.exec('sudo id', { toolCallId: 'call-1' });
    const held = here.approvals.wait(approvalId);
    await two.approver.approvals.resolve(approvalId, { approved: true });
    expect(await held).toMatchObject({ status: 'approved' });
    const repeated = [here, there].map((agent) => agent.exec('sudo id', { toolCallId: 'call-1' }));
    expect((await Promise.all(repeated)).filter(({ allowed }) => allowed)).toHaveLength(1);
    await Promise.all(Array.from({ length: 20 }, (_, index) => (index % 2 ? here : there).exec('ls')));
    const lines = await provenLog(one).lines();
    expect(await provenLog(two).lines()).toEqual(lines);
    expect(await verifyChain(lines, { formula: rampartFormula })).toMatchObject({ ok: true, count: lines.length });
    await one.close();
    await two.close();
    await kept.remove();
  },
);
