import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { ApprovalRejectedError, ApprovalRequiredError, ApprovalTimeoutError } from '../../errors/policy.js';
import { govern } from '../govern.js';
import type { PendingDecision } from '../port.js';
import { answering, type Check, isAbout, pendingOn, rejectsAborted, SHORT_MS, tool } from './checks.js';
import type { GovernorHarness } from './harness.js';

async function settling(
  { governor, actions }: GovernorHarness,
  human: (pending: PendingDecision) => void | Promise<void>,
) {
  const pending = await pendingOn(governor, actions.pending);
  const settled = governor.settle(pending);
  await human(pending);
  return settled;
}

export const waiting: Readonly<Record<string, Check>> = {
  'answers a pending call at once, in plain JSON': async ({ governor, actions }) => {
    const pending = await pendingOn(governor, actions.pending);
    isAbout(pending, actions.pending);
    assert.deepEqual(JSON.parse(JSON.stringify(pending)), pending);
  },
  'allows after a human approved': async (harness) => {
    const settled = await settling(harness, (pending) => harness.approve(pending));
    assert.equal(settled.outcome, 'allow');
    isAbout(settled, harness.actions.pending);
  },
  'settles a decision that was stored as JSON and approved meanwhile': async (harness) => {
    const pending = await pendingOn(harness.governor, harness.actions.pending);
    const stored: PendingDecision = JSON.parse(JSON.stringify(pending));
    await harness.approve(pending);
    const settled = await harness.governor.settle(stored);
    assert.equal(settled.outcome, 'allow');
    assert.equal(settled.action.callId, pending.action.callId);
  },
  'denies after a human refused': async (harness) => {
    const settled = await settling(harness, (pending) => harness.reject(pending));
    assert.equal(settled.outcome, 'deny');
    assert.equal(settled.cause, 'rejected');
  },
  'denies when the approval expires': async (harness) => {
    const settled = await settling(harness, (pending) => harness.expire(pending));
    assert.equal(settled.outcome, 'deny');
    assert.equal(settled.cause, 'expired');
  },
  'denies when nobody answers within maxWaitMs': async ({ governor, actions }) => {
    const pending = await pendingOn(governor, actions.pending);
    const settled = await governor.settle(pending, { maxWaitMs: SHORT_MS });
    assert.equal(settled.outcome, 'deny');
    assert.equal(settled.cause, 'expired');
  },
  'stops waiting when the caller aborts': async ({ governor, actions }) => {
    const pending = await pendingOn(governor, actions.pending);
    const caller = new AbortController();
    const settled = governor.settle(pending, { signal: caller.signal });
    await Promise.all([rejectsAborted(settled), setImmediate().then(() => caller.abort())]);
  },
  'runs nothing when the approval comes after the caller gave up': async (harness) => {
    const { calls, run } = tool();
    const pending = await pendingOn(harness.governor, harness.actions.pending);
    const caller = new AbortController();
    const known = answering(harness.governor, pending);
    const governed = govern(known, pending.action, run, { signal: caller.signal });
    await Promise.all([rejectsAborted(governed), setImmediate().then(() => caller.abort())]);
    await harness.approve(pending);
    assert.equal(calls.length, 0);
  },
  'runs an approved call with the arguments that were approved': async (harness) => {
    const { calls, run } = tool();
    const pending = await pendingOn(harness.governor, harness.actions.pending);
    await harness.approve(pending);
    await govern(answering(harness.governor, pending), pending.action, run);
    assert.deepEqual(calls, [harness.actions.pending.input]);
  },
  'runs nothing while a human has not agreed': async ({ governor, actions }) => {
    const { calls, run } = tool();
    const thrown = govern(governor, actions.pending, run, { onPending: 'throw' });
    await assert.rejects(thrown, (error) => error instanceof ApprovalRequiredError);
    const waited = govern(governor, actions.pending, run, { maxWaitMs: SHORT_MS });
    await assert.rejects(waited, (error) => error instanceof ApprovalTimeoutError);
    assert.equal(calls.length, 0);
  },
  'runs nothing after a human refused': async (harness) => {
    const { calls, run } = tool();
    const pending = await pendingOn(harness.governor, harness.actions.pending);
    await harness.reject(pending);
    const governed = govern(answering(harness.governor, pending), pending.action, run);
    await assert.rejects(governed, (error) => error instanceof ApprovalRejectedError);
    assert.equal(calls.length, 0);
  },
};
