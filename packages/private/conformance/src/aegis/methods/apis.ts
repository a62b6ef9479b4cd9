import type { AuditApi, CapabilitiesApi, DecisionsApi, EscalationsApi, GrantsApi, PoliciesApi } from '@sallyport/aegis';
import { expect } from 'vitest';
import { proposalOf } from '../../support/aegis.js';
import { capabilityId, decisionId, escalationId, number, policyId, sha256, time, token } from './matchers.js';
import type { MethodsOf, Trial } from './trial.js';

type Name =
  | `decisions.${MethodsOf<DecisionsApi>}`
  | `escalations.${MethodsOf<EscalationsApi>}`
  | `capabilities.${MethodsOf<CapabilitiesApi>}`
  | `policies.${MethodsOf<PoliciesApi>}`
  | `grants.${MethodsOf<GrantsApi>}`
  | `audit.${MethodsOf<AuditApi>}`;

/** The methods of the client's parts, by their full names. */
export const apiMethods: Record<Name, Trial> = {
  async 'decisions.get'({ agent }) {
    const decision = await agent.propose(proposalOf('file.write'));
    expect(await agent.decisions.get(decision.decisionId)).toEqual(decision);
  },
  async 'decisions.list'({ agent }) {
    await agent.propose(proposalOf('listed.first'));
    const latest = await agent.propose(proposalOf('listed.first'));
    const page = await agent.decisions.list({ capability: 'listed.first', outcome: 'DENY', limit: 1 });
    expect(page).toEqual({ decisions: [latest], total: 2, cursor: expect.any(String) });
  },

  async 'escalations.list'({ agent, operator }) {
    const { decisionId: id } = await agent.propose(proposalOf('network.fetch', { parameters: { by: 'list' } }));
    const { escalations } = await operator.escalations.list();
    expect(escalations.find((escalation) => escalation.decisionId === id)).toEqual({
      escalationId,
      decisionId: id,
      status: 'pending',
      reason: "Escalation required by policy 'Escalate network requests'.",
      riskScore: number,
      request: expect.objectContaining({ action: { capability: 'network.fetch', parameters: { by: 'list' } } }),
      createdAt: time,
      expiresAt: time,
    });
  },
  async 'escalations.get'({ agent }) {
    const { constraints, decisionId: id } = await agent.propose(proposalOf('network.fetch'));
    const escalation = await agent.escalations.get(String(constraints['escalation_id']));
    expect(escalation).toMatchObject({ escalationId: constraints['escalation_id'], status: 'pending', decisionId: id });
  },
  async 'escalations.respond'({ agent, operator }) {
    const { constraints } = await agent.propose(proposalOf('network.fetch', { parameters: { by: 'respond' } }));
    const id = String(constraints['escalation_id']);
    expect(await operator.escalations.respond(id, { decision: 'approve', operatorId: 'bob' })).toMatchObject({
      escalationId: id,
      status: 'approved',
      resolvedAt: time,
      confirmationToken: token,
      confirmationExpiresAt: time,
    });
  },

  async 'capabilities.list'({ agent }) {
    const { capabilities, total } = await agent.capabilities.list();
    const names = capabilities.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['database.query', 'file.read', 'file.write', 'network.fetch']));
    expect(total).toBe(names.length);
  },
  async 'capabilities.get'({ agent }) {
    const byName = await agent.capabilities.get('file.read');
    expect(byName).toMatchObject({ name: 'file.read', riskLevel: 'low', description: 'Read a file' });
    expect(await agent.capabilities.get(byName.id)).toEqual(byName);
  },
  async 'capabilities.register'({ admin }) {
    const params = {
      name: 'email.send',
      description: 'Send a mail',
      riskLevel: 'medium',
      parameterSchema: { type: 'object', required: ['to'] },
    } as const;
    expect(await admin.capabilities.register(params)).toEqual({ id: capabilityId, createdAt: time, ...params });
  },

  async 'policies.list'({ agent }) {
    const names = (await agent.policies.list()).policies.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['Allow file reads', 'Require confirmation for shell execution']));
  },
  async 'policies.create'({ admin }) {
    const params = {
      name: 'production-deploy-confirmation',
      description: 'Deploys are confirmed',
      rules: [
        {
          capability: 'infrastructure.deploy',
          condition: "parameters.environment == 'production'",
          outcome: 'REQUIRE_CONFIRMATION',
          priority: 100,
        },
      ],
      enabled: true,
    } as const;
    expect(await admin.policies.create(params)).toEqual({
      id: policyId,
      version: 1,
      createdAt: time,
      updatedAt: time,
      ...params,
    });
  },
  async 'policies.update'({ admin }) {
    const rules = [{ capability: 'updated.thing', outcome: 'ALLOW', priority: 1 }] as const;
    const made = await admin.policies.create({ name: 'updated', rules });
    const updated = await admin.policies.update(made.id, { name: 'updated', rules, enabled: false });
    expect(updated).toMatchObject({ id: made.id, version: 2, enabled: false, createdAt: made.createdAt });
    expect((await admin.policies.list()).policies.map(({ id }) => id)).not.toContain(made.id);
  },

  async 'grants.list'({ agent }) {
    const { grants, total } = await agent.grants.list('agent-001');
    expect(grants).toEqual([{ actorId: 'agent-001', capability: 'database.query', constraints: {}, createdAt: time }]);
    expect(total).toBe(1);
  },
  async 'grants.create'({ admin }) {
    const params = {
      capability: 'database.query',
      constraints: {
        timeWindow: { start: '09:00', end: '17:00', timezone: 'UTC' },
        rateLimit: { maxRequests: 100, windowSeconds: 3600 },
      },
      expiresAt: '2099-01-01T00:00:00Z',
    };
    const made = await admin.grants.create('created', params);
    expect(made).toMatchObject({ actorId: 'created', capability: 'database.query', constraints: params.constraints });
    expect(Date.parse(made.expiresAt ?? '')).toBe(Date.parse(params.expiresAt));
  },
  async 'grants.revoke'({ admin }) {
    await admin.grants.create('revoked', { capability: 'file.read' });
    expect((await admin.propose(proposalOf('file.read', { actor: 'revoked' }))).outcome).toBe('ALLOW');
    await admin.grants.revoke('revoked', 'file.read');
    expect((await admin.propose(proposalOf('file.read', { actor: 'revoked' }))).outcome).toBe('DENY');
  },

  async 'audit.log'({ agent, operator }) {
    const decision = await agent.propose(proposalOf('file.read'));
    const { entries } = await operator.audit.log({ decisionId: decision.decisionId });
    expect(entries).toEqual([
      {
        id: decision.auditRef,
        eventType: 'governance.decision',
        timestamp: decision.timestamp,
        actorId: 'demo-agent',
        capability: 'file.read',
        outcome: 'ALLOW',
        riskScore: decision.riskScore,
        decisionId: decision.decisionId,
        policiesEvaluated: ['Allow file reads'],
        policyMatched: 'Allow file reads',
        hash: sha256,
        previousHash: sha256,
      },
    ]);
  },
  async 'audit.trail'({ agent, operator }) {
    const proposal = { ...proposalOf('file.read', { parameters: { path: '/data/x' } }), context: { sessionId: 's1' } };
    const { decisionId: id, riskScore, reason } = await agent.propose(proposal);
    expect(await operator.audit.trail(id)).toEqual({
      decisionId,
      request: {
        actor: proposal.actor,
        action: { capability: 'file.read', parameters: { path: '/data/x' } },
        context: { session_id: 's1' },
      },
      evaluation: {
        capabilityCheck: 'pass',
        authorityCheck: 'pass',
        riskScore,
        riskThreshold: 0.7,
        policiesEvaluated: ['Allow file reads'],
        policyMatched: 'Allow file reads',
      },
      decision: { outcome: 'ALLOW', reason, constraints: {}, timestamp: time },
      integrity: { hash: sha256, previousHash: sha256, chainVerified: true },
    });
  },
  async 'audit.events'({ agent, operator }) {
    const { timestamp } = await agent.propose(proposalOf('file.read', { resource: '/data/latest' }));
    const reason = "Approved by policy 'Allow file reads'.";
    expect(await operator.audit.events({ limit: 1 })).toEqual([
      { agentId: 'demo-agent', action: 'file.read', target: '/data/latest', decision: 'ALLOW', reason, timestamp },
    ]);
  },
};
