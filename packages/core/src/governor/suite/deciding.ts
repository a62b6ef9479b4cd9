import assert from 'node:assert/strict';
import { PolicyDeniedError } from '../../errors/policy.js';
import { govern } from '../govern.js';
import type { AllowDecision, Governor, ProposedAction } from '../port.js';
import { type Check, isAbout, rejectsAborted, tool } from './checks.js';

async function allowed(governor: Governor, action: ProposedAction): Promise<AllowDecision> {
  const decision = await governor.decide(action);
  assert.equal(decision.outcome, 'allow');
  return decision;
}

export const deciding: Readonly<Record<string, Check>> = {
  'allows an action, and says which': async ({ governor, actions }) => {
    const decision = await governor.decide(actions.allow);
    assert.equal(decision.outcome, 'allow');
    assert.equal(decision.governor, governor.name);
    isAbout(decision, actions.allow);
  },
  'keeps the ids it is given': async ({ governor, actions }) => {
    const { action } = await governor.decide({ ...actions.allow, runId: 'run-1', callId: 'call-1' });
    assert.deepEqual([action.runId, action.callId], ['run-1', 'call-1']);
  },
  'denies without throwing': async ({ governor, actions }) => {
    const decision = await governor.decide(actions.deny);
    assert.equal(decision.outcome, 'deny');
    assert.equal(decision.cause, 'policy');
    isAbout(decision, actions.deny);
  },
  'decides on a copy that a later change does not reach': async ({ governor, actions }) => {
    const input: Record<string, unknown> = { ...actions.allow.input };
    const decided = governor.decide({ ...actions.allow, input });
    Object.assign(input, { changed: 'while the gateway decides' });
    const { action } = await decided;
    assert.deepEqual(action.input, actions.allow.input);
  },
  'runs what is allowed, once': async ({ governor, actions }) => {
    const { calls, run } = tool('done');
    const result = await govern(governor, actions.allow, run);
    assert.deepEqual(calls, [actions.allow.input]);
    assert.equal(result.output, 'done');
  },
  'does not run what is denied': async ({ governor, actions }) => {
    const { calls, run } = tool();
    await assert.rejects(govern(governor, actions.deny, run), (error) => error instanceof PolicyDeniedError);
    assert.equal(calls.length, 0);
  },
  'does not ask when the caller has already given up': async ({ governor, actions }) => {
    await rejectsAborted(governor.decide(actions.allow, { signal: AbortSignal.abort() }));
  },
  'returns the result of a call the gateway carried out, and does not run it again': async ({ governor, actions }) => {
    if (!actions.executed) return;
    const { calls, run } = tool();
    const result = await govern(governor, actions.executed, run);
    assert.equal(result.source, 'gateway');
    assert.equal(calls.length, 0);
  },
  'reports what happened, good or bad': async ({ governor, actions }) => {
    if (!governor.report) return;
    const worked = await allowed(governor, actions.allow);
    const reported = await governor.report(worked, { status: 'ok', output: 'harmless', durationMs: 1 });
    assert.equal(reported.redacted, false);
    const failed = await allowed(governor, actions.allow);
    await governor.report(failed, { status: 'error', error: 'failed', durationMs: 1 });
  },
  'hands over a redacted output without the secret': async ({ governor, actions, leak }) => {
    if (!leak) return;
    const { output, source } = await govern(governor, actions.allow, () => leak.output);
    assert.equal(source, 'redaction');
    assert.ok(!JSON.stringify(output).includes(leak.secret), 'the secret must not come back');
  },
};
