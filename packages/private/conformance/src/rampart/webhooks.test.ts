import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type PolicyFile, policyFile } from '../support/policies.js';
import { type Receiver, type Reply, startReceiver } from '../support/receiver.js';
import { type Rig, startRig } from '../support/rig.js';

const json = (value: unknown): Reply => ({ body: JSON.stringify(value) });

describe('webhooks', () => {
  let receiver: Receiver;
  let notified: Receiver;
  let policy: PolicyFile;
  let rig: Rig;
  const document = () => ({
    default_action: 'allow',
    notify: { url: notified.url },
    policies: [
      {
        name: 'delegated',
        rules: [
          { action: 'webhook', when: { command_matches: ['deploy *'] }, webhook: { url: receiver.url, timeout: '5s' } },
          { action: 'webhook', when: { command_matches: ['ship *'] }, webhook: { url: receiver.url, fail_open: true } },
          { action: 'deny', when: { command_matches: ['drop *'] }, message: 'never' },
          { action: 'ask', when: { command_matches: ['sudo *'] }, message: 'a human' },
        ],
      },
    ],
  });
  beforeAll(async () => {
    receiver = await startReceiver();
    notified = await startReceiver();
    policy = policyFile(document());
    rig = await startRig({ allowPrivateTargets: true, rampart: { policyFile: policy.path } });
  });
  beforeEach(async () => {
    await rig.dev('reset');
    receiver.forget();
    notified.forget();
  });
  afterAll(async () => {
    await rig.close();
    await receiver.close();
    await notified.close();
    policy.remove();
  });

  test('a rule’s webhook is asked, and its yes is an allow; intent and outcome are two linked records', async () => {
    receiver.answer(json({ decision: 'allow' }));
    const decision = await rig.agent.exec('deploy web', { toolCallId: 'call-1' });
    expect(decision).toMatchObject({ decision: 'allow', allowed: true, message: 'allowed by webhook' });
    expect((await receiver.next()).body).toEqual({
      tool: 'exec',
      params: { command: 'deploy web' },
      agent: 'agent-7',
      session: 'session-1',
      policy: 'delegated',
      timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
    });
    const { events } = await rig.admin.audit.events();
    expect(events.map(({ decision: { action } }) => action)).toEqual(['allow', 'webhook']);
    expect(events[0]?.id).toBe(decision.auditId);
  });

  test('its no is a deny, with its reason', async () => {
    receiver.answer(json({ decision: 'deny', reason: 'freeze' }));
    expect(await rig.agent.exec('deploy web')).toMatchObject({ decision: 'deny', allowed: false, message: 'freeze' });
    receiver.answer(json({ decision: 'deny' }));
    expect(await rig.agent.exec('deploy web')).toMatchObject({ message: 'denied by webhook' });
  });

  const FAILURES: readonly (readonly [Reply, string])[] = [
    [{ status: 500 }, 'webhook returned HTTP 500'],
    [{ status: 302, headers: { location: '/elsewhere' } }, 'webhook returned HTTP 302'],
    [json({ decision: 'perhaps' }), 'unknown webhook decision: "perhaps"'],
    [{ body: 'yes' }, 'invalid webhook response'],
    [{ body: `"${'x'.repeat(65_536)}"` }, 'webhook response exceeds size limit'],
    ['destroy', 'webhook request failed'],
  ];
  test.each(FAILURES)('a webhook that fails (%j) denies, unless its rule says otherwise', async (reply, why) => {
    receiver.answer(reply);
    const closed = await rig.agent.exec('deploy web');
    expect(closed).toMatchObject({ decision: 'deny', message: `webhook unavailable, failing closed: ${why}` });
    const open = await rig.agent.exec('ship web');
    expect(open).toMatchObject({ decision: 'allow', message: `webhook unavailable, failing open: ${why}` });
  });

  test('a preview says that a webhook would be asked, and asks none', async () => {
    const preview = await rig.agent.preflightExec('deploy web');
    expect(preview).toMatchObject({ decision: 'webhook', allowed: false });
    expect(receiver.waiting).toEqual([]);
  });

  test('people are told of denials and questions, with secrets masked', async () => {
    await rig.agent.exec('drop table --password hunter22');
    const { body: denied } = await notified.next();
    expect(denied).toMatchObject({
      action: 'deny',
      tool: 'exec',
      policy: 'delegated',
      message: 'never',
      agent: 'agent-7',
    });
    expect(denied).not.toHaveProperty('resolve_url');
    expect(JSON.stringify(denied)).not.toContain('hunter22');
    const { approvalId } = await rig.agent.exec('sudo id');
    const { body: asked } = await notified.next();
    expect(asked).toMatchObject({
      action: 'ask',
      approval_id: approvalId,
      resolve_url: expect.stringContaining('sig='),
    });
    const created = await rig.admin.approvals.create({ tool: 'deploy', message: 'Friday?' });
    const { body: direct } = await notified.next();
    expect(direct).toMatchObject({ action: 'require_approval', approval_id: created.id, message: 'Friday?' });
    await rig.agent.exec('ls');
    expect(notified.waiting).toEqual([]);
  });
});

test('a gateway posts to private addresses only when it is told that it may', async () => {
  const receiver = await startReceiver();
  const rule = { action: 'webhook', when: { default: true }, webhook: { url: receiver.url } };
  const policy = policyFile({ policies: [{ name: 'delegated', rules: [rule] }] });
  const rig = await startRig({ rampart: { policyFile: policy.path } });
  const decision = await rig.agent.exec('ls');
  expect(decision).toMatchObject({
    decision: 'deny',
    message: 'webhook unavailable, failing closed: webhook request failed',
  });
  expect(receiver.waiting).toEqual([]);
  await rig.close();
  await receiver.close();
  policy.remove();
});
