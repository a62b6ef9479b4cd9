import type { MeshGuardAdmin } from '@sallyport/meshguard';
import { expect } from 'vitest';
import { agentId, jwt, number, time } from './matchers.js';
import { DEMO_AGENT, type MethodsOf, type Trial } from './trial.js';

const SALES = {
  name: 'sales',
  version: '2',
  appliesTo: { tags: ['sales'] },
  rules: [{ name: 'look', effect: 'allow', actions: ['read:*'] }],
  defaultEffect: 'deny',
};

/** What an admin calls. */
export const adminMethods: Record<MethodsOf<MeshGuardAdmin>, Trial> = {
  async createAgent({ admin, client }) {
    const created = await admin.createAgent({ name: 'my-agent', tags: ['production', 'sales'], description: 'sells' });
    expect(created).toEqual({
      id: agentId,
      name: 'my-agent',
      trustTier: 'verified',
      tags: ['production', 'sales'],
      orgId: 'default',
      description: 'sells',
      capabilities: [],
      metadata: {},
      status: 'active',
      createdAt: time,
      token: jwt,
    });
    const decision = await client({ agentToken: created.token }).check('read:contacts');
    expect(decision).toMatchObject({ allowed: false, policy: 'default', rule: 'default-deny' });
  },
  async listAgents({ admin }) {
    const agents = await admin.listAgents();
    expect(agents.map(({ name }) => name)).toEqual(expect.arrayContaining(['demo-agent', 'my-agent']));
    for (const agent of agents) expect(agent).not.toHaveProperty('token');
  },
  async getAgent({ admin }) {
    expect(await admin.getAgent(DEMO_AGENT)).toMatchObject({ id: DEMO_AGENT, name: 'demo-agent', status: 'active' });
    await expect(admin.getAgent('agent_nobody')).rejects.toMatchObject({ code: 'not_found' });
  },
  async updateAgent({ admin }) {
    const { id } = await admin.createAgent({ name: 'changing', tags: ['old'], metadata: { kept: true } });
    const updated = await admin.updateAgent(id, { trustTier: 'trusted', tags: ['tag1', 'tag2'] });
    expect(updated).toMatchObject({ name: 'changing', trustTier: 'trusted', tags: ['tag1', 'tag2'] });
    expect(updated).toMatchObject({ metadata: { kept: true }, updatedAt: time });
    expect(await admin.updateAgent(id, { metadata: { key: 'value' } })).toMatchObject({
      tags: ['tag1', 'tag2'],
      metadata: { key: 'value' },
    });
  },
  async revokeAgent({ admin, client }) {
    const { id, token } = await admin.createAgent({ name: 'leaving' });
    expect(await admin.revokeAgent(id)).toBeUndefined();
    expect((await admin.listAgents()).map((agent) => agent.id)).not.toContain(id);
    await expect(client({ agentToken: token }).check('read:contacts')).rejects.toMatchObject({
      name: 'AuthenticationError',
    });
    expect(await admin.getAgent(id)).toMatchObject({ status: 'revoked', revokedAt: time });
  },
  async rotateToken({ admin, client }) {
    const { id, token } = await admin.createAgent({ name: 'rotating', tags: ['development'] });
    const rotated = await admin.rotateToken(id);
    expect(rotated).toEqual({ token: jwt, expiresAt: time });
    expect((await client({ agentToken: rotated.token }).check('read:x')).allowed).toBe(true);
    await expect(client({ agentToken: token }).check('read:x')).rejects.toMatchObject({ name: 'AuthenticationError' });
  },
  async applyPolicy({ admin, client }) {
    expect(await admin.applyPolicy(SALES)).toMatchObject({ id: 'sales', name: 'sales', version: '2', active: true });
    const { token } = await admin.createAgent({ name: 'seller', tags: ['sales'] });
    const seller = client({ agentToken: token });
    expect(await seller.check('write:email')).toMatchObject({ allowed: false, policy: 'sales' });
    const yaml =
      'name: sales\nappliesTo:\n  tags: [sales]\nrules:\n  - effect: allow\n    actions: ["write:email", "read:*"]\n';
    expect(await admin.applyPolicy(yaml)).toMatchObject({ name: 'sales', defaultEffect: 'deny' });
    expect(await seller.check('write:email')).toMatchObject({ allowed: true, policy: 'sales', rule: 'rule-1' });
    await expect(admin.applyPolicy({ name: 'x', rules: [] })).rejects.toMatchObject({ code: 'bad_request' });
  },
  async listPolicies({ admin }) {
    const policies = await admin.listPolicies();
    const rules = Object.fromEntries(policies.map((policy) => [policy.name, policy.rules.length]));
    expect(rules).toEqual({ development: 4, sales: 1 });
    expect(policies.flatMap((policy) => policy.rules).every(({ id }) => typeof id === 'string')).toBe(true);
  },
  async getPolicy({ admin }) {
    expect(await admin.getPolicy('development')).toMatchObject({
      name: 'development',
      appliesTo: { tags: ['development'] },
      defaultEffect: 'deny',
      rules: [{ name: 'no-deletes', effect: 'deny', actions: ['delete:*'] }, {}, {}, {}],
    });
    await expect(admin.getPolicy('nothing')).rejects.toMatchObject({ code: 'not_found' });
  },
  async validatePolicy({ admin }) {
    expect(await admin.validatePolicy(SALES)).toEqual({ valid: true, errors: [], warnings: [] });
    const wrong = await admin.validatePolicy({ name: '', rules: [{ effect: 'maybe', actions: [] }] });
    expect(wrong).toEqual({
      valid: false,
      errors: [
        expect.stringMatching(/^name: /),
        expect.stringMatching(/^rules\[0\]\.effect: /),
        expect.stringMatching(/^rules\[0\]\.actions: /),
      ],
      warnings: expect.arrayContaining([expect.stringMatching(/^version: /), expect.stringMatching(/^appliesTo: /)]),
    });
    expect((await admin.listPolicies()).map(({ name }) => name)).not.toContain('');
  },
  async testPolicy({ admin }) {
    const before = (await admin.auditStats()).total;
    const asked = { policy: 'development', agentId: DEMO_AGENT };
    expect(await admin.testPolicy({ ...asked, action: 'read:x' })).toEqual({
      decision: 'allow',
      allowed: true,
      policy: 'development',
      rule: 'reads',
    });
    expect(await admin.testPolicy({ ...asked, action: 'delete:x' })).toMatchObject({
      decision: 'deny',
      allowed: false,
    });
    const tried = { ...SALES, appliesTo: { agentIds: [DEMO_AGENT] } };
    expect(await admin.testPolicy({ ...asked, policy: tried, action: 'write:x' })).toMatchObject({
      decision: 'deny',
      rule: 'default-deny',
    });
    expect((await admin.auditStats()).total).toBe(before);
  },
  async deletePolicy({ admin }) {
    expect(await admin.deletePolicy('sales')).toBeUndefined();
    expect((await admin.listPolicies()).map(({ name }) => name)).toEqual(['development']);
    await expect(admin.deletePolicy('sales')).rejects.toMatchObject({ code: 'not_found' });
  },
  async getAuditLog({ admin, agent }) {
    await agent.check('delete:of-the-log', { resource: 'r', context: { why: 'test' }, traceId: 'trace-of-log' });
    const [entry] = await admin.getAuditLog({ limit: 1, decision: 'deny' });
    expect(entry).toEqual({
      id: expect.stringMatching(/^audit_/),
      timestamp: time,
      action: 'delete:of-the-log',
      resource: 'r',
      decision: 'deny',
      agentId: DEMO_AGENT,
      agentName: 'demo-agent',
      trustTier: 'verified',
      policy: 'development',
      rule: 'no-deletes',
      reason: 'Deleting is not allowed',
      traceId: 'trace-of-log',
      durationMs: number,
      metadata: { why: 'test' },
    });
  },
  async auditStats({ admin }) {
    const { total, allowed, denied, period } = await admin.auditStats();
    expect(period).toBe('24h');
    expect(Math.min(total, allowed, denied)).toBeGreaterThan(0);
    expect(total).toBeGreaterThanOrEqual(allowed + denied);
  },
};
