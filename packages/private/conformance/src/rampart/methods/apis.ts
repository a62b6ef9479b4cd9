import type { ApprovalsApi, AuditApi, HostedApprovalsApi, PolicyApi, RulesApi } from '@sallyport/rampart';
import { rampartFormula, verifyChain } from '@sallyport/verify';
import { expect } from 'vitest';
import { date, number, text, time, ulid } from './matchers.js';
import type { MethodsOf, Trial } from './trial.js';

type Name =
  | `approvals.${MethodsOf<ApprovalsApi>}`
  | `hostedApprovals.${MethodsOf<HostedApprovalsApi>}`
  | `audit.${MethodsOf<AuditApi>}`
  | `policy.${MethodsOf<PolicyApi>}`
  | `rules.${MethodsOf<RulesApi>}`;

/** The methods of the client's parts, by their full names. */
export const apiMethods: Record<Name, Trial> = {
  async 'approvals.create'({ admin, approver }) {
    const created = await admin.approvals.create({ tool: 'deploy', command: 'production', message: 'Friday?' });
    expect(created).toEqual({ id: ulid, status: 'pending', expiresAt: time });
    expect(await approver.approvals.get(created.id)).toMatchObject({ tool: 'deploy', session: 'hook' });
  },
  async 'approvals.list'({ agent, approver }) {
    const { approvalId } = await agent.exec('sudo list');
    const { approvals, runGroups, runGrantTtlMs } = await approver.approvals.list();
    expect(approvals.find(({ id }) => id === approvalId)).toEqual({
      id: approvalId,
      tool: 'exec',
      command: 'sudo list',
      agent: 'agent-7',
      session: 'session-1',
      credentialOwner: expect.stringMatching(/^credential-[0-9a-f]{12}$/),
      message: 'Privileged execution requires approval',
      status: 'pending',
      createdAt: time,
      expiresAt: time,
      runId: 'run-1',
    });
    expect([runGroups, runGrantTtlMs]).toEqual([[], 120_000]);
  },
  async 'approvals.get'({ agent, approver }) {
    const { approvalId = '' } = await agent.exec('sudo get');
    await approver.approvals.resolve(approvalId, { approved: false, resolvedBy: 'alice' });
    // Whoever asked may read its own.
    expect(await agent.approvals.get(approvalId)).toMatchObject({
      id: approvalId,
      status: 'denied',
      resolvedAt: time,
      resolvedBy: 'alice',
      persisted: false,
    });
  },
  async 'approvals.resolve'({ agent, approver }) {
    const { approvalId = '' } = await agent.exec('sudo resolve');
    const resolved = await approver.approvals.resolve(approvalId, { approved: true });
    expect(resolved).toEqual({ id: approvalId, status: 'approved', approved: true, persisted: false });
  },
  async 'approvals.bulkResolve'({ agent, approver }) {
    const asked = await Promise.all([agent.exec('sudo a', { runId: 'bulk' }), agent.exec('sudo b', { runId: 'bulk' })]);
    const ids = asked.map(({ approvalId = '' }) => approvalId);
    const run = { agent: 'agent-7', session: 'session-1', runId: 'bulk' };
    const resolved = await approver.approvals.bulkResolve({ ...run, action: 'deny', scope: 'pending', ids });
    expect(resolved).toEqual({
      resolved: 2,
      ids,
      reviewedIds: ids,
      raceCoveredIds: [],
      scope: 'pending',
      futureCallsAuthorized: false,
    });
  },
  async 'approvals.wait'({ agent, approver }) {
    const { approvalId = '' } = await agent.exec('sudo wait');
    const waiting = agent.approvals.wait(approvalId);
    await approver.approvals.resolve(approvalId, { approved: true, resolvedBy: 'bob' });
    expect(await waiting).toMatchObject({ status: 'approved', resolvedBy: 'bob' });
  },
  async 'hostedApprovals.resolve'({ admin }) {
    const approvalOwner = { host: 'my-host', mode: 'hosted', supportsExactResume: true };
    const { auditId = '', ...asked } = await admin.exec('sudo hosted', { approvalOwner });
    expect(asked).toMatchObject({ decision: 'ask', approvalMode: 'hosted', approvalOwner });
    expect(await admin.hostedApprovals.resolve(auditId, { outcome: 'approved', scope: 'once' })).toEqual({
      auditId,
      eventId: ulid,
      status: 'recorded',
      outcome: 'approved',
      resolvedAt: time,
    });
  },

  async 'audit.events'({ admin, agent }) {
    const { auditId } = await agent.exec('ls -a', { session: 'of-events' });
    const page = await admin.audit.events({ session: 'of-events' });
    expect(page).toMatchObject({ nextOffset: 0, date, events: [{ id: auditId, tool: 'exec', agent: 'agent-7' }] });
  },
  async 'audit.dates'({ admin }) {
    expect(await admin.audit.dates()).toEqual({ dates: [date], configured: true });
  },
  async 'audit.export'({ admin }) {
    const [today = ''] = (await admin.audit.dates()).dates;
    const { totalInFile } = await admin.audit.events();
    const report = await verifyChain(await admin.audit.export(today), { formula: rampartFormula });
    expect(report).toMatchObject({ ok: true, anchored: true, count: totalInFile });
  },
  async 'audit.stats'({ admin }) {
    const { totalInFile } = await admin.audit.events();
    const stats = await admin.audit.stats();
    expect(stats).toEqual({
      totalEvents: totalInFile,
      byAction: expect.objectContaining({ allow: number, ask: number, deny: number }),
      byTool: expect.objectContaining({ exec: number, read: number }),
      byAgent: expect.objectContaining({ 'agent-7': number, operator: number }),
      bySession: expect.objectContaining({ 'session-1': number, 'of-events': 1 }),
    });
  },

  async 'policy.summary'({ admin }) {
    const { rules, ...rest } = await admin.policy.summary();
    expect(rest).toEqual({ defaultAction: 'deny', summary: '84 active rules loaded; default action: deny' });
    expect(rules).toHaveLength(84);
    expect(rules).toContainEqual({
      name: 'allow-unmatched',
      action: 'allow',
      summary: 'No matching standard policy rule',
    });
  },
  async 'policy.list'({ admin }) {
    const { policies, ...rest } = await admin.policy.list();
    expect(rest).toEqual({ count: 48, defaultAction: 'deny' });
    expect(policies).toContainEqual({
      name: 'allow-unmatched',
      priority: 10_000,
      sourceFile: text,
      matchTools: ['*'],
      ruleCount: 1,
    });
  },
  async 'policy.reload'({ admin }) {
    expect(await admin.policy.reload()).toEqual({
      success: true,
      policiesLoaded: 48,
      rulesTotal: 84,
      reloadTimeMs: number,
    });
  },

  async 'rules.learn'({ admin, agent }) {
    const learned = await admin.rules.learn({ tool: 'exec', args: 'sudo learned', source: 'conformance' });
    expect(learned).toEqual({
      created: true,
      ruleName: expect.stringMatching(/^user-allow-[0-9a-f]{8}$/),
      tool: 'exec',
      pattern: 'sudo learned',
      decision: 'allow',
      source: 'conformance',
    });
    expect((await agent.exec('sudo learned')).allowed).toBe(true);
  },
  async 'rules.autoAllowed'({ admin, agent }) {
    const { approvalId = '' } = await agent.exec('sudo persisted');
    await admin.approvals.resolve(approvalId, { approved: true, persist: true });
    expect(await admin.rules.autoAllowed()).toEqual([
      { index: 0, tool: 'exec', commandPattern: 'sudo persisted', name: text, created: time },
    ]);
  },
  async 'rules.deleteAutoAllowed'({ admin, agent }) {
    const [rule] = await admin.rules.autoAllowed();
    await admin.rules.deleteAutoAllowed(rule?.name ?? '');
    expect(await admin.rules.autoAllowed()).toEqual([]);
    expect((await agent.exec('sudo persisted', { toolCallId: 'another' })).decision).toBe('ask');
  },
};
