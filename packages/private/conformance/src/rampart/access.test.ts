import { AuthenticationError, PermissionDeniedError } from '@sallyport/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { caught } from '../support/caught.js';
import { issue } from '../support/credentials.js';
import { type PolicyFile, policyFile } from '../support/policies.js';
import { type Rig, startRig } from '../support/rig.js';

type Kind = 'agent' | 'approver' | 'admin';
type Route = readonly [method: 'GET' | 'POST' | 'DELETE', path: string, who: readonly Kind[]];

const EVAL: readonly Kind[] = ['agent', 'admin'];
const APPROVER: readonly Kind[] = ['approver', 'admin'];
const ADMIN: readonly Kind[] = ['admin'];

/** Every route of the protocol that needs a token, and who may use it. */
const ROUTES: readonly Route[] = [
  ['POST', '/v1/tool/exec', EVAL],
  ['POST', '/v1/preflight/exec', EVAL],
  ['POST', '/v1/outcomes', EVAL],
  ['POST', '/v1/approvals', ADMIN],
  ['GET', '/v1/approvals', APPROVER],
  ['GET', '/v1/approvals/unknown', APPROVER],
  ['POST', '/v1/approvals/unknown/resolve', APPROVER],
  ['POST', '/v1/approvals/bulk-resolve', APPROVER],
  ['POST', '/v1/hosted-approvals/unknown/resolve', ADMIN],
  ['GET', '/v1/rules/auto-allowed', ADMIN],
  ['DELETE', '/v1/rules/auto-allowed/unknown', ADMIN],
  ['POST', '/v1/rules/learn', ADMIN],
  ['GET', '/v1/audit/events', ADMIN],
  ['GET', '/v1/audit/dates', ADMIN],
  ['GET', '/v1/audit/export', ADMIN],
  ['GET', '/v1/audit/stats', ADMIN],
  ['GET', '/v1/policy/summary', ADMIN],
  ['GET', '/v1/policies', ADMIN],
  ['POST', '/v1/policy/reload', ADMIN],
  ['GET', '/v1/status', ADMIN],
  ['POST', '/v1/test', ADMIN],
  ['GET', '/metrics', ADMIN],
  ['GET', '/sallyport/v1/approvals', APPROVER],
  ['GET', '/sallyport/v1/credentials', ADMIN],
  ['POST', '/sallyport/v1/credentials', ADMIN],
  ['POST', '/sallyport/v1/explain', ADMIN],
];

describe('credentials', () => {
  let rig: Rig;
  let policy: PolicyFile;
  beforeAll(async () => {
    policy = policyFile({
      default_action: 'allow',
      policies: [{ name: 'humans', rules: [{ action: 'ask', when: { command_matches: ['sudo *'] } }] }],
    });
    rig = await startRig({ clients: { maxRetries: 0 }, rampart: { policyFile: policy.path, metrics: true } });
  });
  afterAll(async () => {
    await rig.close();
    policy.remove();
  });

  const issued = (asked: object) => issue({ url: rig.url, adminToken: rig.tokens.admin }, asked);

  test.each(ROUTES)('%s %s: those who may, and nobody else', async (method, path, who) => {
    const body = method === 'POST' ? { body: {} } : {};
    for (const kind of ['agent', 'approver', 'admin'] as const) {
      const { status } = await rig.send(method, path, { ...body, token: rig.tokens[kind] });
      const isOut = status === 401 || status === 403;
      expect([kind, isOut]).toEqual([kind, !who.includes(kind)]);
    }
    const nobody = await rig.send(method, path, { ...body, token: null });
    expect([nobody.status, nobody.body]).toEqual([401, { error: 'missing authorization token' }]);
    const stranger = await rig.send(method, path, { ...body, token: 'x'.repeat(56) });
    expect([stranger.status, stranger.body]).toEqual([401, { error: 'invalid authorization token' }]);
  });

  test('who may not is told which scope it takes, before anything is read of the body', async () => {
    const wrong = { body: '{', token: rig.tokens.approver };
    const evaluating = await rig.send('POST', '/v1/tool/exec', wrong);
    expect([evaluating.status, evaluating.body]).toEqual([403, { error: 'this endpoint requires eval scope' }]);
    const testing = await rig.send('POST', '/v1/test', wrong);
    expect([testing.status, testing.body]).toEqual([403, { error: 'this endpoint requires admin scope' }]);
  });

  test('an agent can approve nothing: not its own call, not another’s, by no door', async () => {
    const own = (await rig.agent.exec('sudo id')).approvalId ?? '';
    const other = (await rig.admin.exec('sudo id')).approvalId ?? '';
    for (const id of [own, other]) {
      expect(await caught(rig.agent.approvals.resolve(id, { approved: true }))).toBeInstanceOf(PermissionDeniedError);
      const run = { agent: 'agent-7', session: 'session-1', runId: 'run-1' };
      const bulk = rig.agent.approvals.bulkResolve({ ...run, action: 'approve', scope: 'run', ids: [id] });
      expect(await caught(bulk)).toBeInstanceOf(PermissionDeniedError);
      const door = await rig.send('POST', `/sallyport/v1/approvals/${id}/resolve`, { body: { verdict: 'approved' } });
      expect(door.status).toBe(403);
      expect(await rig.approver.approvals.get(id)).toMatchObject({ status: 'pending' });
    }
  });

  test('one credential cannot be agent and approver', async () => {
    const body = { dialect: 'rampart', roles: ['agent', 'approver'] };
    const answer = await rig.send('POST', '/sallyport/v1/credentials', { token: rig.tokens.admin, body });
    expect([answer.status, answer.body['error']]).toEqual([
      400,
      expect.stringContaining('could approve its own calls'),
    ]);
  });

  test('a per-agent credential names the agent, denies what no policy speaks of, and sees its own approvals alone', async () => {
    const agent = rig.client({ token: (await issued({ subject: 'builder' })).token, agent: 'somebody-else' });
    const unmatched = await agent.exec('ls');
    expect(unmatched).toMatchObject({ decision: 'deny' });
    expect((await rig.agent.exec('ls')).decision).toBe('allow');
    const { events } = await rig.admin.audit.events({ agent: 'builder' });
    expect(events).toMatchObject([{ id: unmatched.auditId }]);
    const { approvalId = '' } = await agent.exec('sudo id');
    expect(await agent.approvals.get(approvalId)).toMatchObject({ agent: 'builder', status: 'pending' });
    const foreign = (await rig.agent.exec('sudo id')).approvalId ?? '';
    expect(await caught(agent.approvals.get(foreign))).toBeInstanceOf(PermissionDeniedError);
  });

  test('a credential that is bound to a policy file is held to that file’s policies', async () => {
    const bound = rig.client({ token: (await issued({ subject: 'bound', policy: 'POLICY' })).token });
    expect((await bound.exec('sudo id')).decision).toBe('ask');
    await rig.send('POST', '/v1/rules/learn', {
      token: rig.tokens.admin,
      body: { tool: 'exec', args: 'make', decision: 'allow' },
    });
    const elsewhere = rig.client({ token: (await issued({ subject: 'elsewhere', policy: 'user-overrides' })).token });
    expect((await elsewhere.exec('sudo id')).decision).toBe('deny');
  });

  test('an expired credential says how to get another', async () => {
    const body = await rig.dev('clock', { advanceMs: 1 });
    const { token } = await issued({ subject: 'short', expiresAt: Number(body['now']) + 60_000 });
    const agent = rig.client({ token });
    expect((await agent.preflightExec('ls')).decision).toBe('deny');
    await rig.dev('clock', { advanceMs: 60_000 });
    const error = await caught(agent.preflightExec('ls'));
    expect(error).toBeInstanceOf(AuthenticationError);
    const text = 'token expired — create a new one with: rampart token create --agent short';
    expect(error).toMatchObject({ status: 401, body: { error: text } });
  });

  test('a revoked credential is worth nothing from then on', async () => {
    const { token, id } = await issued({ subject: 'gone' });
    const agent = rig.client({ token });
    await agent.preflightExec('ls');
    await rig.send('DELETE', `/sallyport/v1/credentials/${id}`, { token: rig.tokens.admin });
    const error = await caught(agent.preflightExec('ls'));
    expect(error).toMatchObject({ code: 'authentication', body: { error: 'token has been revoked' } });
  });

  test('the header is read as documented, and a query token opens the event stream alone', async () => {
    const { admin } = rig.tokens;
    for (const header of [`bearer ${admin}`, `Bearer  ${admin}`, `Basic ${admin}`, admin]) {
      const answer = await rig.send('GET', '/v1/status', { token: null, headers: { Authorization: header } });
      expect([header.slice(0, 8), answer.status]).toEqual([header.slice(0, 8), 401]);
    }
    expect((await rig.send('GET', `/v1/status?token=${admin}`, { token: null })).status).toBe(401);
    const opened = await fetch(`${rig.url}/v1/events/stream?token=${admin}`);
    expect([opened.status, opened.headers.get('content-type')]).toEqual([200, 'text/event-stream']);
    await opened.body?.cancel();
    expect((await rig.send('GET', `/v1/events/stream?token=${rig.tokens.agent}`, { token: null })).status).toBe(403);
  });

  test('a client without a token is told so before it asks', async () => {
    const error = await caught(rig.client({}).exec('ls'));
    expect(error).toMatchObject({ code: 'configuration', message: expect.stringContaining('RAMPART_TOKEN') });
  });
});
