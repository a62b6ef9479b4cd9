import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestAegis, testAegis } from './testing.js';

let t: TestAegis;
beforeAll(async () => {
  t = await testAegis();
});
afterAll(() => t.close());

const POLICIES = '/api/v1/policies';
const GRANTS = '/api/v1/actors/demo-agent/grants';
const rule = { capability: 'file.read', outcome: 'ALLOW' };
const grant = { capability: 'file.write' };

test.each<[string, string, object]>([
  ['risklevel', '/api/v1/capabilities', { name: 'mail.send', risklevel: 'critical' }],
  ['enabeld', POLICIES, { name: 'one', rules: [rule], enabeld: false }],
  ['condtion', POLICIES, { name: 'two', rules: [{ ...rule, condtion: 'false' }] }],
  ['expires', GRANTS, { ...grant, expires: '2000-01-01T00:00:00Z' }],
  ['rate_limits', GRANTS, { ...grant, constraints: { rate_limits: { max_requests: 1, window_seconds: 60 } } }],
  ['zone', GRANTS, { ...grant, constraints: { time_window: { start: '09:00', end: '17:00', zone: 'UTC' } } }],
  ['per', GRANTS, { ...grant, constraints: { rate_limit: { max_requests: 1, window_seconds: 60, per: 'day' } } }],
])('a name that nobody reads is refused, and not left out: %s', async (name, path, body) => {
  const { status, text } = await t.admin('POST', path, body);
  expect(status).toBe(400);
  expect(text).toContain('AEGIS-REQ-002');
  expect(text).toContain(name);
});

test('a proposal with more than anybody reads is decided', async () => {
  expect((await t.propose('file.read', { more: { colour: 'red' } })).body).toMatchObject({ outcome: 'ALLOW' });
});
