import { type PendingDecision, type ProposedAction, TimeoutError } from '@sallyport/core';
import { type GovernorHarness, testGovernor } from '@sallyport/core/testing';
import { describe, expect, it } from 'vitest';
import { FakeGateway } from './fixture/fake-gateway.js';
import { setUp } from './fixture/setup.js';
import type { AegisGovernorOptions } from './governed-action.js';

const ACTOR = { id: 'agent-001', type: 'ai-agent' } as const;
const FEATURES = 'idempotency, outcomes';

const actions = {
  allow: { tool: 'file', operation: 'read', input: { path: '/data/x' } },
  deny: { tool: 'file', operation: 'write', input: { path: '/data/x' } },
  pending: { tool: 'network', operation: 'fetch', input: { url: 'https://x.test' } },
};
const confirming = { tool: 'shell', operation: 'exec', input: { command: 'ls' } };

function withOperator(features: string): GovernorHarness {
  const { gateway, client } = setUp({ retries: 0 }, new FakeGateway(features));
  const governor = client.asGovernor({ actor: ACTOR });
  return {
    governor,
    actions,
    approve: ({ approvalId }) => gateway.answer(approvalId, 'approved'),
    reject: ({ approvalId }) => gateway.answer(approvalId, 'denied'),
    expire: ({ approvalId }) => gateway.answer(approvalId, 'expired'),
    broken(fault) {
      gateway.fault = fault;
      return governor;
    },
    close: () => client.close(),
  };
}

/** A user who answers each decision once they are told what to say. */
class User {
  readonly #answers = new Map<string, boolean>();
  readonly #waiting = new Map<string, (answer: boolean) => void>();

  readonly confirm = ({ decisionId }: { readonly decisionId: string }): Promise<boolean> => {
    const known = this.#answers.get(decisionId);
    if (known !== undefined) return Promise.resolve(known);
    return new Promise((resolve) => this.#waiting.set(decisionId, resolve));
  };

  say({ approvalId }: PendingDecision, answer: boolean): void {
    this.#answers.set(approvalId, answer);
    this.#waiting.get(approvalId)?.(answer);
  }
}

function withUser(): GovernorHarness {
  const { gateway, client } = setUp({ retries: 0 });
  const user = new User();
  const governor = client.asGovernor({ actor: ACTOR, confirm: user.confirm });
  const base = withOperator('');
  return {
    ...base,
    governor: {
      name: governor.name,
      decide: (...args) => governor.decide(...args),
      // The suite's approval expires at once: what is left of the wait is a moment.
      settle: (pending, options) => governor.settle(pending, { maxWaitMs: 20_000, ...options }),
    },
    actions: { ...actions, pending: confirming },
    approve: (pending) => user.say(pending, true),
    reject: (pending) => user.say(pending, false),
    expire: () => {},
    broken(fault) {
      gateway.fault = fault;
      return governor;
    },
    close: () => client.close(),
  };
}

describe('as a governor that waits for an operator', () => {
  testGovernor(() => withOperator(FEATURES), { describe, it });
});

describe('as a governor at a gateway without our extensions', () => {
  testGovernor(() => withOperator(''), { describe, it });
});

describe('as a governor that asks the user', () => {
  testGovernor(withUser, { describe, it });
});

async function pendingOn(action: ProposedAction, options: AegisGovernorOptions = {}, features = '') {
  const { gateway, client } = setUp({}, new FakeGateway(features));
  const governor = client.asGovernor({ actor: ACTOR, ...options });
  const decision = await governor.decide(action);
  if (decision.outcome !== 'pending') throw new Error('expected a question');
  return { gateway, client, governor, decision };
}

describe('asGovernor', () => {
  it('maps tool and operation to the capability, input to its parameters, ids to its context', async () => {
    const { gateway, client } = setUp();
    const action = { tool: 'database', operation: 'query', resource: 'users', input: { sql: 'SELECT 1' } };
    const ids = { agent: 'agent-7', session: 's1', runId: 'r', callId: 'c' };
    await client.asGovernor().decide({ ...action, ...ids, context: { team: 'x' } });
    expect(gateway.requests[0]?.body).toEqual({
      actor: { id: 'agent-7', type: 'ai-agent' },
      action: { capability: 'database.query', parameters: { sql: 'SELECT 1' }, resource: 'users' },
      context: { session_id: 's1', metadata: { team: 'x', run_id: 'r', call_id: 'c' } },
      request_id: 'id-1',
    });
  });

  it('takes an actor and a map of your own', async () => {
    const { gateway, client } = setUp();
    const actor = { id: 'cron', type: 'automation' } as const;
    await client.asGovernor({ actor }).decide(actions.allow);
    const map = () => ({ actor, action: { capability: 'file.read' } });
    await client.asGovernor({ map }).decide(actions.deny);
    expect(gateway.requests.map(({ body }) => body)).toMatchObject([
      { actor, action: { capability: 'file.read' } },
      { actor, action: { capability: 'file.read', parameters: {} } },
    ]);
  });

  it('never shows the token as the id of an approval', async () => {
    const { decision } = await pendingOn(confirming);
    expect(decision.approvalId).toBe('dec_1');
    expect(decision.expiresAt).toBe('2026-11-21T10:05:00.000Z');
  });
});

describe('settle', () => {
  it('never resubmits by itself: without a callback and an operator the call expires', async () => {
    const { gateway, governor, decision } = await pendingOn(confirming);
    expect(await governor.settle(decision)).toMatchObject({ outcome: 'deny', cause: 'expired' });
    expect(gateway.requests).toHaveLength(1);
  });

  it('shows the user the decision, also after it was stored as JSON', async () => {
    const shown: unknown[] = [];
    const confirm: AegisGovernorOptions['confirm'] = (decision) => {
      shown.push([decision.decision_id, decision.reason]);
      return true;
    };
    const { gateway, governor, decision } = await pendingOn(confirming, { confirm });
    const stored: PendingDecision = JSON.parse(JSON.stringify(decision));
    expect(await governor.settle(stored)).toMatchObject({ outcome: 'allow', reason: 'Confirmed.' });
    expect(shown).toEqual([['dec_1', 'Human confirmation required.']]);
    expect(gateway.requests[1]?.body).toMatchObject({ confirmation_token: 'cft_1' });
  });

  it('does not ask the user about what an operator has to decide', async () => {
    const confirm = () => {
      throw new Error('not the user');
    };
    const { gateway, governor, decision } = await pendingOn(actions.pending, { confirm });
    gateway.answer(decision.approvalId, 'denied');
    expect(await governor.settle(decision)).toMatchObject({ cause: 'rejected', reason: 'denied by alice' });
  });

  it('takes what a user answers too late for nothing', async () => {
    let answer: (yes: boolean) => void = () => {};
    const confirm = () => new Promise<boolean>((resolve) => (answer = resolve));
    const { gateway, governor, decision } = await pendingOn(confirming, { confirm });
    expect(await governor.settle(decision, { maxWaitMs: 100 })).toMatchObject({ cause: 'expired' });
    answer(true);
    await new Promise((resolve) => setImmediate(resolve));
    expect(gateway.requests).toHaveLength(1);
  });

  it('hands on what the callback throws', async () => {
    const failure = new TypeError('no terminal');
    const { governor, decision } = await pendingOn(confirming, { confirm: () => Promise.reject(failure) });
    await expect(governor.settle(decision)).rejects.toBe(failure);
  });

  it('takes a confirmation that was used before for a refusal', async () => {
    const { governor, decision } = await pendingOn(confirming, { confirm: () => true });
    await governor.settle(decision);
    expect(await governor.settle(decision)).toMatchObject({ outcome: 'deny', cause: 'cancelled' });
  });

  it('refuses a pending decision that is not its own', async () => {
    const { governor, decision } = await pendingOn(confirming);
    await expect(governor.settle({ ...decision, native: null })).rejects.toMatchObject({ code: 'response' });
  });
});

describe('report', () => {
  async function reportOn(features: string) {
    const { gateway, client } = setUp({}, new FakeGateway(features));
    const governor = client.asGovernor({ actor: ACTOR });
    const decision = await governor.decide(actions.allow);
    if (decision.outcome !== 'allow') throw new Error('expected permission');
    return { gateway, report: governor.report.bind(governor, decision) };
  }

  it('goes to a server that announces outcomes, under the id of the decision', async () => {
    const { gateway, report } = await reportOn(FEATURES);
    expect(await report({ status: 'ok', output: 'rows', durationMs: 12.6 })).toEqual({
      output: 'rows',
      redacted: false,
      reportId: 'aud_9',
    });
    await report({ status: 'error', error: 'e'.repeat(1_000) });
    expect(gateway.requests.slice(1)).toMatchObject([
      {
        path: '/api/v1/governance/decisions/dec_1/execution',
        body: { status: 'completed', duration_ms: 13, completed_at: '2026-11-21T10:00:00.000Z' },
      },
      { body: { status: 'failed', result_summary: 'e'.repeat(500) } },
    ]);
  });

  it('goes to no other server', async () => {
    const { gateway, report } = await reportOn('');
    await report({ status: 'ok', output: 'rows' });
    expect(gateway.requests).toHaveLength(1);
  });
});

describe('govern', () => {
  it('runs nothing when the gateway is too slow', async () => {
    const { gateway, client } = setUp({ retries: 0 });
    gateway.fault = 'slow';
    const governed = client.govern(actions.allow, () => 'ran', { timeoutMs: 500 });
    await expect(governed).rejects.toBeInstanceOf(TimeoutError);
  });
});
