import { NotFoundError } from '@sallyport/core';
import { type EvaluateOptions, RampartServerError } from '@sallyport/rampart';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { caught } from '../support/caught.js';
import { type Rig, startRig } from '../support/rig.js';
import { storeSettings } from '../support/settings.js';

const MINUTE = 60_000;
const ALREADY = 'approval already resolved; URL cannot be reused';

describe.each(storeSettings)('approvals ($name)', ({ store, clients }) => {
  let rig: Rig;
  let remove: () => Promise<void>;
  beforeAll(async () => {
    const kept = await store.create();
    remove = kept.remove;
    rig = await startRig({ store: kept.address, clients });
  });
  beforeEach(() => rig.dev('reset'));
  afterAll(async () => {
    await rig.close();
    await remove();
  });

  /** Asks about a call that policy wants a human for. */
  const ask = async (toolCallId: string, command = 'sudo id') => {
    const { approvalId = '', ...rest } = await rig.agent.exec(command, { toolCallId });
    return { approvalId, ...rest };
  };
  const resolve = (id: string, approved = true) =>
    rig.approver.approvals.resolve(id, { approved, resolvedBy: 'alice' });

  describe('exact replay', () => {
    test('the same call joins its question while that is pending', async () => {
      const [first, second] = [await ask('call-1'), await ask('call-1')];
      expect(second.approvalId).toBe(first.approvalId);
      expect((await rig.approver.approvals.list()).approvals).toHaveLength(1);
    });

    test('the same call is allowed once after a human approved it', async () => {
      const asked = await ask('call-1');
      await resolve(asked.approvalId);
      expect(await ask('call-1')).toMatchObject({
        decision: 'allow',
        allowed: true,
        message: 'approved once via Rampart approval',
        approvalId: asked.approvalId,
        approvalStatus: 'approved',
        approvalScope: 'once',
        approvalResolvedBy: 'alice',
        approvalPolicyAuditId: asked.auditId,
      });
      const again = await ask('call-1');
      expect(again).toMatchObject({ decision: 'ask', allowed: false });
      expect(again.approvalId).not.toBe(asked.approvalId);
    });

    test('many repetitions at once are allowed exactly once', async () => {
      const { approvalId } = await ask('call-1');
      await resolve(approvalId);
      const answers = await Promise.all(Array.from({ length: 16 }, () => ask('call-1')));
      expect(answers.filter(({ allowed }) => allowed)).toHaveLength(1);
    });

    test('an identity that was redeemed cannot be approved again: 503, and it stays pending', async () => {
      const { approvalId } = await ask('call-1');
      await resolve(approvalId);
      await ask('call-1');
      const second = await ask('call-1');
      const error = await caught(resolve(second.approvalId));
      expect(error).toBeInstanceOf(RampartServerError);
      expect(error).toMatchObject({ status: 503, body: { error: expect.stringContaining('replay grant identity') } });
      expect(await rig.approver.approvals.get(second.approvalId)).toMatchObject({ status: 'pending' });
    });

    test.each<[what: string, options: EvaluateOptions, command?: string]>([
      ['another command', {}, 'sudo id -u'],
      ['another agent', { agent: 'agent-8' }],
      ['another session', { session: 'session-2' }],
      ['another run', { runId: 'run-2' }],
      ['another call id', { toolCallId: 'call-2' }],
      ['another working directory', { cwd: '/tmp' }],
      ['structured input', { input: { a: 1 } }],
    ])('%s is another call', async (_what, options, command = 'sudo id') => {
      const { approvalId } = await ask('call-1');
      await resolve(approvalId);
      const other = await rig.agent.exec(command, { toolCallId: 'call-1', ...options });
      expect([other.allowed, other.approvalId === approvalId]).toEqual([false, false]);
    });

    test('another credential is another caller', async () => {
      const { approvalId } = await ask('call-1');
      await resolve(approvalId);
      const options = { toolCallId: 'call-1', agent: 'agent-7', session: 'session-1', runId: 'run-1' };
      expect((await rig.admin.exec('sudo id', options)).allowed).toBe(false);
    });

    test('an approval is redeemed within a minute', async () => {
      const { approvalId } = await ask('call-1');
      await resolve(approvalId);
      await rig.dev('clock', { advanceMs: MINUTE });
      expect((await ask('call-1')).decision).toBe('ask');
    });

    test('a call without ids can be approved, and not be redeemed', async () => {
      const body = { params: { command: 'sudo id' } };
      const asked = await rig.send('POST', '/v1/tool/exec', { body });
      const id = String(asked.body['approval_id']);
      await resolve(id);
      expect(await rig.agent.approvals.get(id)).toMatchObject({ status: 'approved' });
      const again = await rig.send('POST', '/v1/tool/exec', { body });
      expect([again.status, again.body['approval_id'] === id]).toEqual([202, false]);
    });
  });

  describe('resolving', () => {
    test('a refusal is final', async () => {
      const { approvalId } = await ask('call-1');
      expect(await resolve(approvalId, false)).toMatchObject({ status: 'denied', approved: false });
      expect((await ask('call-1')).approvalId).not.toBe(approvalId);
    });

    test('a second answer is refused with 410, whatever it says', async () => {
      const { approvalId } = await ask('call-1');
      await resolve(approvalId, false);
      for (const approved of [true, false]) {
        const error = await caught(resolve(approvalId, approved));
        expect(error).toMatchObject({ status: 410, body: { error: ALREADY } });
      }
      expect(await rig.approver.approvals.get(approvalId)).toMatchObject({ status: 'denied' });
    });

    test('of many answers at once, one counts', async () => {
      const { approvalId } = await ask('call-1');
      const answers = await Promise.allSettled(
        Array.from({ length: 12 }, (_, index) => resolve(approvalId, index % 2 === 0)),
      );
      const kept = answers.filter(({ status }) => status === 'fulfilled');
      expect(kept).toHaveLength(1);
      const { status } = await rig.approver.approvals.get(approvalId);
      expect(kept).toMatchObject([{ value: { status } }]);
    });

    test('an approval that nobody answers expires to a refusal, and can no longer be answered', async () => {
      const { approvalId } = await ask('call-1');
      await rig.dev('clock', { advanceMs: 2 * MINUTE });
      await expect
        .poll(() => rig.approver.approvals.get(approvalId))
        .toMatchObject({ status: 'expired', resolvedBy: 'timeout' });
      expect(await caught(resolve(approvalId))).toMatchObject({ status: 410, body: { error: ALREADY } });
      expect((await rig.approver.approvals.list()).approvals).toEqual([]);
      const { events } = await rig.admin.audit.events({ action: 'deny' });
      expect(events).toMatchObject([{ request: { action: 'approval_expired', approval_id: approvalId } }]);
    });

    test('an unknown approval is not found', async () => {
      const error = await caught(resolve('01ARZ3NDEKTSV4RRFFQ69G5FAV'));
      expect(error).toBeInstanceOf(NotFoundError);
      expect(error).toMatchObject({ body: { error: 'approval: unknown id "01ARZ3NDEKTSV4RRFFQ69G5FAV"' } });
      const missing = await caught(rig.approver.approvals.get('01ARZ3NDEKTSV4RRFFQ69G5FAV'));
      expect(missing).toMatchObject({ status: 404, body: { error: 'approval not found' } });
    });

    test('a body that is missing or wrong approves nothing', async () => {
      const { approvalId } = await ask('call-1');
      const path = `/v1/approvals/${approvalId}/resolve`;
      const token = rig.tokens.approver;
      for (const body of ['', '{"approved":"yes"}', '[]', '{"approved":true}{}']) {
        const answer = await rig.send('POST', path, { body, token });
        expect([body, answer.status]).toEqual([body, 400]);
        expect(answer.body['error']).toMatch(/^invalid body: /);
      }
      expect(await rig.send('POST', path, { body: {}, token })).toMatchObject({
        status: 200,
        body: { status: 'denied' },
      });
    });

    test('who answered, why, and by which credential is in the audit log', async () => {
      const { approvalId, auditId } = await ask('call-1');
      await rig.approver.approvals.resolve(approvalId, { approved: true, resolvedBy: 'alice', reason: 'on call' });
      const { events } = await rig.admin.audit.events({ action: 'approved' });
      expect(events).toMatchObject([
        {
          id: approvalId,
          request: { action: 'approval_resolved', resolution: 'approved', resolved_by: 'alice', reason: 'on call' },
        },
      ]);
      expect(auditId).not.toBe(approvalId);
    });
  });
});
