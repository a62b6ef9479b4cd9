import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RateLimitError } from '@sallyport/core';
import { RampartServerError } from '@sallyport/rampart';
import { createGateway } from '@sallyport/server';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { caught } from '../support/caught.js';
import { type PolicyFile, policyFile } from '../support/policies.js';
import { quiet, type Rig, startRig } from '../support/rig.js';

const ruling = (action: string, message = `by ${action}`) => ({
  version: '1',
  default_action: 'deny',
  policies: [{ name: 'house', match: { tool: 'exec' }, rules: [{ action, message, when: { default: true } }] }],
});

const BROKEN = 'version: "1"\npolicies:\n  - name: house\n    rules:\n      - action: [allow\n';
const UNKNOWN = 'version: "1"\npolicies:\n  - name: house\n    rules:\n      - action: permit\n';

describe('policy files', () => {
  let policy: PolicyFile;
  let rig: Rig;
  const logged: string[] = [];
  beforeAll(async () => {
    policy = policyFile(ruling('deny'));
    const log = {
      ...quiet,
      error: (about: object, text: string) => logged.push(`${text}: ${String(Reflect.get(about, 'err'))}`),
    };
    rig = await startRig({
      log,
      clients: { maxRetries: 0 },
      rampart: { policyDirectory: policy.folder, profile: 'none' },
    });
  });
  beforeEach(() => {
    logged.length = 0;
  });
  afterAll(async () => {
    await rig.close();
    policy.remove();
  });

  const decided = async () => (await rig.agent.preflightExec('ls')).message;
  const nextSecond = () => rig.dev('clock', { advanceMs: 1000 });

  test('a file that is written changes the next decisions, without a restart', async () => {
    expect(await decided()).toBe('by deny');
    policy.write(ruling('allow'));
    await expect.poll(decided).toBe('by allow');
    expect(await rig.admin.policy.list()).toMatchObject({
      count: 1,
      defaultAction: 'deny',
      policies: [{ name: 'house', sourceFile: policy.path, matchTools: ['exec'], ruleCount: 1 }],
    });
  });

  test('a file that is added counts, and a name that is taken twice is refused', async () => {
    const added = join(policy.folder, 'more.yaml');
    writeFileSync(
      added,
      JSON.stringify({ policies: [{ name: 'more', rules: [{ action: 'deny', message: 'by more' }] }] }),
    );
    await expect.poll(decided).toBe('by more');
    writeFileSync(added, JSON.stringify({ policies: [{ name: 'house', rules: [{ action: 'deny' }] }] }));
    await expect.poll(() => logged.join()).toContain('duplicate policy name "house"');
    expect(await decided()).toBe('by more');
    writeFileSync(added, '{}');
    await expect.poll(decided).toBe('by allow');
  });

  test.each([
    ['YAML that does not parse', BROKEN, /policy\.yaml:6:1/],
    ['an action that there is not', UNKNOWN, /policy\.yaml:5:17/],
  ])('%s changes nothing, and the error names file, line and column', async (_what, text, place) => {
    policy.write(text);
    await expect.poll(() => logged.join()).toMatch(place);
    expect(await decided()).toBe('by allow');
    await nextSecond();
    const error = await caught(rig.admin.policy.reload());
    expect(error).toBeInstanceOf(RampartServerError);
    expect(error).toMatchObject({
      status: 500,
      body: { success: false, error: expect.stringMatching(/^engine: reload failed: /) },
    });
    expect(JSON.stringify(error)).toMatch(place);
    policy.write(ruling('watch'));
    await expect.poll(decided).toBe('by watch');
    policy.write(ruling('allow'));
    await expect.poll(decided).toBe('by allow');
  });

  test('policies never vanish as a whole by a reload', async () => {
    policy.write('');
    await expect.poll(() => logged.join()).toContain('reload rejected — policy count dropped from 1 to 0');
    expect(await decided()).toBe('by allow');
    policy.write(ruling('allow'));
  });

  test('a reload that is asked for answers what was loaded, once a second', async () => {
    await nextSecond();
    expect(await rig.admin.policy.reload()).toMatchObject({ success: true, policiesLoaded: 1, rulesTotal: 1 });
    const error = await caught(rig.admin.policy.reload());
    expect(error).toBeInstanceOf(RateLimitError);
    expect(error).toMatchObject({ body: { error: 'reload rate limited, try again in 1 second' } });
  });

  test('a change of policy does not reach back: an approved call is decided again', async () => {
    policy.write(ruling('ask'));
    await expect.poll(decided).toBe('by ask');
    const call = () => rig.agent.exec('ls', { toolCallId: 'call-1' });
    const { approvalId = '' } = await call();
    policy.write(ruling('deny'));
    await expect.poll(decided).toBe('by deny');
    await rig.approver.approvals.resolve(approvalId, { approved: true });
    expect(await call()).toMatchObject({ decision: 'deny', message: 'by deny' });
    policy.write(ruling('ask'));
    await expect.poll(decided).toBe('by ask');
    expect(await call()).toMatchObject({ decision: 'allow', approvalId });
  });

  test('a decision is explained by the rule’s file and line, and records nothing', async () => {
    const rules = ['rules:', '  - action: allow', '    when: { command_matches: ["git *"] }', '    message: just git'];
    policy.write(['version: "1"', 'policies:', '  - name: house', ...rules.map((line) => `    ${line}`)].join('\n'));
    await expect.poll(async () => (await rig.agent.preflightExec('git log')).message).toBe('just git');
    const { totalEvents } = await rig.admin.audit.stats();
    const explain = async (command: string) => {
      const body = { dialect: 'rampart', call: { tool: 'exec', params: { command } } };
      return (await rig.send('POST', '/sallyport/v1/explain', { token: rig.tokens.admin, body })).body;
    };
    const granted = await explain('git log');
    expect(granted).toMatchObject({ decision: 'allow', message: 'just git', matched_policies: ['house'] });
    expect(JSON.stringify(granted['trace'])).toContain(JSON.stringify({ file: policy.path, line: 5 }).slice(1, -1));
    expect(await explain('git log | cat')).toMatchObject({ decision: 'deny' });
    expect((await rig.admin.audit.stats()).totalEvents).toBe(totalEvents);
  });

  test('a rule for once allows once', async () => {
    const once = { action: 'allow', once: true, message: 'just once', when: { command_matches: ['deploy'] } };
    policy.write({ ...ruling('deny'), policies: [{ name: 'house', rules: [once] }] });
    await expect.poll(async () => (await rig.agent.preflightExec('deploy')).message).toBe('just once');
    const answers = await Promise.all(Array.from({ length: 8 }, () => rig.agent.exec('deploy')));
    expect(answers.filter(({ allowed }) => allowed)).toHaveLength(1);
  });
});

test('a gateway does not start with a policy that is broken: the error names file, line and column', async () => {
  const policy = policyFile(UNKNOWN);
  const error = await caught(createGateway({ log: quiet, rampart: { policyFile: policy.path } }));
  policy.remove();
  expect(error).toMatchObject({ code: 'policy_load', message: expect.stringMatching(/policy\.yaml:5:17/) });
});
