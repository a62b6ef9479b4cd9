import { ApprovalTimeoutError, PermissionDeniedError } from '@sallyport/core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { caught } from '../support/caught.js';
import { type Rig, startRig } from '../support/rig.js';
import { settings } from '../support/settings.js';

const MINUTE = 60_000;

describe.each(settings)('waiting for a human ($name)', ({ store, clients }) => {
  let rig: Rig;
  let remove: () => Promise<void>;
  beforeAll(async () => {
    const kept = await store.create();
    remove = kept.remove;
    rig = await startRig({ store: kept.address, clients });
  });
  beforeEach(() => rig.dev('reset'));
  afterAll(async () => {
    await rig.close();
    await remove();
  });

  const ask = async (toolCallId: string) => {
    const { approvalId = '', ...rest } = await rig.agent.exec('sudo id', { toolCallId });
    return { approvalId, ...rest };
  };
  const resolve = (id: string, approved = true) =>
    rig.approver.approvals.resolve(id, { approved, resolvedBy: 'alice' });
  /** The id of the only question that waits, as soon as there is one. */
  const pending = async () => {
    const list = async () => (await rig.approver.approvals.list()).approvals;
    await expect.poll(list).toHaveLength(1);
    return (await list())[0]?.id ?? '';
  };

  test('a held call answers with the human’s yes', async () => {
    const held = rig.agent.exec('sudo id', { toolCallId: 'call-1', preferWaitMs: MINUTE }).withResponse();
    await expect.poll(async () => (await rig.approver.approvals.list()).approvals).toHaveLength(1);
    const [pending] = (await rig.approver.approvals.list()).approvals;
    await resolve(pending?.id ?? '');
    const { data, meta } = await held;
    expect(data).toMatchObject({ decision: 'allow', approvalId: pending?.id, approvalScope: 'once' });
    expect([meta.status, meta.headers['preference-applied']]).toEqual([200, 'wait=60']);
    expect((await ask('call-1')).allowed).toBe(false);
  });

  test('a held call answers with the human’s no, and with nobody’s answer', async () => {
    const no = rig.agent.exec('sudo id', { toolCallId: 'call-1', preferWaitMs: MINUTE });
    await expect.poll(async () => (await rig.approver.approvals.list()).approvals).toHaveLength(1);
    const [pending] = (await rig.approver.approvals.list()).approvals;
    await resolve(pending?.id ?? '', false);
    expect(await no).toMatchObject({ decision: 'deny', approvalStatus: 'denied', message: 'denied by alice' });

    const nobody = rig.agent.exec('sudo id', { toolCallId: 'call-2', preferWaitMs: 5 * MINUTE });
    await expect.poll(async () => (await rig.approver.approvals.list()).approvals).toHaveLength(1);
    await rig.dev('clock', { advanceMs: 2 * MINUTE });
    expect(await nobody).toMatchObject({ decision: 'deny', approvalStatus: 'expired' });
  });

  test('a held call that nobody answers in time is still pending', async () => {
    const held = rig.agent.exec('sudo id', { toolCallId: 'call-1', preferWaitMs: 30_000 });
    await expect.poll(async () => (await rig.approver.approvals.list()).approvals).toHaveLength(1);
    await rig.dev('clock', { advanceMs: 30_000 });
    expect(await held).toMatchObject({ decision: 'ask', approvalStatus: 'pending' });
  });

  test('approvals.wait gives up after maxWaitMs, and ends with its signal', async () => {
    const { approvalId } = await ask('call-1');
    expect(await caught(rig.agent.approvals.wait(approvalId, { maxWaitMs: 20 }))).toBeInstanceOf(ApprovalTimeoutError);
    const gone = AbortSignal.abort();
    expect(await caught(rig.agent.approvals.wait(approvalId, { signal: gone }))).toMatchObject({ code: 'aborted' });
  });

  test('an agent may wait for its own approvals alone', async () => {
    const other = await rig.admin.approvals.create({ tool: 'deploy' });
    const error = await caught(rig.agent.approvals.get(other.id));
    expect(error).toBeInstanceOf(PermissionDeniedError);
  });

  test('of many who hold for the same call, one is let through', async () => {
    const options = { toolCallId: 'call-1', preferWaitMs: MINUTE };
    const held = Array.from({ length: 5 }, () => rig.agent.exec('sudo id', options));
    await resolve(await pending());
    const answers = await Promise.all(held);
    expect(answers.filter(({ allowed }) => allowed)).toHaveLength(1);
  });

  test('who hangs up leaves the question behind; the answer is there for the repeated call', async () => {
    const gone = new AbortController();
    const held = rig.agent.exec('sudo id', { toolCallId: 'call-1', preferWaitMs: MINUTE, signal: gone.signal });
    const id = await pending();
    gone.abort();
    expect(await caught(held)).toMatchObject({ code: 'aborted' });
    const hungUp = async () => {
      const { body } = await rig.send('GET', '/__sallyport/journal', { token: rig.tokens.admin });
      return JSON.stringify(body).includes('"status":0');
    };
    await expect.poll(hungUp).toBe(true);
    await resolve(id);
    expect(await ask('call-1')).toMatchObject({ allowed: true, approvalId: id });
  });

  test('settle waits and redeems; a second settle of the same question does not', async () => {
    const governor = rig.agent.asGovernor();
    const decision = await governor.decide({ tool: 'exec', input: { command: 'sudo id' } });
    if (decision.outcome !== 'pending') throw new Error('a human should have been asked');
    const stored = JSON.parse(JSON.stringify(decision));
    const settled = governor.settle(stored);
    await resolve(decision.approvalId);
    expect(await settled).toMatchObject({ outcome: 'allow', reason: 'approved once via Rampart approval' });
    expect(await governor.settle(stored)).toMatchObject({ outcome: 'deny', cause: 'cancelled' });
  });
});
