import { BadRequestError, NotFoundError, PermissionDeniedError, RateLimitError } from '@sallyport/core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { caught } from '../support/caught.js';
import { type PolicyFile, policyFile } from '../support/policies.js';
import { type Rig, startRig } from '../support/rig.js';

const DOCUMENT = {
  version: '1',
  default_action: 'allow',
  policies: [
    { name: 'humans', rules: [{ action: 'ask', when: { command_matches: ['sudo *'] } }] },
    { name: 'humans-read', match: { tool: 'read' }, rules: [{ action: 'ask', when: { path_matches: ['/srv/**'] } }] },
    { name: 'never', rules: [{ action: 'deny', when: { command_matches: ['sudo rm *'] } }] },
    { name: 'fetches', match: { tool: 'fetch' }, rules: [{ action: 'ask', when: { default: true } }] },
  ],
};

const places: readonly (readonly [string, boolean])[] = [
  ['a policy directory', true],
  ['a policy file alone', false],
];

describe.each(places)('rules made from answers, with %s', (_name, onDisk) => {
  let policy: PolicyFile;
  let rig: Rig;
  beforeAll(async () => {
    policy = policyFile(DOCUMENT);
    const place = onDisk ? { policyDirectory: policy.folder, profile: 'none' as const } : { policyFile: policy.path };
    rig = await startRig({ clients: { maxRetries: 0 }, rampart: place });
  });
  beforeEach(() => rig.dev('clock', { advanceMs: 1000 }));
  afterAll(async () => {
    await rig.close();
    policy.remove();
  });

  const approve = async (approvalId = '', persist = true) =>
    rig.admin.approvals.resolve(approvalId, { approved: true, persist });

  test('an approval with persist lets exactly this call pass from then on', async () => {
    const { approvalId } = await rig.agent.exec('sudo systemctl restart [web]*');
    expect(await approve(approvalId)).toMatchObject({ status: 'approved', persisted: true });
    expect(await rig.approver.approvals.get(approvalId ?? '')).toMatchObject({ persisted: true });
    expect((await rig.agent.exec('sudo systemctl restart [web]*')).allowed).toBe(true);
    for (const other of ['sudo systemctl restart w', 'sudo systemctl restart [web]x', 'sudo rm x']) {
      expect([other, (await rig.agent.exec(other)).allowed]).toEqual([other, false]);
    }
    const [rule] = await rig.admin.rules.autoAllowed();
    expect(rule).toMatchObject({ tool: 'exec', commandPattern: 'sudo systemctl restart [[]web][*]' });
    expect(rule?.name).toMatch(/^auto-allow-sudo-systemctl-\d{8}T\d{6}Z-[0-9a-f]{24}$/);
    const { events } = await rig.admin.audit.events({ action: 'approved' });
    expect(events.map(({ request }) => request['action'])).toContain('approval_persistence_authorized');
  });

  test('a path is written down as a path, and a rule that is deleted counts no more', async () => {
    const { approvalId } = await rig.agent.evaluate('read', { path: '/srv/data.csv' });
    await approve(approvalId);
    const read = () => rig.agent.evaluate('read', { path: '/srv/data.csv' });
    expect((await read()).allowed).toBe(true);
    const rule = (await rig.admin.rules.autoAllowed()).find(({ tool }) => tool === 'read');
    expect(rule).toMatchObject({ pathPattern: '/srv/data.csv' });
    await rig.admin.rules.deleteAutoAllowed(rule?.name ?? '');
    expect((await read()).allowed).toBe(false);
    const error = await caught(rig.admin.rules.deleteAutoAllowed('no such/rule'));
    expect(error).toBeInstanceOf(NotFoundError);
    expect(error).toMatchObject({ body: { error: 'no rule with name "no such/rule"' } });
  });

  test('a rule is no way around a deny', async () => {
    await rig.admin.rules.learn({ tool: 'exec', args: 'sudo rm file' });
    expect((await rig.agent.exec('sudo rm file')).decision).toBe('deny');
  });

  test('a tool whose calls cannot be written down is refused, and its approval stays pending', async () => {
    const { approvalId } = await rig.agent.evaluate('fetch', { url: 'https://example.com/' });
    const error = await caught(approve(approvalId));
    expect(error).toBeInstanceOf(BadRequestError);
    expect(error).toMatchObject({
      body: { error: 'persist: automatic allow is unsupported for tool "fetch"; author an explicit policy instead' },
    });
    expect(await rig.approver.approvals.get(approvalId ?? '')).toMatchObject({ status: 'pending' });
    expect(await caught(approve('01ARZ3NDEKTSV4RRFFQ69G5FAV'))).toMatchObject({
      status: 404,
      body: { error: 'approval not found' },
    });
  });

  test('only an admin writes rules', async () => {
    const { approvalId = '' } = await rig.agent.exec('sudo id');
    const error = await caught(rig.approver.approvals.resolve(approvalId, { approved: true, persist: true }));
    expect(error).toBeInstanceOf(PermissionDeniedError);
    expect(await rig.approver.approvals.get(approvalId)).toMatchObject({ status: 'pending' });
    expect(await caught(rig.agent.rules.learn({ tool: 'exec', args: 'x' }))).toBeInstanceOf(PermissionDeniedError);
  });

  test('a call that shows a secret is approved, and not written down', async () => {
    const { approvalId } = await rig.agent.exec('sudo login --password hunter22');
    expect(await approve(approvalId)).toMatchObject({ status: 'approved', persisted: false });
  });

  test('a learned rule is told of, and is there only once', async () => {
    const events = rig.admin.events();
    await events.opened();
    const rule = { tool: 'exec', args: 'sudo learn', source: 'test' } as const;
    const first = await rig.admin.rules.learn(rule);
    await rig.dev('clock', { advanceMs: 200 });
    expect(await rig.admin.rules.learn(rule)).toEqual({ ...first, created: false });
    for await (const event of events) {
      if (event.type !== 'rule.learned') continue;
      expect(event).toEqual({
        type: 'rule.learned',
        ruleName: first.ruleName,
        tool: 'exec',
        pattern: 'sudo learn',
        decision: 'allow',
      });
      break;
    }
  });

  test('rules are learned at most every 200 ms', async () => {
    await rig.admin.rules.learn({ tool: 'write', args: '/srv/a' });
    const error = await caught(rig.admin.rules.learn({ tool: 'write', args: '/srv/b' }));
    expect(error).toBeInstanceOf(RateLimitError);
    expect(error).toMatchObject({ body: { error: 'learn rate limited — slow down rule writes' } });
  });

  test.each<[what: string, body: unknown, text: string]>([
    ['no tool', { args: 'x', decision: 'allow' }, 'tool and args are required'],
    ['blank args', { tool: 'exec', args: ' ', decision: 'allow' }, 'tool and args are required'],
    [
      'a deny',
      { tool: 'exec', args: 'x', decision: 'deny' },
      'decision must be "allow" — use policy YAML for deny rules',
    ],
    [
      'another tool',
      { tool: 'fetch', args: 'x', decision: 'allow' },
      'automatic allow persistence supports exec, read, write, and edit only; use an explicit policy for other tools',
    ],
    [
      'args that no pattern may be as long as',
      { tool: 'exec', args: 'x'.repeat(8193), decision: 'allow' },
      'the pattern that args make is 8193 bytes long (max 8192)',
    ],
    ['no JSON', '{', 'invalid JSON body'],
    ['args that are a number', { tool: 'exec', args: 7, decision: 'allow' }, 'invalid JSON body'],
  ])('learning %s is refused with 400', async (_what, body, text) => {
    const answer = await rig.send('POST', '/v1/rules/learn', { body, token: rig.tokens.admin });
    expect([answer.status, answer.body]).toEqual([400, { error: text }]);
  });
});
