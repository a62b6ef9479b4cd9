import {
  AuthenticationError,
  BadRequestError,
  PermissionDeniedError,
  PolicyDeniedError,
  type SallyportError,
} from '@sallyport/core';
import { RampartApprovalRequiredError, RampartDeniedError } from '@sallyport/rampart';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { caught } from '../support/caught.js';
import { type Rig, startRig } from '../support/rig.js';
import { settings } from '../support/settings.js';

const SECRET = `AKIA${'Q'.repeat(16)}`;
const REDACTED = '[REDACTED: sensitive content removed by Rampart]';
const long = 'x'.repeat(129);

/** What a client can send that the gateway refuses: params, options, and the documented text. */
const REFUSED: readonly (readonly [name: string, tool: string, params: object, options: object, text: string])[] = [
  ['a tool name of 129 bytes', long, {}, {}, 'invalid tool name: tool name exceeds 128 bytes'],
  ['a tool name with a blank', 'a b', {}, {}, "invalid tool name: tool name contains unsupported character ' '"],
  [
    'a reserved tool name in capitals',
    'EXEC',
    {},
    {},
    'invalid tool name: reserved tool name "EXEC" must use canonical spelling "exec"',
  ],
  ['two commands', 'exec', { command: 'ls' }, { command: 'pwd' }, 'invalid tool input: conflicting command aliases'],
  ['two paths', 'read', { path: 'a', file_path: 'b' }, {}, 'invalid tool input: conflicting path aliases'],
  [
    'two working directories',
    'exec',
    { workdir: '/a' },
    { cwd: '/b' },
    'invalid tool input: conflicting working directory aliases',
  ],
  ['a command that is a number', 'exec', { command: 7 }, {}, 'invalid tool input: command must be a string'],
  [
    'a command that is no base64',
    'exec',
    { command_b64: '*' },
    {},
    'invalid tool input: command_b64 must be valid bounded base64',
  ],
];

describe.each(settings)('decisions ($name)', ({ store, clients }) => {
  let rig: Rig;
  let remove: () => Promise<void>;
  beforeAll(async () => {
    const kept = await store.create();
    remove = kept.remove;
    rig = await startRig({ store: kept.address, clients });
  });
  afterAll(async () => {
    await rig.close();
    await remove();
  });

  test('deny is a decision with status 403, reason and suggestions', async () => {
    const { data, meta } = await rig.agent.exec('rm -rf /').withResponse();
    expect(meta).toMatchObject({ status: 403, attempts: 1, requestId: expect.any(String) });
    expect(data).toMatchObject({ decision: 'deny', allowed: false, policy: 'block-destructive' });
    expect(data.suggestions).toEqual([expect.stringContaining('high-risk pattern')]);
    const { suggestions } = await rig.agent.exec('cat ~/.aws/credentials');
    expect(suggestions).toEqual(['rampart allow "cat ~/.aws/credentials"']);
  });

  test('ask answers at once with 202 and what to wait for', async () => {
    const { data, meta } = await rig.agent.exec('sudo id').withResponse();
    expect(meta.status).toBe(202);
    expect(data).toMatchObject({ decision: 'ask', allowed: false, approvalStatus: 'pending' });
    expect(data.expiresAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  });

  test('watch permits, and says so', async () => {
    expect(await rig.agent.exec('printenv')).toMatchObject({ decision: 'watch', allowed: true });
  });

  test('the identity of a call is the call’s, then the client’s', async () => {
    const { auditId } = await rig.agent.exec('ls', { agent: 'other', session: 's-2', runId: 'r-2', toolCallId: 't-2' });
    const { events } = await rig.admin.audit.events({ session: 's-2' });
    expect(events).toMatchObject([{ id: auditId, agent: 'other', runId: 'r-2', toolCallId: 't-2' }]);
  });

  test.each(REFUSED)('%s is refused with 400', async (_name, tool, params, options, message) => {
    const error = await caught(rig.agent.evaluate(tool, { ...params }, options));
    expect(error).toBeInstanceOf(BadRequestError);
    expect(error).toMatchObject({ code: 'bad_request', status: 400, body: { error: message } });
  });

  test('a tool without a name is refused, by the client before it asks', async () => {
    const answer = await rig.send('POST', '/v1/tool/%20', { body: {} });
    expect([answer.status, answer.body]).toEqual([400, { error: 'invalid tool name: tool name is required' }]);
    expect(await caught(rig.agent.evaluate(' ', {}))).toMatchObject({ code: 'configuration' });
  });

  test('a body beyond 1 MiB is refused with 400', async () => {
    const error = await caught(rig.agent.exec('x'.repeat(1_048_577)));
    expect(error).toMatchObject({ status: 400, body: { error: expect.stringContaining('request body too large') } });
  });

  test('a command beyond what policies can match is denied', async () => {
    const message = /^command is 8193 bytes and exceeds the 8192-byte policy matching limit; failing closed$/;
    const decision = await rig.agent.exec('x'.repeat(8193));
    expect(decision).toMatchObject({ decision: 'deny', message: expect.stringMatching(message) });
  });

  test('enforce throws what policy refuses, and what a human would have to allow', async () => {
    const denied = await caught(rig.agent.enforce('exec', { command: 'rm -rf /' }));
    expect(denied).toBeInstanceOf(RampartDeniedError);
    expect(denied).toBeInstanceOf(PolicyDeniedError);
    expect(denied).toMatchObject({
      tool: 'exec',
      policy: 'block-destructive',
      reason: 'Destructive command blocked',
      message: "Tool 'exec' denied by policy 'block-destructive': Destructive command blocked",
      decision: { enforced: true },
    });
    const asked = await caught(rig.agent.enforce('exec', { command: 'sudo id' }));
    expect(asked).toBeInstanceOf(RampartApprovalRequiredError);
    // A boundary that cannot wait opens no approval.
    const { approvals } = await rig.approver.approvals.list();
    expect(approvals.filter(({ runId, command }) => runId === 'run-1' && command === 'sudo id')).toHaveLength(1);
  });

  test('a preview is audited, and verification is not', async () => {
    const before = await rig.admin.audit.stats();
    expect(await rig.agent.preflight('exec', { command: 'ls' })).toHaveProperty('auditId');
    const silent = await rig.admin.preflight('exec', { command: 'ls' }, { verification: true });
    expect(silent).toMatchObject({ allowed: true });
    expect(silent).not.toHaveProperty('auditId');
    expect((await rig.admin.audit.stats()).totalEvents).toBe(before.totalEvents + 1);
  });

  test('verification is for admins, and never enforces', async () => {
    const foreign = await caught(rig.agent.preflightExec('ls', { verification: true }));
    expect(foreign).toBeInstanceOf(PermissionDeniedError);
    expect(foreign).toMatchObject({ body: { error: 'verification mode requires the local admin token' } });
    const both = await caught(rig.admin.preflightExec('ls', { verification: true, enforce: true }));
    expect(both).toMatchObject({ body: { error: 'verification and enforce modes cannot be combined' } });
    const body = { verification: true, params: { command: 'ls' } };
    const wrong = await rig.send('POST', '/v1/tool/exec', { body, token: rig.tokens.admin });
    const text = 'verification mode is only available on the preflight endpoint';
    expect([wrong.status, wrong.body]).toEqual([400, { error: text }]);
  });

  test('an output that leaks a credential is redacted, and the call stays what it was', async () => {
    const clean = await rig.agent.exec('cat notes', { response: 'nothing special' });
    expect(clean).toMatchObject({ decision: 'allow', allowed: true, response: 'nothing special' });
    const { data, meta } = await rig.agent.exec('cat notes', { response: `key=${SECRET}` }).withResponse();
    expect(meta.status).toBe(200);
    expect(data).toMatchObject({
      decision: 'deny',
      allowed: false,
      response: REDACTED,
      message: 'Sensitive credential detected in response',
      policy: 'block-credential-leaks',
    });
    const { events } = await rig.admin.audit.events({ limit: 2 });
    expect(events[0]).toMatchObject({
      request: { rampart_phase: 'response', request_audit_id: data.auditId },
      response: { flags: ['response-evaluated', 'response-redacted'] },
    });
  });

  test('hosted approvals are for admins; an agent’s call waits in the queue whatever it says', async () => {
    const approvalOwner = { host: 'my-host', mode: 'hosted', supportsExactResume: true, supportsAllowAlways: true };
    const { data, meta } = await rig.admin.exec('sudo id', { approvalOwner }).withResponse();
    expect(meta.status).toBe(200);
    expect(data).toMatchObject({
      decision: 'ask',
      approvalMode: 'hosted',
      approval: { scopeOptions: ['once', 'session', 'always'], allowAlwaysSupported: true, timeoutMs: 120_000 },
    });
    expect(data).not.toHaveProperty('approvalId');
    const { host: _, ...nobody } = approvalOwner;
    const error = await caught(rig.admin.exec('sudo id', { approvalOwner: nobody }));
    expect(error).toMatchObject({
      status: 400,
      body: { error: 'approval_owner.host is required when approval_owner.mode=hosted' },
    });
    expect(await rig.agent.exec('sudo hosted', { approvalOwner })).toMatchObject({ approvalId: expect.any(String) });
  });

  test('errors say which request failed, and never show the token', async () => {
    const error = await caught(rig.client({ token: 'not-a-token-of-this-gateway' }).exec('ls'));
    expect(error).toBeInstanceOf(AuthenticationError);
    const { requestId, operation, gateway }: Partial<SallyportError> = Object(error);
    expect([operation, gateway, typeof requestId]).toEqual(['rampart.evaluate', 'rampart', 'string']);
    expect(`${String(error)} ${JSON.stringify(error)}`).not.toContain('not-a-token');
  });

  test('unknown paths and wrong methods are not found; untidy ones lead to the tidy one', async () => {
    const { send } = rig;
    for (const [method, path] of [
      ['GET', '/v1/tool/exec'],
      ['POST', '/v1/status'],
      ['GET', '/v1/nowhere'],
      ['GET', '/rampart/health'],
    ] as const) {
      expect(await send(method, path)).toMatchObject({ status: 404, body: { error: 'not found' } });
    }
    // At the root that path is another protocol's, by a table that does not look at credentials.
    expect(await send('GET', '/health')).toMatchObject({ status: 200, body: { status: 'healthy' } });
    const alone = await startRig({ meshguard: false, aegis: false });
    expect(await alone.send('GET', '/health')).toMatchObject({ status: 404, body: { error: 'not found' } });
    await alone.close();
    expect((await send('HEAD', '/healthz')).status).toBe(200);
    const untidy = await send('GET', '//v1//status?a=1');
    expect([untidy.status, untidy.headers.get('location')]).toEqual([307, '/v1/status?a=1']);
  });
});
