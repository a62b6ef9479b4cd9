import { govern } from '@sallyport/core';
import { type GovernorHarness, testGovernor } from '@sallyport/core/testing';
import { describe, expect, it } from 'vitest';
import { FakeGateway } from './fixture/fake-gateway.js';
import { answering, setUp } from './fixture/setup.js';

const pendingAction = { tool: 'email', operation: 'send', input: { to: 'you', body: 'hello' } };

function makeHarness(wakes: boolean, tool = 'email'): GovernorHarness {
  const { gateway, client } = setUp({}, new FakeGateway({ wakes }));
  const governor = client.asGovernor();
  return {
    governor,
    actions: {
      allow: { tool: 'http', operation: 'GET', input: { url: 'https://api.example.com/data' } },
      deny: { tool: 'disk', operation: 'wipe', input: {} },
      pending: { ...pendingAction, tool },
      executed: { tool: 'stripe', operation: 'create_charge', input: { amount: 5 } },
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

describe('as a governor, at a gateway that wakes whoever waits', () => {
  testGovernor(() => makeHarness(true), { describe, it });
});

describe('as a governor, at a gateway that has to be asked', () => {
  testGovernor(() => makeHarness(false), { describe, it });
});

describe('asGovernor', () => {
  it('maps tool and operation to tool and method, resource and input to params, and names the agent', async () => {
    const { gateway, client } = setUp();
    const action = { tool: 'http', operation: 'GET', resource: 'r1', input: { url: 'x' }, agent: 'other-agent' };
    await client.asGovernor().decide(action);
    await client.asGovernor().decide({ tool: 'http', input: {} });
    expect(gateway.requests.map(({ body }) => body)).toEqual([
      expect.objectContaining({
        agent_id: 'other-agent',
        tool: 'http',
        method: 'GET',
        params: { resource: 'r1', url: 'x' },
      }),
      expect.objectContaining({ agent_id: 'my-agent-v1', method: 'execute', params: {} }),
    ]);
  });

  it('takes a map of your own', async () => {
    const { gateway, client } = setUp();
    const governor = client.asGovernor({ map: ({ tool, input }) => ({ tool: 'http', method: tool, params: input }) });
    await governor.decide({ tool: 'fetch_page', input: { url: 'x' } });
    expect(gateway.requests[0]?.body).toMatchObject({ tool: 'http', method: 'fetch_page' });
  });

  it('refuses a name that the gateway could not read, before it asks', async () => {
    const { gateway, client } = setUp();
    const decided = client.asGovernor().decide({ tool: 'Billing Specialist', input: {} });
    await expect(decided).rejects.toMatchObject({ code: 'configuration' });
    expect(gateway.requests).toEqual([]);
  });

  it('says which rules a refusal is about', async () => {
    const { client } = setUp();
    const decision = await client.asGovernor().decide({ tool: 'disk', operation: 'wipe', input: {} });
    expect(decision).toMatchObject({ outcome: 'deny', cause: 'policy', reason: 'no_credential_registered_for_tool' });
  });

  it('hands over the result of a brokered call, and runs nothing', async () => {
    const { client } = setUp();
    const run = () => expect.fail('it must not run twice');
    const governed = await client.govern({ tool: 'stripe', operation: 'create_charge', input: {} }, run);
    expect(governed).toMatchObject({ source: 'gateway', output: { charged: true } });
  });

  it('does not take a 403 about the key for a refusal by policy', async () => {
    const { client } = answering(() => Response.json({ detail: 'Dashboard is not public' }, { status: 403 }));
    const decided = client.asGovernor().decide({ tool: 'http', operation: 'GET', input: {} });
    await expect(decided).rejects.toMatchObject({ code: 'permission_denied' });
  });
});

describe.each([
  ['wakes whoever waits', true],
  ['has to be asked', false],
])('a call that was approved, at a gateway that %s', (_how, wakes) => {
  async function pendingOn(tool: string) {
    const { gateway, client } = setUp({}, new FakeGateway({ wakes }));
    const governor = client.asGovernor();
    const decision = await governor.decide({ ...pendingAction, tool });
    if (decision.outcome !== 'pending') throw new Error(`is ${decision.outcome}`);
    return { gateway, governor, decision };
  }

  it('is not run again when the gateway has carried it out', async () => {
    const { gateway, governor, decision } = await pendingOn('gmail');
    gateway.answer(decision.approvalId, 'approved');
    const settled = await governor.settle(decision);
    expect(settled).toMatchObject({ outcome: 'allow', execution: { by: 'gateway', result: { sent: true } } });
  });

  it('is run by the agent where the gateway leaves it to the agent', async () => {
    const { gateway, governor, decision } = await pendingOn('email');
    gateway.answer(decision.approvalId, 'approved');
    const answered = {
      ...governor,
      name: governor.name,
      decide: async () => decision,
      settle: governor.settle.bind(governor),
    };
    const { output, source } = await govern(answered, decision.action, ({ to }) => `sent to ${String(to)}`);
    expect([output, source]).toEqual(['sent to you', 'run']);
  });

  it('is refused when the approval is for another call', async () => {
    const { gateway, governor, decision } = await pendingOn('email');
    gateway.answer(decision.approvalId, 'approved');
    const other = { ...decision, action: { ...decision.action, tool: 'gmail' } };
    expect(await governor.settle(other)).toMatchObject({ outcome: 'deny', cause: 'cancelled' });
  });

  it('says why a human refused', async () => {
    const { gateway, governor, decision } = await pendingOn('email');
    gateway.answer(decision.approvalId, 'rejected');
    expect(await governor.settle(decision)).toMatchObject({
      cause: 'rejected',
      reason: 'rejected by alice@example.com',
      approvalId: decision.approvalId,
    });
  });

  it('is refused when nobody answers in its hour', async () => {
    const { governor, decision } = await pendingOn('email');
    const soon = { ...decision, expiresAt: '2026-11-21T10:00:00Z' };
    expect(await governor.settle(soon)).toMatchObject({ outcome: 'deny', cause: 'expired' });
  });
});

describe('a gateway that has to be asked', () => {
  it('is not believed to have left a call to the agent before its audit log says so', async () => {
    const { gateway, client } = setUp();
    const governor = client.asGovernor();
    const decision = await governor.decide({ ...pendingAction, tool: 'gmail' });
    if (decision.outcome !== 'pending') throw new Error(`is ${decision.outcome}`);
    gateway.answer(decision.approvalId, 'approved');
    const written = gateway.log.records.splice(-1);
    const settled = governor.settle(decision);
    const settling = await Promise.race([settled, new Promise((resolve) => setImmediate(() => resolve('waiting')))]);
    expect(settling).toBe('waiting');
    gateway.log.records.push(...written);
    expect(await settled).toMatchObject({ outcome: 'allow', execution: { by: 'gateway' } });
  });

  it('that has forgotten an approval refuses it', async () => {
    const { client } = setUp();
    const governor = client.asGovernor();
    const decision = await governor.decide(pendingAction);
    if (decision.outcome !== 'pending') throw new Error(`is ${decision.outcome}`);
    expect(await governor.settle({ ...decision, approvalId: 'another' })).toMatchObject({ cause: 'cancelled' });
  });
});
