import type {
  ApprovalsApi,
  AuditApi,
  HostedApprovalsApi,
  PolicyApi,
  RampartClient,
  RulesApi,
} from '@sallyport/rampart';
import { rampartFormula, verifyChain } from '@sallyport/verify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Rig, startRig } from '../support/rig.js';
import { settings } from '../support/settings.js';

type Methods<T> = { [K in keyof T & string]: T[K] extends (...args: never) => unknown ? K : never }[keyof T & string];

/** Every method that a client has: one that is added and not tried here does not compile. */
type Name =
  | Methods<RampartClient>
  | `approvals.${Methods<ApprovalsApi>}`
  | `hostedApprovals.${Methods<HostedApprovalsApi>}`
  | `audit.${Methods<AuditApi>}`
  | `policy.${Methods<PolicyApi>}`
  | `rules.${Methods<RulesApi>}`;

const text = expect.any(String);
const number = expect.any(Number);
const date = expect.stringMatching(/^\d{4}-\d\d-\d\d$/);
const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);
const ulid = expect.stringMatching(/^[0-9A-HJKMNP-TV-Z]{26}$/);

const methods: Record<Name, (rig: Rig) => Promise<void>> = {
  async exec({ agent }) {
    expect(await agent.exec('git status', { toolCallId: 'call-1' })).toEqual({
      tool: 'exec',
      runId: 'run-1',
      toolCallId: 'call-1',
      decision: 'allow',
      allowed: true,
      message: 'No matching standard policy rule',
      policy: 'allow-unmatched',
      suggestions: [],
      evalDurationUs: number,
      auditId: ulid,
    });
  },
  async evaluate({ agent }) {
    expect(await agent.evaluate('read', { path: '/etc/shadow' })).toMatchObject({
      tool: 'read',
      decision: 'deny',
      allowed: false,
      message: 'Sensitive system file blocked',
      policy: 'block-credential-access',
      suggestions: [expect.stringContaining('highly sensitive')],
    });
  },
  async preflight({ agent }) {
    expect(await agent.preflight('exec', { command: 'sudo id' })).toEqual({
      tool: 'exec',
      decision: 'ask',
      allowed: false,
      message: 'Privileged execution requires approval',
      matchedPolicies: ['require-privileged-approval', 'allow-unmatched'],
      suggestions: [],
      enforced: false,
      enforcementRequested: false,
      evalDurationUs: number,
      auditId: ulid,
    });
  },
  async preflightExec({ agent }) {
    expect(await agent.preflightExec('ls')).toMatchObject({ tool: 'exec', decision: 'allow', allowed: true });
  },
  async enforce({ agent }) {
    const decision = await agent.enforce('exec', { command: 'ls' });
    expect(decision).toMatchObject({ allowed: true, enforced: true, enforcementRequested: true });
  },
  async guard({ agent }) {
    const read = agent.guard(async (path: string) => `content of ${path}`, { tool: 'read' });
    expect(await read('notes.txt')).toBe('content of notes.txt');
  },
  async safeExec({ agent }) {
    expect(await agent.safeExec('echo hello')).toEqual({ blocked: false, output: 'hello\n', stderr: '', exitCode: 0 });
  },
  async govern({ agent }) {
    const action = { tool: 'read', input: { path: 'notes.txt' } };
    const done = await agent.govern(action, ({ path }) => `content of ${String(path)}`);
    expect(done).toMatchObject({
      source: 'run',
      output: 'content of notes.txt',
      decision: { outcome: 'allow', governor: 'rampart', decisionId: ulid },
      report: { redacted: false, reportId: ulid },
    });
  },
  async asGovernor({ agent }) {
    const governor = agent.asGovernor({ map: ({ input }) => ({ tool: 'exec', params: input }) });
    const decision = await governor.decide({ tool: 'shell', input: { command: 'rm -rf /' } });
    expect(decision).toMatchObject({ outcome: 'deny', cause: 'policy', reason: 'Destructive command blocked' });
  },
  async test({ admin }) {
    expect(await admin.test('rm -rf /')).toEqual({
      command: 'rm -rf /',
      tool: 'exec',
      action: 'deny',
      message: 'Destructive command blocked',
      matchedPolicies: expect.arrayContaining(['block-destructive']),
      policyScope: 'global',
    });
  },
  async status({ admin }) {
    expect(await admin.status()).toEqual({
      configPath: text,
      mode: 'enforce',
      defaultAction: 'deny',
      policyCount: 48,
      ruleCount: 84,
      callCounts: {},
    });
  },
  async health({ client }) {
    expect(await client({}).health()).toEqual({
      service: 'rampart',
      status: 'ok',
      mode: 'enforce',
      uptimeSeconds: number,
      version: text,
    });
  },
  async metrics({ admin }) {
    expect(await admin.metrics()).toMatch(
      /^rampart_decisions_total\{action="deny",policy="block-credential-access"} 1$/m,
    );
  },
  async events({ admin, agent }) {
    const events = admin.events();
    await events.opened();
    const { auditId } = await agent.exec('ls');
    const seen = [];
    for await (const event of events) {
      seen.push(event);
      if (seen.length === 2) break;
    }
    expect(seen).toMatchObject([{ type: 'connected' }, { type: 'audit', event: { id: auditId, hash: '' } }]);
  },
  async request({ admin }) {
    expect(await admin.request('GET', '/v1/status')).toMatchObject({ mode: 'enforce', policy_count: 48 });
  },
  async close({ client, tokens }) {
    const closed = client({ token: tokens.agent });
    await closed.close();
    await expect(closed.exec('ls')).rejects.toMatchObject({ code: 'aborted' });
  },

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

/** What the protocol has, as `METHOD path`; a braced part stands for one segment. */
const ENDPOINTS = [
  'POST /v1/tool/{}',
  'POST /v1/preflight/{}',
  'POST /v1/approvals',
  'GET /v1/approvals',
  'GET /v1/approvals/{}',
  'POST /v1/approvals/{}/resolve',
  'POST /v1/approvals/bulk-resolve',
  'POST /v1/hosted-approvals/{}/resolve',
  'GET /v1/rules/auto-allowed',
  'DELETE /v1/rules/auto-allowed/{}',
  'POST /v1/rules/learn',
  'GET /v1/audit/events',
  'GET /v1/audit/dates',
  'GET /v1/audit/export',
  'GET /v1/audit/stats',
  'GET /v1/events/stream',
  'GET /v1/policy/summary',
  'GET /v1/policies',
  'POST /v1/policy/reload',
  'GET /v1/status',
  'POST /v1/test',
  'GET /healthz',
  'GET /metrics',
];

describe.each(settings)('every method against the gateway ($name)', ({ store, clients }) => {
  let rig: Rig;
  let remove: () => Promise<void>;
  beforeAll(async () => {
    const kept = await store.create();
    remove = kept.remove;
    rig = await startRig({ store: kept.address, clients, rampart: { metrics: true } });
  });
  afterAll(async () => {
    await rig.close();
    await remove();
  });

  for (const [name, run] of Object.entries(methods)) test(name, () => run(rig));

  test('reaches every endpoint of the protocol, and is answered by each', async () => {
    const { body } = await rig.send('GET', '/__sallyport/journal');
    const answered = Array.isArray(body['requests']) ? body['requests'].filter(({ status }) => status < 300) : [];
    const reached = answered.map(({ method, path }) => `${method} ${String(path).replace(/\?.*/, '')}`);
    const missed = ENDPOINTS.filter((endpoint) => {
      const pattern = new RegExp(`^${endpoint.replace('{}', '[^/]+')}$`);
      return !reached.some((request) => pattern.test(request));
    });
    expect(missed).toEqual([]);
  });
});
