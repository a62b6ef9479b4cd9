import {
  AuthenticationError,
  MeshGuardClient,
  MeshGuardError,
  PolicyDeniedError,
  RateLimitError,
} from '@sallyport/meshguard';
import { MeshGuardClientSync } from '@sallyport/meshguard/sync';
import { expect } from 'vitest';
import { caught, thrown } from '../support/caught.js';
import type { TestGateway } from '../support/gateway.js';
import { withEnvironment } from './environment.js';
import type { ParityRow } from './row.js';

function optionsOf({ url, credentials }: TestGateway) {
  const { agentToken = '', adminToken = '' } = credentials['meshguard'] ?? {};
  return { gatewayUrl: url, agentToken, adminToken, maxRetries: 0 };
}
const clientOf = (gateway: TestGateway, more: object = {}) => new MeshGuardClient({ ...optionsOf(gateway), ...more });

/** How the client is set up, and what it asks. */
export const meshguardClientRows: readonly ParityRow[] = [
  {
    item: 'quick start',
    seed: 'client = MeshGuardClient(gateway_url=…, agent_token=…); decision = client.check("read:contacts")',
    ours: "const decision = await new MeshGuardClient({ gatewayUrl, agentToken }).check('read:contacts')",
    via: 'client',
    async run(gateway) {
      const { gatewayUrl, agentToken } = optionsOf(gateway);
      await using client = new MeshGuardClient({ gatewayUrl, agentToken });
      expect((await client.check('read:contacts')).allowed).toBe(true);
    },
  },
  {
    item: 'MESHGUARD_GATEWAY_URL, MESHGUARD_AGENT_TOKEN, MESHGUARD_ADMIN_TOKEN',
    seed: 'client = MeshGuardClient()  # Uses env vars',
    ours: 'new MeshGuardClient()',
    via: 'client',
    async run(gateway) {
      const { gatewayUrl, agentToken, adminToken } = optionsOf(gateway);
      const values = {
        MESHGUARD_GATEWAY_URL: gatewayUrl,
        MESHGUARD_AGENT_TOKEN: agentToken,
        MESHGUARD_ADMIN_TOKEN: adminToken,
      };
      await withEnvironment(values, async () => {
        await using client = new MeshGuardClient();
        expect(client.gatewayUrl).toBe(gatewayUrl);
        expect((await client.check('read:data')).allowed).toBe(true);
        expect((await client.listAgents()).length).toBeGreaterThan(0);
      });
    },
  },
  {
    item: 'gateway_url: default',
    seed: 'https://dashboard.meshguard.app',
    ours: 'new MeshGuardClient().gatewayUrl',
    via: 'client',
    async run() {
      await using client = new MeshGuardClient();
      expect(client.gatewayUrl).toBe('https://dashboard.meshguard.app');
    },
  },
  {
    item: 'explicit configuration wins over the environment',
    seed: 'MeshGuardClient(gateway_url=…, agent_token=…, admin_token=…, timeout=30.0, trace_id="custom-trace-id")',
    ours: "new MeshGuardClient({ gatewayUrl, agentToken, adminToken, timeoutMs: 30_000, traceId: 'custom-trace-id' })",
    via: 'client',
    async run(gateway) {
      const values = { MESHGUARD_GATEWAY_URL: 'http://127.0.0.1:1', MESHGUARD_AGENT_TOKEN: 'none' };
      await withEnvironment(values, async () => {
        await using client = clientOf(gateway, { timeoutMs: 30_000, traceId: 'custom-trace-id' });
        expect(client.traceId).toBe('custom-trace-id');
        expect((await client.check('read:contacts')).traceId).toBe('custom-trace-id');
        const [entry] = await client.getAuditLog({ limit: 1 });
        expect(entry?.traceId).toBe('custom-trace-id');
      });
    },
  },
  {
    item: 'timeout, in the unit of this language',
    seed: 'timeout=30.0',
    ours: 'timeoutMs: 30_000',
    via: 'client',
    async run(gateway) {
      const seconds: object = { timeout: 30 };
      expect(thrown(() => clientOf(gateway, seconds))).toMatchObject({
        code: 'configuration',
        message: expect.stringContaining('timeoutMs'),
      });
    },
  },
  {
    item: 'check: allowed, action, decision, policy, reason, trace_id; a refusal does not raise',
    seed: 'decision.allowed, decision.action, decision.decision, decision.policy, decision.reason, decision.trace_id',
    ours: 'decision.allowed, .action, .decision, .policy, .reason, .traceId',
    via: 'client',
    async run(gateway) {
      await using client = clientOf(gateway);
      const allowed = await client.check('read:contacts');
      expect(allowed).toMatchObject({
        allowed: true,
        action: 'read:contacts',
        decision: 'allow',
        policy: 'development',
      });
      expect(await client.check('delete:contacts')).toMatchObject({
        allowed: false,
        action: 'delete:contacts',
        decision: 'deny',
        policy: 'development',
        reason: 'Deleting is not allowed',
        traceId: client.traceId,
      });
    },
  },
  {
    item: 'enforce: raises PolicyDeniedError',
    seed: 'client.enforce("delete:database")  … except PolicyDeniedError as e: e.reason',
    ours: "await client.enforce('delete:database') // throws PolicyDeniedError",
    via: 'client',
    async run(gateway) {
      await using client = clientOf(gateway);
      const error = await caught(client.enforce('delete:database'));
      expect(error).toBeInstanceOf(PolicyDeniedError);
      expect(error).toMatchObject({ reason: 'Deleting is not allowed' });
      expect((await client.enforce('read:contacts')).allowed).toBe(true);
    },
  },
  {
    item: 'govern: a block of code that runs only if allowed',
    seed: 'with client.govern("write:email") as decision: send_email(…)',
    ours: "await using decision = await client.govern('write:email'); · await client.govern('write:email', sendEmail)",
    via: 'client',
    async run(gateway) {
      await using client = clientOf(gateway);
      const ran: string[] = [];
      const block = async (action: string) => {
        await using decision = await client.govern(action);
        ran.push(action);
        return decision.traceId;
      };
      expect(await block('write:email')).toBe(client.traceId);
      expect(await caught(block('delete:email'))).toBeInstanceOf(PolicyDeniedError);
      expect(await client.govern('write:email', () => ran.push('function'))).toBe(2);
      expect(await caught(client.govern('delete:email', () => ran.push('never')))).toBeInstanceOf(PolicyDeniedError);
      expect(ran).toEqual(['write:email', 'function']);
    },
  },
  {
    item: 'proxy: get, post, request',
    seed: 'client.get("/api/contacts", action=…) · client.post("/api/emails", action=…, json=…) · client.request("PUT", …)',
    ours: "client.get('/api/contacts', { action }) · client.post('/api/emails', { action, json }) · client.request('PUT', …)",
    via: 'client',
    async run(gateway) {
      await using client = clientOf(gateway);
      const contacts = await client.get('/api/contacts', { action: 'read:contacts' });
      expect(await contacts.json()).toMatchObject({ contacts: [{ name: 'Ada Lovelace' }, {}] });
      const json = { to: 'user@example.com', body: 'Hello!' };
      const email = await client.post('/api/emails', { action: 'write:email', json });
      expect([email.status, await email.json()]).toMatchObject([201, json]);
      const update = { action: 'write:records', json: { status: 'updated' } };
      const record = await client.request('PUT', '/api/records/123', update);
      expect(await record.json()).toEqual({ id: '123', status: 'updated' });
    },
  },
  {
    item: 'errors: one root, and one class for each case',
    seed: 'except PolicyDeniedError as e: e.action, e.policy, e.reason · AuthenticationError · RateLimitError · MeshGuardError',
    ours: 'error instanceof PolicyDeniedError: .action, .policy, .reason · AuthenticationError · RateLimitError · MeshGuardError',
    via: 'client',
    async run(gateway) {
      await using client = clientOf(gateway);
      const denied = await caught(client.enforce('dangerous:action'));
      expect(denied).toBeInstanceOf(PolicyDeniedError);
      expect(denied).toMatchObject({ action: 'dangerous:action', policy: 'development', reason: expect.any(String) });
      await using stranger = clientOf(gateway, { agentToken: 'your-agent-token' });
      const unknown = await caught(stranger.enforce('dangerous:action'));
      expect(unknown).toBeInstanceOf(AuthenticationError);
      await limitDemo(client, 1);
      await client.check('read:a').catch(() => {});
      const limited = await caught(client.check('read:b'));
      await limitDemo(client);
      expect(limited).toBeInstanceOf(RateLimitError);
      for (const error of [denied, unknown, limited]) expect(error).toBeInstanceOf(MeshGuardError);
    },
  },
  {
    item: 'health, is_healthy',
    seed: 'client.health() · if client.is_healthy()',
    ours: 'await client.health() · await client.isHealthy()',
    via: 'client',
    async run(gateway) {
      await using client = new MeshGuardClient({ gatewayUrl: gateway.url });
      expect(await client.health()).toMatchObject({ status: 'healthy', version: expect.any(String), mode: 'enforce' });
      expect(await client.isHealthy()).toBe(true);
      await using nobody = new MeshGuardClient({ gatewayUrl: 'http://127.0.0.1:1', maxRetries: 0 });
      expect(await nobody.isHealthy()).toBe(false);
    },
  },
  {
    item: 'context manager: the client is closed',
    seed: 'with MeshGuardClient() as client',
    ours: 'await using client = new MeshGuardClient() · using client = new MeshGuardClientSync()',
    via: 'client',
    async run(gateway) {
      const client = clientOf(gateway);
      {
        await using open = client;
        expect((await open.check('read:data')).allowed).toBe(true);
      }
      expect(await caught(client.check('read:data'))).toMatchObject({ code: 'aborted' });
    },
  },
  {
    item: 'all of it from code that cannot await',
    seed: 'client.check("read:contacts")',
    ours: "new MeshGuardClientSync().check('read:contacts')",
    via: 'client',
    async run(gateway) {
      const client = new MeshGuardClientSync(optionsOf(gateway));
      try {
        expect(client.check('read:contacts').allowed).toBe(true);
        expect(thrown(() => client.enforce('delete:database'))).toBeInstanceOf(PolicyDeniedError);
        expect(client.govern('write:email', ({ decision }) => decision)).toBe('allow');
        expect(client.get('/api/contacts', { action: 'read:contacts' }).json()).toHaveProperty('contacts');
        expect(client.isHealthy()).toBe(true);
      } finally {
        client.close();
      }
    },
  },
];

/** Holds the demo agent to so many requests per minute; to none again without a number. */
async function limitDemo(client: MeshGuardClient, requestsPerMinute?: number): Promise<void> {
  if (requestsPerMinute === undefined) return client.deletePolicy('limit');
  await client.applyPolicy({
    name: 'limit',
    appliesTo: { agentIds: ['agent_demo'] },
    rules: [{ effect: 'allow', actions: ['read:*'] }],
    rateLimits: { requestsPerMinute },
  });
}
