import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type TestAegis, testAegis } from './testing.js';

let t: TestAegis;
beforeEach(async () => {
  t = await testAegis();
});
afterEach(() => t.close());

test("the seed document's first call is allowed, with exactly the seven fields", async () => {
  const { status, text, body } = await t.send('POST', '/api/v1/governance/propose', {
    body: {
      actor: { id: 'agent-001', type: 'ai-agent' },
      action: {
        capability: 'database.query',
        parameters: { query: 'SELECT * FROM users LIMIT 10', database: 'production' },
      },
      context: { session_id: 'sess_abc123', metadata: { source: 'customer-support-bot' } },
    },
  });
  expect(status).toBe(200);
  expect(text).toMatch(
    /^\{"decision_id":"dec_[0-9A-Z]{26}","outcome":"ALLOW","reason":"Approved by policy 'Allow database queries'\.","risk_score":0\.135,"constraints":\{\},"timestamp":"2026-04-11T14:30:00Z","audit_ref":"aud_[0-9A-Z]{26}"\}\n$/,
  );
  expect(String(body['audit_ref']).slice(4)).toBe(String(body['decision_id']).slice(4));
});

test('the LangChain wrapper of the seed, and its call without a context, are allowed', async () => {
  const { body } = await t.send('POST', '/api/v1/governance/propose', {
    body: {
      actor: { id: 'langchain-agent', type: 'ai-agent' },
      action: { capability: 'database.query', parameters: { query: '...' } },
    },
  });
  expect(body['outcome']).toBe('ALLOW');
});

describe('the documented demo data', () => {
  test.each([
    ['file.read', 'ALLOW', "Approved by policy 'Allow file reads'."],
    ['file.write', 'DENY', "Agent lacks a capability covering action 'file_write' on the requested target."],
    ['network.fetch', 'ESCALATE', "Escalation required by policy 'Escalate network requests'."],
    [
      'shell.exec',
      'REQUIRE_CONFIRMATION',
      "Human confirmation required by policy 'Require confirmation for shell execution'.",
    ],
  ])('%s is %s', async (capability, outcome, reason) => {
    const { status, body } = await t.propose(capability);
    expect(status).toBe(200);
    expect(body).toMatchObject({ outcome, reason });
  });
});

test('the dialect is mounted whole under its own name, too', async () => {
  expect((await t.send('GET', '/aegis/api/v1/health', { token: '' })).body).toMatchObject({ status: 'healthy' });
  expect((await t.send('GET', '/aegis/readyz', { token: '' })).body).toMatchObject({ status: 'ready' });
});
