import { afterEach, beforeEach, expect, test } from 'vitest';
import { type TestGateway, testGateway } from '../../testing/gateways.js';
import { startTarget, type Target } from '../../testing/target.js';
import { formatNotification, type Notification, platformOf } from './notify-formats.js';

let target: Target;
let t: TestGateway;
beforeEach(async () => {
  target = await startTarget(() => ({ status: 200, body: 'ok' }));
});
afterEach(async () => {
  await t.close();
  await target.close();
});

async function gateway(notify: string): Promise<void> {
  const policy = `
version: "1"
notify: { url: "${target.url}/hook"${notify} }
policies:
  - name: rules
    match: { tool: exec }
    rules:
      - { action: deny, when: { command_matches: ["rm *"] }, message: No deleting }
      - { action: ask, when: { command_matches: ["sudo *"] }, message: Needs a human }
      - { action: allow, when: { default: true } }
`;
  t = await testGateway({ policy, allowPrivateTargets: true, rampart: { resolveBaseUrl: 'https://gate.example' } });
}

const exec = (command: string, route = 'tool') =>
  t.send('POST', `/v1/${route}/exec`, { body: { agent: 'a', params: { command, token: 'hunter2' } } });

test('§5.5 a denial is told, an allowed call is not', async () => {
  await gateway('');
  await exec('ls');
  await exec('rm x');
  await target.arrived(1);
  expect(target.received).toEqual([
    {
      url: '/hook',
      body: {
        action: 'deny',
        tool: 'exec',
        command: 'rm x',
        policy: 'rules',
        message: 'No deleting',
        agent: 'a',
        timestamp: '2026-04-11T14:30:00Z',
      },
    },
  ]);
});

test('§2.5 a preview tells of denials, and of nothing else', async () => {
  await gateway('');
  await exec('sudo ls', 'preflight');
  await exec('rm x', 'preflight');
  await target.arrived(1);
  expect(target.received.map(({ body }) => body)).toMatchObject([{ action: 'deny' }]);
});

test('§5.5 a question is told with its approval, and a link that resolves it', async () => {
  await gateway(', on: [require_approval]');
  await exec('rm x');
  const { body } = await exec('sudo ls');
  await target.arrived(1);
  const [told] = target.received;
  expect(told?.body).toMatchObject({
    action: 'ask',
    approval_id: body['approval_id'],
    expires_at: '2026-04-11T14:32:00Z',
  });
  const link = String(told?.body['resolve_url']);
  expect(link).toMatch(/^https:\/\/gate\.example\/v1\/approvals\/.+\/resolve\?sig=[\w-]{43}&exp=\d+$/);
  const url = link.slice('https://gate.example'.length);
  const answer = await t.send('POST', url, { token: '', body: { approved: true, resolved_by: 'mallory' } });
  expect([answer.status, answer.body['status']]).toEqual([200, 'approved']);
  const { body: approval } = await t.send('GET', `/v1/approvals/${body['approval_id']}`, { token: t.approver });
  expect(approval['resolved_by']).toBe('signed-link');
});

test('§2.6 an approval that was asked for directly is told as require_approval', async () => {
  await gateway('');
  await t.send('POST', '/v1/approvals', { token: t.admin, body: { tool: 'exec', command: 'make', agent: 'a' } });
  await target.arrived(1);
  expect(target.received[0]?.body).toMatchObject({ action: 'require_approval', policy: 'unknown', command: 'make' });
});

const notification: Notification = {
  action: 'ask',
  tool: 'exec',
  command: 'echo <b> @everyone & *',
  policy: 'p',
  message: 'Why',
  agent: 'a',
  timestamp: '2026-04-11T14:30:00Z',
  approval_id: 'x',
  expires_at: '2026-04-11T14:32:00Z',
  resolve_url: 'https://gate.example/v1/approvals/x/resolve?sig=s&exp=1',
};

test.each([
  ['https://hooks.slack.com/services/x', 'slack'],
  ['https://discord.com/api/webhooks/x', 'discord'],
  ['https://contoso.webhook.office.com/x', 'teams'],
  ['https://example.com/slack.com', 'webhook'],
])('§5.5 %s is told in the format of %s', (url, platform) => {
  expect(platformOf({ url, platform: 'auto', on: [] })).toBe(platform);
  expect(platformOf({ url, platform: 'openclaw', on: [] })).toBe('openclaw');
});

test('Slack reads no markup in a command', () => {
  const text = JSON.stringify(formatNotification('slack', notification));
  expect(text).toContain('echo &lt;b&gt; @everyone &amp; *');
  expect(text).toContain(`<${notification.resolve_url}|Review this request>`);
});

test('Discord mentions nobody', () => {
  const message = formatNotification('discord', notification);
  expect(message).toMatchObject({ allowed_mentions: { parse: [] }, embeds: [{ url: notification.resolve_url }] });
  expect(JSON.stringify(message)).toContain('\\\\@everyone');
});

test('Teams is sent a card with the link', () => {
  expect(formatNotification('teams', notification)).toMatchObject({
    '@type': 'MessageCard',
    title: 'Rampart: ask exec',
    potentialAction: [{ targets: [{ uri: notification.resolve_url }] }],
  });
});

test('OpenClaw is sent a text beside the fields', () => {
  expect(formatNotification('openclaw', notification)).toMatchObject({
    action: 'ask',
    message: expect.stringContaining('Rampart: ask exec'),
  });
});
