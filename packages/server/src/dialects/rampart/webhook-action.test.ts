import { afterAll, beforeAll, expect, test } from 'vitest';
import { silentLog } from '../../engine/log.js';
import { type TestGateway, testGateway } from '../../testing/gateways.js';
import { startTarget, type Target } from '../../testing/target.js';

const ANSWERS: Readonly<Record<string, { status: number; body: string; headers?: Record<string, string> }>> = {
  '/allow': { status: 200, body: '{"decision":"allow"}' },
  '/deny': { status: 200, body: '{"decision":"deny","reason":"not on Fridays"}' },
  '/deny-silently': { status: 200, body: '{"decision":"deny"}' },
  '/maybe': { status: 200, body: '{"decision":"maybe"}' },
  '/nothing': { status: 200, body: '{}' },
  '/text': { status: 200, body: 'yes' },
  '/moved': { status: 302, body: '', headers: { location: '/allow' } },
  '/broken': { status: 500, body: '{"decision":"allow"}' },
  '/huge': { status: 200, body: `{"decision":"allow","reason":"${'x'.repeat(70_000)}"}` },
};

let target: Target;
let t: TestGateway;

beforeAll(async () => {
  target = await startTarget((path) => ANSWERS[path] ?? { status: 404, body: '' });
  const rule = (name: string, url: string, more = '') =>
    `      - { action: webhook, when: { command_matches: ["${name}"] }, message: Asked elsewhere, webhook: { url: "${url}"${more} } }`;
  const rules = [
    ...Object.keys(ANSWERS).map((path) => rule(path.slice(1), `${target.url}${path}`)),
    rule('unreachable', 'http://127.0.0.1:1/'),
    rule('open', 'http://127.0.0.1:1/', ', fail_open: true'),
  ];
  const policy = ['version: "1"', 'policies:', '  - name: elsewhere', '    rules:', ...rules].join('\n');
  t = await testGateway({ policy, allowPrivateTargets: true });
});
afterAll(async () => {
  await t.close();
  await target.close();
});

const exec = (command: string) =>
  t.send('POST', '/v1/tool/exec', { body: { agent: 'a', session: 's', params: { command } } });

test.each([
  ['allow', 200, 'allow', 'allowed by webhook'],
  ['deny', 403, 'deny', 'not on Fridays'],
  ['deny-silently', 403, 'deny', 'denied by webhook'],
  ['maybe', 403, 'deny', 'webhook unavailable, failing closed: unknown webhook decision: "maybe"'],
  ['nothing', 403, 'deny', 'webhook unavailable, failing closed: unknown webhook decision: ""'],
  ['text', 403, 'deny', 'webhook unavailable, failing closed: invalid webhook response'],
  ['moved', 403, 'deny', 'webhook unavailable, failing closed: webhook returned HTTP 302'],
  ['broken', 403, 'deny', 'webhook unavailable, failing closed: webhook returned HTTP 500'],
  ['huge', 403, 'deny', 'webhook unavailable, failing closed: webhook response exceeds size limit'],
  ['unreachable', 403, 'deny', 'webhook unavailable, failing closed: webhook request failed'],
  ['open', 200, 'allow', 'webhook unavailable, failing open: webhook request failed'],
])('§5.5 a webhook that answers %s', async (command, status, decision, message) => {
  const answer = await exec(command);
  expect([answer.status, answer.body['decision'], answer.body['message']]).toEqual([status, decision, message]);
});

test('§5.5 what the webhook is sent', async () => {
  const before = target.received.length;
  await exec('allow');
  expect(target.received.slice(before)).toEqual([
    {
      url: '/allow',
      body: {
        tool: 'exec',
        params: { command: 'allow' },
        agent: 'a',
        session: 's',
        policy: 'elsewhere',
        timestamp: '2026-04-11T14:30:00Z',
      },
    },
  ]);
});

test('§2.4 the intent is recorded before the webhook is asked, the outcome after; audit_id is the second', async () => {
  await t.dev('reset');
  const { body } = await exec('allow');
  const log = await t.send('GET', '/v1/audit/events', { token: t.admin });
  expect(log.body['events']).toMatchObject([
    { id: body['audit_id'], decision: { action: 'allow', message: 'allowed by webhook' } },
    { decision: { action: 'webhook', message: 'Asked elsewhere' } },
  ]);
});

test('§2.5 a preview says webhook and asks nobody', async () => {
  const before = target.received.length;
  const { body } = await t.send('POST', '/v1/preflight/exec', { body: { params: { command: 'allow' } } });
  expect(body).toMatchObject({ decision: 'webhook', allowed: false });
  expect(target.received.length).toBe(before);
});

test('private addresses are refused unless they were allowed at start-up', async () => {
  const policy = `version: "1"\npolicies: [{ name: p, rules: [{ action: webhook, webhook: { url: "${target.url}/allow" } }] }]`;
  const closed = await testGateway({ policy });
  const { status, body } = await closed.send('POST', '/v1/tool/exec', { body: { params: { command: 'x' } } });
  expect([status, body['message']]).toEqual([403, 'webhook unavailable, failing closed: webhook request failed']);
  await closed.close();
});

test('a webhook that may not be called is told of once, with its policy and what would allow it', async () => {
  const logged: { readonly fields: object; readonly message: string }[] = [];
  const log = { ...silentLog(), warn: (fields: object, message: string) => void logged.push({ fields, message }) };
  const policy = [
    'version: "1"',
    'policies:',
    '  - name: asks-inside',
    '    rules: [{ action: webhook, webhook: { url: "http://127.0.0.1:1/" } }]',
  ].join('\n');
  const closed = await testGateway({ policy, log });
  const ask = () => closed.send('POST', '/v1/tool/exec', { body: { params: { command: 'ls' } } });
  const answers = [await ask(), await ask()];
  await closed.close();
  expect(answers.map(({ body }) => body['message'])).toEqual(
    Array(2).fill('webhook unavailable, failing closed: webhook request failed'),
  );
  expect(logged).toEqual([
    {
      fields: {
        policy: 'asks-inside',
        host: '127.0.0.1:1',
        err: expect.objectContaining({ message: expect.stringContaining('--allow-private-targets') }),
      },
      message: 'the webhook of a policy is not called',
    },
  ]);
});
