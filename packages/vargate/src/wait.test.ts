import { describe, expect, it } from 'vitest';
import { FakeGateway } from './fixture/fake-gateway.js';
import { setUp } from './fixture/setup.js';
import { ApprovalTimeoutError, VargateError } from './index.js';

async function pendingOn(wakes: boolean) {
  const known = setUp({}, new FakeGateway({ wakes }));
  const { actionId } = await known.client.callTool('email', 'send', { to: 'you' });
  return { ...known, actionId };
}

describe.each([
  ['wakes whoever waits', true],
  ['has to be asked', false],
])('waitForApproval, at a gateway that %s', (_how, wakes) => {
  it.each(['approved', 'rejected', 'expired'] as const)('ends when the call is %s', async (status) => {
    const { client, gateway, actionId } = await pendingOn(wakes);
    const waiting = client.waitForApproval(actionId);
    gateway.answer(actionId, status);
    expect(await waiting).toMatchObject({
      actionId,
      status,
      tool: 'email',
      method: 'send',
      reviewerEmail: 'alice@example.com',
    });
  });

  it('is bounded', async () => {
    const { client, actionId } = await pendingOn(wakes);
    const error: unknown = await client
      .waitForApproval(actionId, { maxWaitMs: 100 })
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ApprovalTimeoutError);
    expect(error).toBeInstanceOf(VargateError);
    expect(error).toMatchObject({ approvalId: actionId, code: 'approval_timeout' });
  });

  it('can be aborted', async () => {
    const { client, actionId } = await pendingOn(wakes);
    const caller = new AbortController();
    const waiting = client.waitForApproval(actionId, { signal: caller.signal });
    setImmediate(() => caller.abort());
    await expect(waiting).rejects.toMatchObject({ code: 'aborted' });
  });
});

describe('waitForApproval', () => {
  it('has a gateway that can hold its answer, and waits for it that much longer', async () => {
    const { client, gateway, actionId, runtime } = await pendingOn(true);
    gateway.answer(actionId, 'approved');
    await client.waitForApproval(actionId, { timeoutMs: 5_000 });
    expect(gateway.requests.at(-1)?.path).toBe(`/api/approvals/${actionId}?wait=30`);
    expect(runtime.waits).toContain(35_000);
  });

  it('asks at growing intervals where nobody wakes it', async () => {
    const { client, gateway, actionId, runtime } = await pendingOn(false);
    runtime.waits.length = 0;
    await client.waitForApproval(actionId, { maxWaitMs: 20_000 }).catch(() => {});
    const pauses = runtime.waits.filter((ms) => ms < 20_000);
    expect(pauses.slice(0, 3)).toEqual([500, 750, 1125]);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(5_000);
    expect(gateway.requests.at(-1)?.path).toBe('/api/approvals');
  });

  it('does not wait for what the gateway has never heard of', async () => {
    const { client } = await pendingOn(false);
    await expect(client.waitForApproval('another')).rejects.toMatchObject({ code: 'approval_unknown' });
  });
});

describe('sessions.watch', () => {
  const status = (word: string, governed: number) => ({
    session_id: 'vs-1',
    status: word,
    total_governed_calls: governed,
  });

  it('tells each change, until the session is no longer active', async () => {
    const { client, gateway, runtime } = setUp();
    gateway.statuses = [status('active', 0), status('active', 0), status('active', 2), status('completed', 3)];
    const seen: unknown[] = [];
    for await (const each of client.sessions.watch('vs-1', { pollIntervalMs: 700 })) {
      seen.push([each.status, each.totalGovernedCalls]);
    }
    expect(seen).toEqual([
      ['active', 0],
      ['active', 2],
      ['completed', 3],
    ]);
    expect(runtime.waits.filter((ms) => ms === 700)).toHaveLength(3);
  });

  it('ends with its signal, and with the loop', async () => {
    const { client, gateway } = setUp();
    gateway.statuses = [status('active', 0)];
    const caller = new AbortController();
    const watched = async () => {
      for await (const _ of client.sessions.watch('vs-1', { signal: caller.signal })) caller.abort();
    };
    await expect(watched()).rejects.toMatchObject({ code: 'aborted' });
    for await (const _ of client.sessions.watch('vs-1')) break;
    gateway.statuses = [];
    const unknown = async () => {
      for await (const _ of client.sessions.watch('vs-2')) expect.fail('there is none');
    };
    await expect(unknown()).rejects.toMatchObject({ code: 'not_found' });
  });
});
