import * as core from '@sallyport/core';
import { describe, expect, it } from 'vitest';
import { AegisError, GovernanceError } from './errors.js';
import { FakeGateway } from './fixture/fake-gateway.js';
import { proposalOf, setUp } from './fixture/setup.js';

const caught = (work: Promise<unknown>): Promise<unknown> => work.catch((error: unknown) => error);

describe('confirmation', () => {
  it('asks the user, and resubmits with the token under a new request id', async () => {
    const { gateway, client } = setUp();
    const asked: string[] = [];
    const decision = await client.proposeWithConfirmation(proposalOf('shell.exec'), async ({ reason }) => {
      asked.push(reason);
      return true;
    });
    expect([decision.outcome, asked]).toEqual(['ALLOW', ['Human confirmation required.']]);
    const [first, second] = gateway.requests.map(({ body }) => Object(body));
    expect(second).toEqual({ ...first, request_id: 'id-3', confirmation_token: 'cft_1' });
  });

  it('asks nobody about other outcomes, and resubmits nothing after a no', async () => {
    const { gateway, client } = setUp();
    const never = () => {
      throw new Error('nobody was to be asked');
    };
    expect((await client.proposeWithConfirmation(proposalOf('file.write'), never)).outcome).toBe('DENY');
    const refused = await client.proposeWithConfirmation(proposalOf('shell.exec'), () => false);
    expect(refused.outcome).toBe('REQUIRE_CONFIRMATION');
    expect(gateway.requests).toHaveLength(2);
  });

  it('takes nothing but true for a yes', async () => {
    const { gateway, client } = setUp();
    const call = { target: client.proposeWithConfirmation, args: [proposalOf('shell.exec'), () => 'yes'] };
    expect(await Reflect.apply(call.target, client, call.args)).toMatchObject({ outcome: 'REQUIRE_CONFIRMATION' });
    expect(gateway.requests).toHaveLength(1);
  });

  it('can be used once, and for the same parameters alone', async () => {
    const { client } = setUp();
    const proposal = proposalOf('shell.exec');
    const decision = await client.propose(proposal);
    const other = { ...proposal, action: { capability: 'shell.exec', parameters: { path: '/etc' } } };
    expect(await caught(client.confirm(decision, other))).toMatchObject({ errorCode: 'AEGIS-CNF-003' });
    expect((await client.confirm(decision, proposal)).outcome).toBe('ALLOW');
    const again = await caught(client.confirm(decision, proposal));
    expect(again).toBeInstanceOf(GovernanceError);
    expect(again).toMatchObject({ errorCode: 'AEGIS-CNF-001' });
  });

  it('needs a token', async () => {
    const { client } = setUp();
    const decision = await client.propose(proposalOf('file.write'));
    const error = await caught(client.confirm(decision, proposalOf('file.write')));
    for (const type of [AegisError, core.ConfigurationError]) expect(error).toBeInstanceOf(type);
  });
});

describe('escalation', () => {
  it('is waited for, and what was approved is resubmitted', async () => {
    const { gateway, client } = setUp();
    const proposal = proposalOf('network.fetch');
    const decision = await client.propose(proposal);
    const waiting = client.waitForEscalation(decision);
    gateway.answer('esc_1', 'approved');
    const escalation = await waiting;
    expect(escalation).toMatchObject({ escalationId: 'esc_1', status: 'approved', confirmationToken: 'cft_1' });
    expect((await client.confirm(escalation, proposal)).outcome).toBe('ALLOW');
  });

  it.each(['denied', 'expired'] as const)('that was %s is an answer', async (status) => {
    const { gateway, client } = setUp();
    const decision = await client.propose(proposalOf('network.fetch'));
    gateway.answer('esc_1', status);
    expect((await client.waitForEscalation(decision)).status).toBe(status);
  });

  it('is asked for at intervals', async () => {
    const { gateway, client } = setUp();
    const decision = await client.propose(proposalOf('network.fetch'));
    const waiting = client.waitForEscalation(decision, { pollIntervalMs: 500 });
    setTimeout(() => gateway.answer('esc_1', 'denied'), 12);
    await waiting;
    const asked = gateway.requests.filter(({ path }) => path.endsWith('/escalations/esc_1'));
    expect(asked.length).toBeGreaterThan(1);
    expect(asked[0]?.search).toBe('');
  });

  it('is held by a server that announces approval-wait', async () => {
    const { gateway, client } = setUp({}, new FakeGateway('approval-wait'));
    const decision = await client.propose(proposalOf('network.fetch'));
    gateway.answer('esc_1', 'denied');
    await client.waitForEscalation(decision);
    expect(gateway.requests.at(-1)).toMatchObject({ path: '/api/v1/governance/escalations/esc_1', search: '?wait=30' });
  });

  it('that nobody answers in time is an ApprovalTimeoutError', async () => {
    const { client } = setUp();
    const decision = await client.propose(proposalOf('network.fetch'));
    const error = await caught(client.waitForEscalation(decision, { maxWaitMs: 1_000 }));
    for (const type of [AegisError, core.ApprovalTimeoutError]) expect(error).toBeInstanceOf(type);
    expect(error).toMatchObject({ approvalId: 'esc_1' });
  });

  it('ends with the caller’s signal', async () => {
    const { client } = setUp();
    const caller = new AbortController();
    const waiting = client.waitForEscalation('esc_none', { signal: caller.signal });
    caller.abort();
    expect(await caught(waiting)).toBeInstanceOf(core.AbortedError);
  });

  it('cannot be waited for where there is none', async () => {
    const decision = await setUp().client.propose(proposalOf('file.read'));
    expect(await caught(setUp().client.waitForEscalation(decision))).toMatchObject({ code: 'configuration' });
  });
});
