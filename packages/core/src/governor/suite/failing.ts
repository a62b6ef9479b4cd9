import assert from 'node:assert/strict';
import { govern } from '../govern.js';
import type { Governor } from '../port.js';
import { answering, type Check, pendingOn, rejectsTyped, SHORT_MS, tool } from './checks.js';
import type { GovernorHarness } from './harness.js';

const quiet = { onIncident: () => {} };

async function refusesToRun(governor: Governor, { actions }: GovernorHarness): Promise<void> {
  const { calls, run } = tool();
  await rejectsTyped(govern(governor, actions.allow, run, { timeoutMs: SHORT_MS }));
  assert.equal(calls.length, 0, 'nothing may run without a decision');
}

export const failing: Readonly<Record<string, Check>> = {
  'throws, and runs nothing, when the gateway is down': async (harness) => {
    const governor = await harness.broken('down');
    await rejectsTyped(governor.decide(harness.actions.allow));
    await refusesToRun(governor, harness);
  },
  'throws, and runs nothing, when the gateway does not answer in time': async (harness) => {
    const governor = await harness.broken('slow');
    await rejectsTyped(governor.decide(harness.actions.allow, { timeoutMs: SHORT_MS }));
    await refusesToRun(governor, harness);
  },
  'throws, and runs nothing, at a verdict it does not know': async (harness) => {
    const governor = await harness.broken('unknown-verdict');
    await rejectsTyped(governor.decide(harness.actions.allow));
    await refusesToRun(governor, harness);
  },
  'does not fail open at a verdict it does not know': async (harness) => {
    const { calls, run } = tool();
    const governor = await harness.broken('unknown-verdict');
    await rejectsTyped(govern(governor, harness.actions.allow, run, { failMode: 'open', ...quiet }));
    assert.equal(calls.length, 0);
  },
  'fails open only when told to, and says so': async (harness) => {
    const { calls, run } = tool('done');
    const incidents: boolean[] = [];
    const governor = await harness.broken('down');
    const { decision } = await govern(governor, harness.actions.allow, run, {
      failMode: 'open',
      onIncident: ({ failedOpen }) => incidents.push(failedOpen),
    });
    assert.equal(calls.length, 1);
    assert.ok(decision.failedOpen?.code, 'the decision says that it failed open');
    assert.deepEqual(incidents, [true]);
  },
  'does not take an outage during the wait for a yes': async (harness) => {
    const { calls, run } = tool();
    const pending = await pendingOn(harness.governor, harness.actions.pending);
    const gone = await harness.broken('down');
    const limits = { failMode: 'open', maxWaitMs: SHORT_MS, ...quiet } as const;
    await rejectsTyped(govern(answering(gone, pending), pending.action, run, limits));
    assert.equal(calls.length, 0);
  },
};
