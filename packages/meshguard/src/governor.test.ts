import { type GovernorHarness, testGovernor } from '@sallyport/core/testing';
import { describe, expect, it } from 'vitest';
import { FakeGateway } from './fixture/fake-gateway.js';
import { answering, setUp } from './fixture/setup.js';

const pendingAction = { tool: 'email', operation: 'send', input: { to: 'you', body: 'hello' } };

function makeHarness(says: boolean): GovernorHarness {
  const { gateway, client } = setUp({}, new FakeGateway(says));
  const governor = client.asGovernor();
  return {
    governor,
    actions: {
      allow: { tool: 'contacts', operation: 'read', input: { id: 17 } },
      deny: { tool: 'contacts', operation: 'delete', input: { id: 17 } },
      pending: pendingAction,
    },
    approve: ({ approvalId }) => gateway.answer(approvalId, 'approved'),
    reject: ({ approvalId }) => gateway.answer(approvalId, 'rejected'),
    expire: ({ approvalId }) => gateway.answer(approvalId, 'expired'),
    broken(fault) {
      gateway.fault = fault;
      return governor;
    },
    close: () => client.close(),
  };
}

describe('as a governor, at a gateway that says what became of an approval', () => {
  testGovernor(() => makeHarness(true), { describe, it });
});

describe('as a governor, at a gateway that opens another approval instead', () => {
  testGovernor(() => makeHarness(false), { describe, it });
});

const meta = (headers: Headers | undefined): unknown => JSON.parse(headers?.get('x-meshguard-meta') ?? 'null');

describe('asGovernor', () => {
  it('maps operation and tool to the action, and lets policies look at input, context and ids', async () => {
    const { gateway, client } = setUp();
    const action = { tool: 'contacts', operation: 'read', resource: 'customer/17', input: { id: 17 } };
    const ids = { agent: 'a', session: 's', runId: 'r', callId: 'c' };
    const decision = await client.asGovernor().decide({ ...action, ...ids, context: { team: 'sales' } });
    const [sent] = gateway.requests;
    expect(sent?.headers.get('x-meshguard-action')).toBe('read:contacts');
    expect(sent?.headers.get('x-meshguard-resource')).toBe('customer/17');
    expect(meta(sent?.headers)).toEqual({ ...ids, team: 'sales', id: 17 });
    expect(decision).toMatchObject({ outcome: 'allow', decisionId: 'trace-1', native: { policy: 'fake' } });
  });

  it('names an action without operation "execute", and encodes what no action can hold', async () => {
    const { gateway, client } = setUp();
    await client.asGovernor().decide({ tool: 'Billing Specialist, über', input: {} });
    expect(gateway.requests[0]?.headers.get('x-meshguard-action')).toBe('execute:Billing%20Specialist%2C%20%C3%BCber');
  });

  it('sends the digest of what is long, so that an approval is about this very call', async () => {
    const { gateway, client } = setUp();
    const decide = (body: string) =>
      client.asGovernor().decide({ ...pendingAction, input: { body }, callId: 'c', runId: 'r' });
    const first = await decide('x'.repeat(100_000));
    const other = await decide(`${'x'.repeat(99_999)}y`);
    expect(meta(gateway.requests[0]?.headers)).toMatchObject({
      body: { length: 100_002, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
    });
    expect(first).toMatchObject({ outcome: 'pending', approvalId: 'approval-1' });
    expect(other).toMatchObject({ outcome: 'pending', approvalId: 'approval-2' });
  });

  it('says when a call that cools off may be made again', async () => {
    const body = { message: 'Action requires 2s cooling-off period', pendingId: 'pdact_1', waitMs: 1_500 };
    const { client } = answering(() => Response.json(body, { status: 403 }));
    const decision = await client.asGovernor().decide(pendingAction);
    expect(decision).toMatchObject({ outcome: 'deny', cause: 'policy', suggestions: ['Ask again in 2 s.'] });
  });

  it('takes a map of your own', async () => {
    const { gateway, client } = setUp();
    await client.asGovernor({ map: ({ tool }) => ({ action: `read:${tool}`, resource: 'r' }) }).decide(pendingAction);
    expect(gateway.requests[0]?.headers.get('x-meshguard-action')).toBe('read:email');
    expect(gateway.requests[0]?.headers.has('x-meshguard-meta')).toBe(false);
  });
});

describe('settle', () => {
  async function pendingOn(says = true) {
    const { gateway, client } = setUp({}, new FakeGateway(says));
    const governor = client.asGovernor();
    const decision = await governor.decide(pendingAction);
    if (decision.outcome !== 'pending') throw new Error('expected a question');
    return { gateway, governor, decision };
  }

  it('repeats the identical call, and lets a gateway that can hold its answer', async () => {
    const { gateway, governor, decision } = await pendingOn();
    gateway.answer(decision.approvalId, 'approved');
    expect(await governor.settle(decision)).toMatchObject({ outcome: 'allow' });
    const [first, second] = gateway.requests.map(({ headers }) => headers);
    for (const name of ['x-meshguard-action', 'x-meshguard-meta', 'x-meshguard-resource']) {
      expect(second?.get(name)).toBe(first?.get(name));
    }
    expect([first?.get('prefer'), second?.get('prefer')]).toEqual([null, 'wait=30']);
  });

  it('takes a new approval id for a refusal', async () => {
    const { gateway, governor, decision } = await pendingOn(false);
    gateway.answer(decision.approvalId, 'rejected');
    expect(await governor.settle(decision)).toMatchObject({ outcome: 'deny', cause: 'rejected' });
  });

  it('takes an approval that was used before for a refusal', async () => {
    const { gateway, governor, decision } = await pendingOn();
    gateway.answer(decision.approvalId, 'approved');
    await governor.settle(decision);
    expect(await governor.settle(decision)).toMatchObject({ outcome: 'deny' });
  });

  it('says why a human refused', async () => {
    const { gateway, governor, decision } = await pendingOn();
    gateway.answer(decision.approvalId, 'rejected');
    expect(await governor.settle(decision)).toMatchObject({ cause: 'rejected', reason: 'rejected by alice' });
  });

  it('waits no longer than the approval lives, with some grace', async () => {
    const { governor, decision } = await pendingOn();
    const soon = { ...decision, expiresAt: '2026-11-21T10:00:00Z' };
    expect(await governor.settle(soon)).toMatchObject({ outcome: 'deny', cause: 'expired' });
  });
});
