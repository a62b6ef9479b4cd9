import { expect } from 'vitest';
import type { TestGateway } from '../support/gateway.js';
import { type Call, http } from '../support/http.js';
import type { ParityRow } from './row.js';

const tokens = ({ credentials }: TestGateway) => ({
  agentToken: credentials['meshguard']?.['agentToken'] ?? '',
  adminToken: credentials['meshguard']?.['adminToken'] ?? '',
});
const TRACE = { 'X-MeshGuard-Trace-ID': 'custom-trace-id' };

/** As the Python client sends it: the agent's token, the trace id and the action. */
const ask = (gateway: TestGateway, method: Call['method'], path: string, action: string, body?: object) =>
  http(gateway.url, {
    method,
    path,
    token: tokens(gateway).agentToken,
    headers: { ...TRACE, 'X-MeshGuard-Action': action, ...(body && { 'Content-Type': 'application/json' }) },
    ...(body && { body }),
  });
const administer = (gateway: TestGateway, method: Call['method'], path: string, body?: object) =>
  http(gateway.url, {
    method,
    path,
    headers: { ...TRACE, 'X-Admin-Token': tokens(gateway).adminToken },
    ...(body && { body }),
  });

/** The seed's calls as its own client puts them on the wire. */
export const meshguardHttpRows: readonly ParityRow[] = [
  {
    item: 'check: an action that is allowed',
    seed: 'client.check("read:contacts")',
    ours: 'GET /proxy/check',
    via: 'http',
    async run(gateway) {
      const { status, body, headers } = await ask(gateway, 'GET', '/proxy/check', 'read:contacts');
      expect([status, body['policy'], headers.get('x-meshguard-trace-id')]).toEqual([
        200,
        'development',
        'custom-trace-id',
      ]);
    },
  },
  {
    item: 'enforce: an action that is denied',
    seed: 'client.enforce("delete:database")',
    ours: 'GET /proxy/check',
    via: 'http',
    async run(gateway) {
      const { status, body } = await ask(gateway, 'GET', '/proxy/check', 'delete:database');
      expect([status, body]).toEqual([
        403,
        expect.objectContaining({
          action: 'delete:database',
          policy: 'development',
          message: 'Deleting is not allowed',
        }),
      ]);
    },
  },
  {
    item: 'govern',
    seed: 'with client.govern("write:email") as decision',
    ours: 'GET /proxy/check',
    via: 'http',
    async run(gateway) {
      expect((await ask(gateway, 'GET', '/proxy/check', 'write:email')).status).toBe(200);
    },
  },
  {
    item: 'proxy: GET request',
    seed: 'client.get("/api/contacts", action="read:contacts")',
    ours: 'GET /proxy/api/contacts',
    via: 'http',
    async run(gateway) {
      const { status, body } = await ask(gateway, 'GET', '/proxy/api/contacts', 'read:contacts');
      expect([status, body]).toMatchObject([200, { contacts: [{ name: 'Ada Lovelace' }, {}] }]);
    },
  },
  {
    item: 'proxy: POST request',
    seed: 'client.post("/api/emails", action="write:email", json={"to": "user@example.com", "body": "Hello!"})',
    ours: 'POST /proxy/api/emails',
    via: 'http',
    async run(gateway) {
      const email = { to: 'user@example.com', body: 'Hello!' };
      const { status, body } = await ask(gateway, 'POST', '/proxy/api/emails', 'write:email', email);
      expect([status, body]).toMatchObject([201, email]);
    },
  },
  {
    item: 'proxy: generic request',
    seed: 'client.request("PUT", "/api/records/123", action="write:records", json={"status": "updated"})',
    ours: 'PUT /proxy/api/records/123',
    via: 'http',
    async run(gateway) {
      const update = { status: 'updated' };
      const { status, body } = await ask(gateway, 'PUT', '/proxy/api/records/123', 'write:records', update);
      expect([status, body]).toEqual([200, { id: '123', status: 'updated' }]);
    },
  },
  {
    item: 'list agents',
    seed: 'client.list_agents()',
    ours: 'GET /admin/agents',
    via: 'http',
    async run(gateway) {
      const { body } = await administer(gateway, 'GET', '/admin/agents');
      expect(body['agents']).toContainEqual(expect.objectContaining({ name: 'demo-agent', trustTier: 'verified' }));
    },
  },
  {
    item: 'create, update and revoke an agent',
    seed: 'client.create_agent(name="my-agent", …) · client.update_agent(agent_id=…, …) · client.revoke_agent(…)',
    ours: 'POST /admin/agents · PATCH and DELETE /admin/agents/{id}',
    via: 'http',
    async run(gateway) {
      const agent = { name: 'my-agent', trustTier: 'verified', tags: ['production', 'sales'] };
      const created = await administer(gateway, 'POST', '/admin/agents', agent);
      expect(created.body).toMatchObject({ id: expect.any(String), token: expect.any(String) });
      const path = `/admin/agents/${created.body['id']}`;
      const changes = { trustTier: 'verified', tags: ['tag1', 'tag2'], metadata: { key: 'value' } };
      expect((await administer(gateway, 'PATCH', path, changes)).body).toMatchObject({ name: 'my-agent', ...changes });
      expect((await administer(gateway, 'PATCH', path, { tags: [] })).body).toMatchObject({ ...changes, tags: [] });
      expect((await administer(gateway, 'DELETE', path)).status).toBe(200);
    },
  },
  {
    item: 'list policies',
    seed: "policy['name'], len(policy['rules'])",
    ours: 'GET /admin/policies',
    via: 'http',
    async run(gateway) {
      const { body } = await administer(gateway, 'GET', '/admin/policies');
      expect(body['policies']).toMatchObject([{ name: 'development', rules: [{}, {}, {}, {}] }]);
    },
  },
  {
    item: 'audit log: recent entries, and only denials',
    seed: 'client.get_audit_log(limit=10) · client.get_audit_log(limit=50, decision="deny")',
    ours: 'GET /admin/audit?limit=10 · GET /admin/audit?limit=50&decision=deny',
    via: 'http',
    async run(gateway) {
      await ask(gateway, 'GET', '/proxy/check', 'read:contacts');
      await ask(gateway, 'GET', '/proxy/check', 'delete:database');
      const recent = await administer(gateway, 'GET', '/admin/audit?limit=10');
      const entry = { timestamp: expect.any(String), action: 'delete:database', decision: 'deny' };
      const entries: unknown = recent.body['entries'];
      expect(Array.isArray(entries) ? entries.slice(0, 2) : entries).toMatchObject([
        entry,
        { action: 'read:contacts', decision: 'allow' },
      ]);
      const { body } = await administer(gateway, 'GET', '/admin/audit?limit=50&decision=deny');
      const denials: unknown = body['entries'];
      expect(Array.isArray(denials) && denials.every(({ decision }) => decision === 'deny')).toBe(true);
      expect(denials).toContainEqual(expect.objectContaining(entry));
    },
  },
  {
    item: 'errors: invalid or expired token',
    seed: 'except AuthenticationError',
    ours: '401',
    via: 'http',
    async run({ url }) {
      const headers = { 'X-MeshGuard-Action': 'dangerous:action' };
      const answer = await http(url, { method: 'GET', path: '/proxy/check', token: 'your-agent-token', headers });
      expect([answer.status, answer.body['message']]).toEqual([401, 'Invalid or expired token']);
    },
  },
  {
    item: 'health check, without a token',
    seed: '{"status": "healthy", "version": "0.1.0", "mode": "enforce"}',
    ours: 'GET /health',
    via: 'http',
    async run({ url }) {
      const { status, body } = await http(url, { method: 'GET', path: '/health' });
      expect([status, body]).toMatchObject([200, { status: 'healthy', version: expect.any(String), mode: 'enforce' }]);
    },
  },
];
