import type { RampartClient } from '@sallyport/rampart';
import { expect } from 'vitest';
import { number, text, ulid } from './matchers.js';
import type { MethodsOf, Trial } from './trial.js';

/** The client's own methods. */
export const clientMethods: Record<MethodsOf<RampartClient>, Trial> = {
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
};
