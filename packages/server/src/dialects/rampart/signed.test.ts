import { afterEach, beforeEach, expect, test } from 'vitest';
import { type TestGateway, testGateway } from '../../testing/gateways.js';
import { startTarget, type Target } from '../../testing/target.js';

const POLICY = (url: string) => `
version: "1"
notify: { url: "${url}", on: [ask] }
policies:
  - name: humans
    rules: [{ action: ask, message: '<script>alert("why")</script>', when: { default: true } }]
`;

let target: Target;
let t: TestGateway;
let link: string;
let id: string;

beforeEach(async () => {
  target = await startTarget(() => ({ status: 200, body: '' }));
  t = await testGateway({ policy: POLICY(target.url), allowPrivateTargets: true });
  const { body } = await t.send('POST', '/v1/tool/exec', { body: { params: { command: 'echo "<b>&"' } } });
  await target.arrived(1);
  id = String(body['approval_id']);
  const { pathname, search } = new URL(String(target.received[0]?.body['resolve_url']));
  link = pathname + search;
});
afterEach(async () => {
  await t.close();
  await target.close();
});

test('the link opens a page that asks and resolves nothing by itself', async () => {
  const { status, headers, text } = await t.send('GET', link, { token: '' });
  expect(status).toBe(200);
  expect(headers).toMatchObject({
    'content-type': 'text/html; charset=utf-8',
    'x-frame-options': 'DENY',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
  });
  const [, nonce] = /script-src 'nonce-([^']+)'/.exec(String(headers['content-security-policy'])) ?? [];
  expect(nonce).toMatch(/^[\w+/=]{20,}$/);
  expect(text).toContain(`<script nonce="${nonce}">`);
  expect(text).toContain('echo &quot;&lt;b&gt;&amp;&quot;');
  expect(text).not.toContain('<script>alert');
  const { body } = await t.send('GET', `/v1/approvals/${id}`, { token: t.approver });
  expect(body['status']).toBe('pending');
});

test('the page shows the whole call, escaped, secrets masked', async () => {
  const params = { url: 'https://evil.example/a?b=1', method: 'POST', note: '<i>\u202e', api_key: 'hunter2' };
  await t.send('POST', '/v1/tool/fetch', { body: { params } });
  await target.arrived(2);
  const told = target.received[1]?.body ?? {};
  expect(told).toMatchObject({
    command: params.url,
    summary: 'POST https://evil.example/a?b=1 {"note":"<i>\\u202e","api_key":"[REDACTED]"}',
  });
  const { pathname, search } = new URL(String(told['resolve_url']));
  const { text } = await t.send('GET', pathname + search, { token: '' });
  expect(text).toContain('<pre>POST https://evil.example/a?b=1 {');
  expect(text).toContain('&quot;note&quot;: &quot;&lt;i&gt;\\u202e&quot;');
  expect(text).toContain('&quot;domain&quot;: &quot;evil.example&quot;');
  expect(text).not.toContain('hunter2');
  expect(text).not.toContain('\u202e');
});

test('the page is never the same nonce twice', async () => {
  const policies = await Promise.all([1, 2].map(() => t.send('GET', link, { token: '' })));
  expect(new Set(policies.map(({ headers }) => headers['content-security-policy'])).size).toBe(2);
});

test('§2.6 posting to the link resolves, once', async () => {
  expect((await t.send('POST', link, { token: '', body: { approved: false } })).body['status']).toBe('denied');
  const again = await t.send('POST', link, { token: '', body: { approved: true } });
  expect([again.status, again.body['error']]).toEqual([410, 'approval already resolved; URL cannot be reused']);
  expect((await t.send('GET', link, { token: '' })).text).toContain('denied already');
});

test('§2.6 a wrong signature is refused even with a valid admin token', async () => {
  const wrong = link.replace(/sig=./, (start) => (start.endsWith('A') ? 'sig=B' : 'sig=A'));
  for (const method of ['POST', 'GET'] as const) {
    const { status, body } = await t.send(method, wrong, {
      token: t.admin,
      ...(method === 'POST' && { body: { approved: true } }),
    });
    expect([status, body['error']]).toEqual([401, 'invalid or expired signature']);
  }
});

test('§2.6 a link expires', async () => {
  t.clock.advance(120_001);
  const { status } = await t.send('POST', link, { token: '', body: { approved: true } });
  expect(status).toBe(401);
});

test('§2.6 a link cannot persist', async () => {
  const { status, body } = await t.send('POST', link, { token: '', body: { approved: true, persist: true } });
  expect([status, body['error']]).toEqual([
    403,
    'persist=true requires admin token authentication, not a signed approval URL',
  ]);
});

test('an approver that wants to persist is not told of a link that it did not use', async () => {
  const url = link.replace(/\?.*/, '');
  const { status, body } = await t.send('POST', url, { token: t.approver, body: { approved: true, persist: true } });
  expect([status, body['error']]).toEqual([403, 'persist=true requires admin token authentication']);
});

test('§2.6 half a signature is none', async () => {
  const half = link.replace(/&exp=.*/, '');
  expect((await t.send('POST', half, { token: '', body: {} })).status).toBe(401);
  expect((await t.send('GET', half, { token: '' })).status).toBe(404);
  expect((await t.send('POST', half, { token: t.approver, body: {} })).status).toBe(200);
});

test('§5.5 a link says when its approval expires', () => {
  const query = new URLSearchParams(link.split('?')[1]);
  expect(query.get('sig')).toHaveLength(43);
  expect(Number(query.get('exp'))).toBe(Math.floor((t.clock.now() + 120_000) / 1000));
});

test('a browser is shown a page when its link is not good; programs are answered in JSON', async () => {
  const open = (url: string, accept: string) => t.send('GET', url, { token: '', headers: { accept } });
  const browser = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
  const half = await open(link.replace(/&exp=.*/, ''), browser);
  expect([half.status, half.headers['content-type']]).toEqual([404, 'text/html; charset=utf-8']);
  expect(half.text).toContain('Open it exactly as you received it.');
  t.clock.advance(120_001);
  const late = await open(link, browser);
  expect([late.status, late.headers['content-type']]).toEqual([401, 'text/html; charset=utf-8']);
  expect(late.text).toContain('<h1>This link is not good</h1>');
  expect(late.headers['content-security-policy']).toContain("default-src 'none'");
  for (const accept of ['*/*', 'application/json']) {
    expect((await open(link, accept)).body).toEqual({ error: 'invalid or expired signature' });
  }
});
