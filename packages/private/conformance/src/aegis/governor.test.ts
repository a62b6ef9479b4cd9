import { AegisClient } from '@sallyport/aegis';
import type { Governor, PendingDecision, ProposedAction } from '@sallyport/core';
import { type GatewayFault, type GovernorHarness, testGovernor } from '@sallyport/core/testing';
import { describe, expect, it } from 'vitest';
import { type AegisRig, startAegis } from '../support/aegis.js';

const ACTOR = { id: 'demo-agent', type: 'ai-agent' } as const;
const LIMITS = { retries: 0, timeoutMs: 1_000 };

const allow = { tool: 'file', operation: 'read', input: { path: '/data/x' } };
const deny = { tool: 'file', operation: 'write', input: { path: '/data/x' } };
const escalated = { tool: 'network', operation: 'fetch', input: { url: 'https://example.test/' } };
const confirmed = { tool: 'shell', operation: 'exec', input: { command: 'make' } };

const FAULTS: Readonly<Record<GatewayFault, object>> = {
  down: { effect: 'reset' },
  slow: { effect: 'stall' },
  'unknown-verdict': {
    effect: 'status',
    status: 418,
    body: { decision_id: 'dec_1', outcome: 'PERHAPS', reason: '', risk_score: 0, constraints: {} },
  },
};

async function breakWith(rig: AegisRig, fault: GatewayFault, governor: Governor): Promise<Governor> {
  await rig.dev('faults', { faults: [FAULTS[fault]] });
  return governor;
}

/** The governor against the real gateway, its operator and its clock. */
async function withOperator(): Promise<GovernorHarness> {
  const rig = await startAegis({ clients: LIMITS });
  const governor = rig.agent.asGovernor({ actor: ACTOR });
  const answer = async ({ approvalId }: PendingDecision, decision: 'approve' | 'deny') => {
    await rig.operator.escalations.respond(approvalId, { decision, operatorId: 'alice' });
  };
  return {
    governor,
    actions: { allow, deny, pending: escalated },
    approve: (pending) => answer(pending, 'approve'),
    reject: (pending) => answer(pending, 'deny'),
    async expire() {
      await rig.dev('clock', { advanceMs: 3_601_000 });
    },
    broken: (fault) => breakWith(rig, fault, governor),
    async close() {
      await rig.dev('faults', { faults: [] });
      await rig.close();
    },
  };
}

/** A user who answers each question once they know what to say. */
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

/** The governor with a callback that asks the user. */
async function withUser(): Promise<GovernorHarness> {
  const rig = await startAegis({ clients: LIMITS });
  const user = new User();
  const governor = rig.agent.asGovernor({ actor: ACTOR, confirm: user.confirm });
  return {
    governor,
    actions: { allow, deny, pending: confirmed },
    approve: (pending) => user.say(pending, true),
    reject: (pending) => user.say(pending, false),
    async expire(pending) {
      await rig.dev('clock', { advanceMs: 301_000 });
      // The user does answer, and the gateway has stopped waiting.
      user.say(pending, true);
    },
    broken: (fault) => breakWith(rig, fault, governor),
    async close() {
      await rig.dev('faults', { faults: [] });
      await rig.close();
    },
  };
}

describe('as a governor that waits for an operator', () => {
  testGovernor(withOperator, { describe, it });
});

describe('as a governor that asks the user', () => {
  testGovernor(withUser, { describe, it });
});

describe('as a governor with neither', () => {
  const governed = async (run: (rig: AegisRig, governor: Governor) => Promise<void>) => {
    const rig = await startAegis({ clients: LIMITS });
    try {
      await run(rig, rig.agent.asGovernor({ actor: ACTOR }));
    } finally {
      await rig.close();
    }
  };
  const pendingOn = async (governor: Governor, action: ProposedAction): Promise<PendingDecision> => {
    const decision = await governor.decide(action);
    if (decision.outcome !== 'pending') throw new Error(`expected a question, and not ${decision.outcome}`);
    return decision;
  };

  it('takes a question to the user for an expired one, and resubmits nothing', () =>
    governed(async (rig, governor) => {
      const pending = await pendingOn(governor, confirmed);
      expect(await governor.settle(pending)).toMatchObject({ outcome: 'deny', cause: 'expired' });
      expect((await rig.operator.audit.log({ outcome: 'ALLOW' })).total).toBe(0);
    }));

  it('takes an escalation that nobody answers in time for a refusal', () =>
    governed(async (_rig, governor) => {
      const pending = await pendingOn(governor, escalated);
      expect(await governor.settle(pending, { maxWaitMs: 50 })).toMatchObject({ outcome: 'deny', cause: 'expired' });
    }));

  it('runs nothing that is not allowed, and reports what ran', () =>
    governed(async (rig) => {
      const client = new AegisClient({ endpoint: rig.url, apiKey: rig.tokens.agent, ...LIMITS });
      const ran: string[] = [];
      const action = { ...allow, agent: 'demo-agent' };
      const { output } = await client.govern(action, () => ran.push('read'));
      await expect(client.govern({ ...deny, agent: 'demo-agent' }, () => ran.push('write'))).rejects.toMatchObject({
        code: 'policy_denied',
      });
      const asked = client.govern({ ...confirmed, agent: 'demo-agent' }, () => ran.push('exec'), {
        onPending: 'throw',
      });
      await expect(asked).rejects.toMatchObject({ code: 'approval_required' });
      expect([output, ran]).toEqual([1, ['read']]);
      const { entries } = await rig.operator.audit.log({ eventType: 'governance.execution' });
      expect(entries).toMatchObject([{ actorId: 'demo-agent', capability: 'file.read' }]);
      await client.close();
    }));
});
