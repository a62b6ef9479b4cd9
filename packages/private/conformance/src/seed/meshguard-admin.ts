import { AuthenticationError, MeshGuardClient } from '@sallyport/meshguard';
import { expect } from 'vitest';
import { caught } from '../support/caught.js';
import type { TestGateway } from '../support/gateway.js';
import type { ParityRow } from './row.js';

function adminOf({ url, credentials }: TestGateway): MeshGuardClient {
  const { agentToken = '', adminToken = '' } = credentials['meshguard'] ?? {};
  return new MeshGuardClient({ gatewayUrl: url, agentToken, adminToken });
}

/** What the seed's admin operations are here. */
export const meshguardAdminRows: readonly ParityRow[] = [
  {
    item: 'admin operations require an admin token',
    seed: 'Requires `admin_token` to be set.',
    ours: 'await new MeshGuardClient({ agentToken }).listAgents() // AuthenticationError, before anything is sent',
    via: 'client',
    async run({ url }) {
      await using client = new MeshGuardClient({ gatewayUrl: url, agentToken: 'x' });
      const error = await caught(client.listAgents());
      expect(error).toBeInstanceOf(AuthenticationError);
      expect(error).toMatchObject({ message: expect.stringContaining('Admin token required for this operation') });
    },
  },
  {
    item: 'list agents: name, trust_tier',
    seed: 'for agent in client.list_agents(): agent.name, agent.trust_tier',
    ours: 'for (const { name, trustTier } of await client.listAgents())',
    via: 'client',
    async run(gateway) {
      await using client = adminOf(gateway);
      const agents = (await client.listAgents()).map(({ name, trustTier }) => `${name} (${trustTier})`);
      expect(agents).toContain('demo-agent (verified)');
    },
  },
  {
    item: 'create agent: id, token',
    seed: 'client.create_agent(name="my-agent", trust_tier="verified", tags=[…]): result[\'id\'], result[\'token\']',
    ours: "await client.createAgent({ name: 'my-agent', trustTier: 'verified', tags: ['production', 'sales'] }): id, token",
    via: 'client',
    async run(gateway) {
      await using client = adminOf(gateway);
      const params = { name: 'my-agent', trustTier: 'verified', tags: ['production', 'sales'] };
      const { id, token } = await client.createAgent(params);
      expect(await client.getAgent(id)).toMatchObject(params);
      await using agent = new MeshGuardClient({ gatewayUrl: gateway.url, agentToken: token });
      expect((await agent.check('read:contacts')).decision).toBe('deny');
    },
  },
  {
    item: 'update agent: only what is given changes',
    seed: 'client.update_agent(agent_id="agent_abc123", trust_tier="verified", tags=["tag1", "tag2"], metadata={"key": "value"})',
    ours: "await client.updateAgent('agent_abc123', { trustTier: 'verified', tags: ['tag1', 'tag2'], metadata: { key: 'value' } })",
    via: 'client',
    async run(gateway) {
      await using client = adminOf(gateway);
      const changes = { trustTier: 'verified', tags: ['tag1', 'tag2'], metadata: { key: 'value' } };
      const { name } = await client.getAgent('agent_abc123');
      expect(await client.updateAgent('agent_abc123', changes)).toMatchObject({ name, ...changes });
      const trusted = await client.updateAgent('agent_abc123', { trustTier: 'trusted' });
      expect(trusted).toMatchObject({ name, ...changes, trustTier: 'trusted' });
      expect(await client.updateAgent('agent_abc123', {})).toMatchObject({ name, tags: ['tag1', 'tag2'] });
    },
  },
  {
    item: 'revoke agent',
    seed: 'client.revoke_agent("agent_abc123")',
    ours: "await client.revokeAgent('agent_abc123')",
    via: 'client',
    async run(gateway) {
      await using client = adminOf(gateway);
      await client.revokeAgent('agent_abc123');
      expect((await client.listAgents()).map(({ id }) => id)).not.toContain('agent_abc123');
    },
  },
  {
    item: 'list policies: name, rules',
    seed: "f\"{policy['name']}: {len(policy['rules'])} rules\"",
    ours: 'for (const { name, rules } of await client.listPolicies())',
    via: 'client',
    async run(gateway) {
      await using client = adminOf(gateway);
      const lines = (await client.listPolicies()).map(({ name, rules }) => `${name}: ${rules.length} rules`);
      expect(lines).toEqual(['development: 4 rules']);
    },
  },
  {
    item: 'audit log: recent entries, only denials; timestamp, action, decision',
    seed: 'client.get_audit_log(limit=10) · client.get_audit_log(limit=50, decision="deny")',
    ours: "await client.getAuditLog({ limit: 10 }) · await client.getAuditLog({ limit: 50, decision: 'deny' })",
    via: 'client',
    async run(gateway) {
      await using client = adminOf(gateway);
      await client.check('read:contacts');
      await client.check('delete:database');
      const entries = await client.getAuditLog({ limit: 10 });
      expect(entries.slice(0, 2)).toMatchObject([{ action: 'delete:database' }, { action: 'read:contacts' }]);
      const denials = await client.getAuditLog({ limit: 50, decision: 'deny' });
      const lines = denials.map(({ timestamp, action, decision }) => `${timestamp}: ${action} -> ${decision}`);
      expect(lines[0]).toMatch(/^\d{4}-\d\d-\d\dT.*Z: delete:database -> deny$/);
      expect(denials.every(({ decision }) => decision === 'deny')).toBe(true);
    },
  },
];
