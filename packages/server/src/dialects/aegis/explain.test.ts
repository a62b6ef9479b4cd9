import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestAegis, testAegis } from './testing.js';

let t: TestAegis;
beforeAll(async () => {
  t = await testAegis();
});
afterAll(() => t.close());

const explain = (call: unknown) => t.admin('POST', '/sallyport/v1/explain', { dialect: 'aegis', call });
const proposal = (capability: string, more: object = {}) => ({
  actor: { id: 'demo-agent', type: 'ai-agent' },
  action: { capability, parameters: {}, ...more },
});

test('it says what would be decided, and why, and records nothing', async () => {
  const { status, body } = await explain(proposal('shell.exec'));
  expect(status).toBe(200);
  expect(body).toMatchObject({
    decision: 'REQUIRE_CONFIRMATION',
    message: "Human confirmation required by policy 'Require confirmation for shell execution'.",
    matched_policies: ['Require confirmation for shell execution'],
    suggestions: [expect.stringContaining('ask the user')],
    trace: {
      input: { capability: 'shell.exec', action_type: 'shell_exec', target: 'shell.exec' },
      stage: 'policy',
      policies: [{ policy_name: 'Require confirmation for shell execution', matched: true }],
      risk: { risk_score: 0.495, breakdown: { action_severity: 9 } },
      counts: { recent_actions: 0, decisions: 0 },
    },
  });
  expect((await t.send('GET', '/api/v1/governance/decisions')).body['total']).toBe(0);
});

test.each([
  [proposal('file.write'), 'grant', "grant 'file.write' to 'demo-agent'"],
  [
    proposal('no.such'),
    'capability',
    "register the capability 'no.such', grant it to 'demo-agent', and allow it by a policy",
  ],
])('it says what would have allowed it', async (call, stage, suggestion) => {
  const { body } = await explain(call);
  expect(body).toMatchObject({ decision: 'DENY', suggestions: [suggestion], trace: { stage } });
});

test('a dangerous pattern is named', async () => {
  const { body } = await explain(proposal('file.write', { resource: '.bashrc' }));
  expect(body).toMatchObject({ decision: 'REJECTED', trace: { error_code: 'AEGIS-VAL-023' } });
});

test('a proposal that does not parse is the asker’s mistake', async () => {
  expect((await explain({ actor: {} })).status).toBe(400);
  expect((await explain('x')).status).toBe(400);
});

test('its measurements are among the gateway’s', async () => {
  await t.propose('file.read');
  const { text } = await t.admin('GET', '/metrics');
  expect(text).toContain('aegis_decisions_total{outcome="ALLOW"} 1\n');
  expect(text).toContain('aegis_capabilities_usage_total{capability="file.read"} 1\n');
  expect(text).toContain('aegis_risk_score_bucket{le="0.1"} 1\n');
  expect(text).toContain('aegis_pending_reviews 0\n');
});
