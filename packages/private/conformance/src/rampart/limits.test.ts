import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type PolicyFile, policyFile } from '../support/policies.js';
import { type Rig, startRig } from '../support/rig.js';
import { storeSettings } from '../support/settings.js';

const DOCUMENT = {
  default_action: 'allow',
  policies: [
    {
      name: 'slow-down',
      match: { tool: 'fetch' },
      rules: [{ action: 'deny', when: { call_count: { gte: 3, window: '1m' } }, message: 'too many' }],
    },
  ],
};

describe.each(storeSettings)('limits ($name)', ({ store, clients }) => {
  let rig: Rig;
  let policy: PolicyFile;
  let remove: () => Promise<void>;
  beforeAll(async () => {
    const kept = await store.create();
    remove = kept.remove;
    policy = policyFile(DOCUMENT);
    rig = await startRig({
      store: kept.address,
      clients: { ...clients, maxRetries: 0 },
      rampart: { policyFile: policy.path },
    });
  });
  beforeEach(() => rig.dev('reset'));
  afterAll(async () => {
    await rig.close();
    policy.remove();
    await remove();
  });

  const fetched = async () => (await rig.agent.evaluate('fetch', { url: 'https://example.com/' })).decision;

  test('calls are counted one by one, however many come at once', async () => {
    const decisions = await Promise.all(Array.from({ length: 10 }, fetched));
    expect(decisions.filter((decision) => decision === 'allow')).toHaveLength(2);
    await rig.dev('clock', { advanceMs: 60_001 });
    expect(await fetched()).toBe('allow');
  });

  test('a preview counts nothing; at a boundary it counts', async () => {
    const url = { url: 'https://example.com/' };
    for (let count = 0; count < 4; count += 1) await rig.agent.preflight('fetch', url);
    expect((await rig.agent.preflight('fetch', url)).allowed).toBe(true);
    for (let count = 0; count < 2; count += 1) await rig.agent.enforce('fetch', url);
    expect((await rig.agent.preflight('fetch', url)).allowed).toBe(false);
    expect(await rig.admin.status()).toMatchObject({ callCounts: { fetch: 2 } });
  });
});

describe('the queue of questions', () => {
  let rig: Rig;
  beforeAll(async () => {
    rig = await startRig({ clients: { maxRetries: 0 } });
  });
  afterAll(() => rig.close());

  test('a thousand questions may wait; the next is refused with 503, and nothing is allowed', async () => {
    const { approvalId = '' } = await rig.agent.exec('sudo first');
    for (let batch = 0; batch < 9; batch += 1) {
      await Promise.all(Array.from({ length: 111 }, (_, index) => rig.admin.exec(`sudo ${batch}-${index}`)));
    }
    const refused = rig.agent.exec('sudo one too many');
    await expect(refused).rejects.toMatchObject({
      status: 503,
      body: { error: 'approval: too many pending requests (limit: 1000)' },
    });
    await rig.approver.approvals.resolve(approvalId, { approved: false });
    expect((await rig.agent.exec('sudo room again')).decision).toBe('ask');
  });

  test('one agent may have a quarter of them waiting, so that the others can go on asking', async () => {
    await rig.send('POST', '/__sallyport/reset', { token: rig.tokens.admin });
    for (let batch = 0; batch < 2; batch += 1) {
      await Promise.all(Array.from({ length: 125 }, (_, index) => rig.agent.exec(`sudo ${batch}-${index}`)));
    }
    await expect(rig.agent.exec('sudo one too many')).rejects.toMatchObject({
      status: 503,
      body: { error: 'approval: too many pending requests of this credential (limit: 250)' },
    });
    expect((await rig.admin.exec('sudo another')).decision).toBe('ask');
  });
});

describe('what a host reports of its own approvals', () => {
  let rig: Rig;
  beforeAll(async () => {
    rig = await startRig();
  });
  afterAll(() => rig.close());

  test.each<[what: string, body: object, text: string]>([
    ['no outcome', {}, 'outcome must be one of: approved, denied, timeout, cancelled'],
    ['an unknown scope', { outcome: 'denied', scope: 'ever' }, 'scope must be one of: once, session, always'],
    ['a time that is none', { outcome: 'denied', resolved_at: 'noon' }, 'resolved_at must be RFC3339'],
  ])('%s is refused with 400', async (_what, body, text) => {
    const answer = await rig.send('POST', '/v1/hosted-approvals/some-id/resolve', { body, token: rig.tokens.admin });
    expect([answer.status, answer.body]).toEqual([400, { error: text }]);
  });

  test('grants nothing', async () => {
    const { auditId = '' } = await rig.agent.exec('sudo id', { toolCallId: 'call-1' });
    await rig.admin.hostedApprovals.resolve(auditId, { outcome: 'approved', scope: 'always', resolvedBy: 'host' });
    expect((await rig.agent.exec('sudo id', { toolCallId: 'call-1' })).decision).toBe('ask');
    const { events } = await rig.admin.audit.events({ action: 'approved' });
    expect(events).toMatchObject([
      {
        tool: 'hosted_approval',
        request: { action: 'hosted_approval_resolved', resolved_by: 'host', scope: 'always' },
      },
    ]);
  });
});
