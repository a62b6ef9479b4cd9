import { AssertionError } from 'node:assert/strict';
import { describe, expect, it } from 'vitest';
import { MemoryGovernor } from '../memory.js';
import type { Governor, GovernorDecision, PendingDecision, ProposedAction } from '../port.js';
import type { GovernorHarness } from './harness.js';
import { governorCases, testGovernor } from './index.js';

const actions = {
  allow: { tool: 'read', input: { path: 'README.md' } },
  deny: { tool: 'wipe', input: { disk: 'all' } },
  pending: { tool: 'send', input: { to: 'you', body: 'hello' } },
  executed: { tool: 'pay', input: { cents: 100 } },
};
const leak = { output: 'key AKIA0000', secret: 'AKIA0000' };

function makeMemory(): MemoryGovernor {
  return new MemoryGovernor({
    redact: (output) => (typeof output === 'string' ? output.replace(leak.secret, '[redacted]') : output),
    policy: ({ tool }) => {
      if (tool === 'read') return { outcome: 'allow' };
      if (tool === 'pay') return { outcome: 'allow', result: { paid: true } };
      return { outcome: tool === 'send' ? 'ask' : 'deny' };
    },
  });
}

function harness(spoil: (governor: MemoryGovernor) => Partial<Governor> = () => ({})): GovernorHarness {
  const memory = makeMemory();
  const governor: Governor = {
    name: memory.name,
    decide: (...args) => memory.decide(...args),
    settle: (...args) => memory.settle(...args),
    report: (...args) => memory.report(...args),
    ...spoil(memory),
  };
  return {
    governor,
    actions,
    leak,
    approve: ({ approvalId }) => memory.approve(approvalId),
    reject: ({ approvalId }) => memory.reject(approvalId),
    expire: ({ approvalId }) => memory.expire(approvalId),
    broken(fault) {
      memory.fault = fault;
      return governor;
    },
  };
}

testGovernor(harness, { describe, it });

async function failuresOf(make: () => GovernorHarness): Promise<string[]> {
  const failed: string[] = [];
  for (const { name, run } of governorCases(make, { limitMs: 250 })) {
    await run().catch((error: unknown) => {
      failed.push(name);
      return error;
    });
  }
  return failed;
}

const allow = (action: ProposedAction): GovernorDecision => ({
  governor: 'memory',
  action: { ...action, runId: action.runId ?? 'r', callId: action.callId ?? 'c' },
  reason: '',
  native: null,
  outcome: 'allow',
});

const broken: [string, (governor: MemoryGovernor) => Partial<Governor>, string[]][] = [
  [
    'takes a pending call for an allowed one',
    (memory) => ({
      decide: async (action, options) => {
        const decision = await memory.decide(action, options);
        return decision.outcome === 'pending' ? allow(decision.action) : decision;
      },
    }),
    ['answers a pending call at once, in plain JSON', 'runs nothing while a human has not agreed'],
  ],
  [
    'allows everything when the gateway is gone',
    (memory) => ({ decide: (action, options) => memory.decide(action, options).catch(() => allow(action)) }),
    [
      'throws, and runs nothing, when the gateway is down',
      'throws, and runs nothing, when the gateway does not answer in time',
      'throws, and runs nothing, at a verdict it does not know',
    ],
  ],
  [
    'approves by itself',
    () => ({ settle: async (decision: PendingDecision) => allow(decision.action) }),
    [
      'denies after a human refused',
      'denies when the approval expires',
      'does not take an outage during the wait for a yes',
    ],
  ],
  [
    'throws a refusal',
    (memory) => ({
      decide: async (action, options) => {
        const decision = await memory.decide(action, options);
        if (decision.outcome === 'deny') throw new Error('denied');
        return decision;
      },
    }),
    ['denies without throwing', 'does not run what is denied'],
  ],
  [
    'forgets the ids',
    (memory) => ({
      decide: async (action, options) => ({ ...(await memory.decide(action, options)), action }),
    }),
    ['allows an action, and says which', 'denies without throwing'],
  ],
  [
    'decides on the caller’s own object',
    (memory) => ({
      decide: async (action, options) => {
        const decision = await memory.decide({ ...action }, options);
        return { ...decision, action: { ...decision.action, input: action.input } };
      },
    }),
    ['decides on a copy that a later change does not reach'],
  ],
  [
    'never stops waiting',
    (memory) => ({ settle: (decision) => memory.settle(decision) }),
    ['denies when nobody answers within maxWaitMs', 'stops waiting when the caller aborts'],
  ],
  [
    'hides that the gateway carried a call out',
    (memory) => ({
      decide: async (action, options) => {
        const decision = await memory.decide(action, options);
        if (decision.outcome !== 'allow') return decision;
        const { execution: _hidden, ...rest } = decision;
        return rest;
      },
    }),
    ['returns the result of a call the gateway carried out, and does not run it again'],
  ],
  [
    'hands the secret over',
    () => ({ report: async (_decision, { output }) => ({ output, redacted: false }) }),
    ['hands over a redacted output without the secret'],
  ],
  [
    'keeps a handle in a pending decision',
    (memory) => ({
      decide: async (action, options) => ({ ...(await memory.decide(action, options)), native: { wait: () => {} } }),
    }),
    ['answers a pending call at once, in plain JSON'],
  ],
];

describe('the suite itself', () => {
  it.each(broken)('fails a governor that %s', async (_what, spoil, expected) => {
    expect(await failuresOf(() => harness(spoil))).toEqual(expect.arrayContaining(expected));
  });

  it('says what does not hold', async () => {
    const cases = governorCases(() => harness(() => ({ settle: async ({ action }) => allow(action) })));
    const refused = cases.find(({ name }) => name === 'denies after a human refused');
    await expect(refused?.run()).rejects.toBeInstanceOf(AssertionError);
  });

  it('closes each harness, also after a failure', async () => {
    let open = 0;
    const make = (): GovernorHarness => {
      open += 1;
      const close = () => {
        open -= 1;
      };
      return { ...harness((memory) => ({ decide: () => memory.decide(actions.deny) })), close };
    };
    expect((await failuresOf(make)).length).toBeGreaterThan(0);
    expect(open).toBe(0);
  });

  it('registers each case with the hooks of any runner', () => {
    const registered: string[] = [];
    testGovernor(harness, {
      describe: (name, body) => {
        registered.push(name);
        body();
      },
      it: (name) => registered.push(name),
    });
    expect(registered).toEqual(['Governor', ...governorCases(harness).map(({ name }) => name)]);
  });
});
