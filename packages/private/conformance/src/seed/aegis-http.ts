import { expect } from 'vitest';
import type { TestGateway } from '../support/gateway.js';
import { type Answer, http } from '../support/http.js';
import { aegisKeyOf } from './aegis-setup.js';
import type { ParityRow } from './row.js';

const post = (gateway: TestGateway, path: string, body: object, token = aegisKeyOf(gateway)): Promise<Answer> =>
  http(gateway.url, { method: 'POST', path, body, token, headers: { 'Content-Type': 'application/json' } });
const propose = (gateway: TestGateway, body: object) => post(gateway, '/api/v1/governance/propose', body);

/** What the seed's call is on the wire, word for word. */
const SEED_BODY = {
  actor: { id: 'agent-001', type: 'ai-agent' },
  action: {
    capability: 'database.query',
    parameters: { query: 'SELECT * FROM users LIMIT 10', database: 'production' },
  },
  context: { session_id: 'sess_abc123', metadata: { source: 'customer-support-bot' } },
};

const demo = (capability: string) => ({
  actor: { id: 'demo-agent', type: 'ai-agent' },
  action: { capability, parameters: {} },
});

/** The rows that are shown verbatim over HTTP. */
export const aegisHttpRows: readonly ParityRow[] = [
  {
    item: 'Proposing an action',
    seed: 'propose(actor={"id": "agent-001", "type": "ai-agent"}, action={"capability": "database.query", "parameters": {…}}, context={"session_id": "sess_abc123", "metadata": {…}})',
    ours: 'POST /api/v1/governance/propose',
    via: 'http',
    async run(gateway) {
      const { status, body, headers } = await propose(gateway, SEED_BODY);
      expect([status, body['outcome']]).toEqual([200, 'ALLOW']);
      expect(headers.get('content-type')).toMatch(/^application\/json/);
    },
  },
  {
    item: 'Decision object: names and types',
    seed: 'decision_id: str · outcome: Literal[…] · reason: str · risk_score: float · constraints: dict · timestamp: str · audit_ref: str',
    ours: '{ decision_id, outcome, reason, risk_score, constraints, timestamp, audit_ref }',
    via: 'http',
    async run(gateway) {
      const { body } = await propose(gateway, SEED_BODY);
      expect(body).toEqual({
        decision_id: expect.any(String),
        outcome: 'ALLOW',
        reason: expect.any(String),
        risk_score: expect.any(Number),
        constraints: {},
        timestamp: expect.any(String),
        audit_ref: expect.any(String),
      });
    },
  },
  {
    item: 'Outcomes: all four are answers, not errors',
    seed: 'match decision.outcome: case "ALLOW": … case "DENY": … case "ESCALATE": … case "REQUIRE_CONFIRMATION":',
    ours: '200 { outcome }',
    via: 'http',
    async run(gateway) {
      const told: unknown[] = [];
      for (const capability of ['file.read', 'file.write', 'network.fetch', 'shell.exec']) {
        const { status, body } = await propose(gateway, demo(capability));
        told.push([status, body['outcome']]);
      }
      expect(told).toEqual([
        [200, 'ALLOW'],
        [200, 'DENY'],
        [200, 'ESCALATE'],
        [200, 'REQUIRE_CONFIRMATION'],
      ]);
    },
  },
  {
    item: 'REQUIRE_CONFIRMATION: resubmitted with its token',
    seed: '# Resubmit with confirmation token',
    ours: '{ …, confirmation_token: constraints.confirmation_token }',
    via: 'http',
    async run(gateway) {
      const { body } = await propose(gateway, demo('shell.exec'));
      const { confirmation_token: token } = Object(body['constraints']);
      const confirmed = await propose(gateway, { ...demo('shell.exec'), confirmation_token: token });
      expect(confirmed.body['outcome']).toBe('ALLOW');
      const again = await propose(gateway, { ...demo('shell.exec'), confirmation_token: token });
      expect([again.status, again.body['error_code']]).toEqual([400, 'AEGIS-CNF-001']);
    },
  },
  {
    item: 'ESCALATE: a human reviewer answers',
    seed: '# Route to human reviewer',
    ours: 'POST /api/v1/governance/escalations/{id}/respond',
    via: 'http',
    async run(gateway) {
      const action = { capability: 'network.fetch', parameters: { of: 'the http row' } };
      const { body } = await propose(gateway, { ...demo('network.fetch'), action });
      const path = `/api/v1/governance/escalations/${Object(body['constraints']).escalation_id}/respond`;
      const verdict = { decision: 'deny', operator_id: 'alice' };
      const answer = await post(gateway, path, verdict, aegisKeyOf(gateway, 'operatorKey'));
      expect([answer.status, answer.body['status']]).toEqual([200, 'denied']);
    },
  },
  {
    item: 'Async support: without a context',
    seed: 'await aegis.propose(actor=…, action={"capability": "database.query", "parameters": {"query": "..."}})',
    ours: 'POST /api/v1/governance/propose',
    via: 'http',
    async run(gateway) {
      const action = { capability: 'database.query', parameters: { query: '...' } };
      const { status, body } = await propose(gateway, { actor: SEED_BODY.actor, action });
      expect([status, body['outcome']]).toEqual([200, 'ALLOW']);
    },
  },
  {
    item: 'Error handling: an invalid capability',
    seed: '# Governance system error (e.g., invalid capability)',
    ours: '400 { error_code: "AEGIS-VAL-007", … }',
    via: 'http',
    async run(gateway) {
      const { status, body } = await propose(gateway, demo('Not A Capability'));
      expect([status, body['error_code'], body['type']]).toEqual([400, 'AEGIS-VAL-007', 'AEGISValidationError']);
    },
  },
  {
    item: 'Error handling: an auth failure',
    seed: '# Transport error (network, timeout, auth failure)',
    ours: '401 { error_code: "AEGIS-AUTH-002", … }',
    via: 'http',
    async run(gateway) {
      const answer = await post(gateway, '/api/v1/governance/propose', SEED_BODY, 'aegis_sk_live_nobody');
      expect([answer.status, answer.body['error_code']]).toEqual([401, 'AEGIS-AUTH-002']);
    },
  },
  {
    item: 'LangChain tool wrapper: its request',
    seed: 'actor={"id": "langchain-agent", "type": "ai-agent"}, action={"capability": capability, "parameters": kwargs}',
    ours: 'POST /api/v1/governance/propose',
    via: 'http',
    async run(gateway) {
      const actor = { id: 'langchain-agent', type: 'ai-agent' };
      const action = { capability: 'database.query', parameters: { query: 'SELECT 1' } };
      expect((await propose(gateway, { actor, action })).body['outcome']).toBe('ALLOW');
    },
  },
];
