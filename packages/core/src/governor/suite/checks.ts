import assert from 'node:assert/strict';
import { SallyportError } from '../../errors/base.js';
import { AbortedError } from '../../errors/transport.js';
import type { Governor, GovernorDecision, PendingDecision, ProposedAction } from '../port.js';
import type { GovernorHarness } from './harness.js';

/** One check of a governor: rejects when it does not hold. */
export type Check = (harness: GovernorHarness) => Promise<void>;

/** Long enough for a timer to be one, short enough not to be noticed. */
export const SHORT_MS = 25;

/** Fails a promise that does not end in time, so that a hanging governor is a failure and not a hanging test run. */
export async function within<T>(limitMs: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new assert.AssertionError({ message: `not done within ${limitMs} ms` })), limitMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** The pending decision on an action that needs a human. */
export async function pendingOn(governor: Governor, action: ProposedAction): Promise<PendingDecision> {
  const decision = await governor.decide(action);
  assert.equal(decision.outcome, 'pending');
  assert.ok(decision.approvalId, 'a pending decision names its approval');
  return decision;
}

/** The governor again, with the question already asked: `govern` goes straight on to settle it. */
export function answering(governor: Governor, pending: PendingDecision): Governor {
  return { name: governor.name, decide: async () => pending, settle: (...args) => governor.settle(...args) };
}

/** The decision is about this action: same tool, same arguments, ids filled in. */
export function isAbout(decision: GovernorDecision, action: ProposedAction): void {
  assert.equal(decision.action.tool, action.tool);
  assert.deepEqual(decision.action.input, action.input);
  assert.ok(decision.action.runId, 'the decision carries a run id');
  assert.ok(decision.action.callId, 'the decision carries a call id');
  assert.equal(typeof decision.reason, 'string');
}

export async function rejectsTyped(work: Promise<unknown>): Promise<void> {
  await assert.rejects(work, (error) => {
    assert.ok(error instanceof SallyportError, `expected a SallyportError, got ${String(error)}`);
    return true;
  });
}

export async function rejectsAborted(work: Promise<unknown>): Promise<void> {
  await assert.rejects(work, (error) => {
    assert.ok(error instanceof AbortedError, `expected an AbortedError, got ${String(error)}`);
    return true;
  });
}

/** A run that must not happen: counts its calls. */
export function tool(output: unknown = 'done') {
  const calls: unknown[] = [];
  const run = (input: unknown): unknown => {
    calls.push(input);
    return output;
  };
  return { calls, run };
}
