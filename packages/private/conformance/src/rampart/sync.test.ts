import type { Worker } from 'node:worker_threads';
import {
  ApprovalRejectedError,
  ApprovalRequiredError,
  AuthenticationError,
  BadRequestError,
  ConfigurationError,
  ConnectionError,
  NotFoundError,
  PermissionDeniedError,
  PolicyDeniedError,
  SallyportError,
  TimeoutError,
} from '@sallyport/core';
import { RampartClient, RampartConnectionError, RampartDeniedError, RampartError } from '@sallyport/rampart';
import { RampartClientSync } from '@sallyport/rampart/sync';
import { rampartFormula, verifyChainSync } from '@sallyport/verify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { thrown } from '../support/caught.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { human } from '../support/human.js';
import { startRig } from '../support/rig.js';

const SECRET = `AKIA${'S'.repeat(16)}`;

describe('the blocking client against a gateway in another process', () => {
  let gateway: TestGateway;
  let somebody: Worker;
  let agent: RampartClientSync;
  let admin: RampartClientSync;
  beforeAll(async () => {
    gateway = await startGateway();
    somebody = human(gateway, { yes: 'please', no: 'never' });
    const { url, token, adminToken } = gateway;
    agent = new RampartClientSync({ url, token, agent: 'agent-7', session: 'session-1', runId: 'run-1' });
    admin = new RampartClientSync({ url, token: adminToken });
  });
  afterAll(async () => {
    agent.close();
    admin.close();
    await somebody.terminate();
    await gateway.close();
  });

  const today = () => admin.audit.dates().dates[0] ?? '';

  test('has the members of the async client, but for streams and governors', async () => {
    const async = new RampartClient({ url: gateway.url, token: gateway.token });
    const methods = (of: object) =>
      Object.getOwnPropertyNames(of).filter(
        (name) => typeof Reflect.get(of, name) === 'function' && name !== 'constructor',
      );
    const wanted = methods(RampartClient.prototype).filter((name) => name !== 'events' && name !== 'asGovernor');
    expect(methods(agent)).toEqual(expect.arrayContaining(wanted));
    for (const part of ['approvals', 'hostedApprovals', 'audit', 'policy', 'rules'] as const) {
      expect(methods(agent[part])).toEqual(methods(Object.getPrototypeOf(async[part])));
    }
    await async.close();
  });

  test('answers what the async client answers', async () => {
    const async = new RampartClient({ url: gateway.url, token: gateway.adminToken });
    expect(admin.health()).toEqual({ ...(await async.health()), uptimeSeconds: expect.any(Number) });
    expect(admin.policy.list()).toEqual(await async.policy.list());
    expect(admin.test('rm -rf /')).toEqual(await async.test('rm -rf /'));
    expect(admin.request('GET', '/v1/policy/summary')).toEqual(await async.request('GET', '/v1/policy/summary'));
    expect(agent.exec('rm -rf /')).toMatchObject({ decision: 'deny', runId: 'run-1' });
    expect(agent.preflightExec('ls').allowed).toBe(true);
    expect(agent.enforce('exec', { command: 'ls' }).enforced).toBe(true);
    await async.close();
  });

  test('walks the pages of the audit log as a plain iterable', () => {
    const ids = Array.from({ length: 5 }, (_, index) => agent.exec(`ls ${index}`, { session: 'pages' }).auditId);
    const pages = admin.audit.events({ session: 'pages', limit: 2 });
    expect([...pages].map(({ id }) => id)).toEqual(ids.reverse());
    // Leaving early leaves nothing behind.
    for (const { id } of admin.audit.events({ session: 'pages', limit: 1 })) {
      expect(id).toBe(ids[0]);
      break;
    }
    expect(admin.audit.stats().bySession['pages']).toBe(5);
  });

  test('exports the log as an iterable of bytes', () => {
    const report = verifyChainSync(admin.audit.export(today()), { formula: rampartFormula });
    expect(report).toMatchObject({ ok: true, count: admin.audit.stats().totalEvents });
  });

  test('governs on the calling thread, and hands over what was redacted', () => {
    const action = { tool: 'exec', input: { command: 'cat notes' } };
    const seen: unknown[] = [];
    const ran = agent.govern(action, (input, decision) => {
      seen.push(input['command'], decision.outcome);
      return 'notes';
    });
    expect([ran.source, ran.output, seen]).toEqual(['run', 'notes', ['cat notes', 'allow']]);
    expect(agent.govern(action, () => SECRET)).toMatchObject({ source: 'redaction', report: { redacted: true } });
  });

  test('hands over what a governed function throws, the very object', () => {
    const mine = new RangeError('mine');
    const fail = () => {
      throw mine;
    };
    expect(thrown(() => agent.govern({ tool: 'exec', input: { command: 'ls' } }, fail))).toBe(mine);
    expect(thrown(agent.guard(fail, { tool: 'crm.read' }))).toBe(mine);
  });

  test('guards a function', () => {
    const read = agent.guard((path: string) => `content of ${path}`, { tool: 'read' });
    expect(read('notes.txt')).toBe('content of notes.txt');
    expect(thrown(() => read('/etc/shadow'))).toBeInstanceOf(PolicyDeniedError);
  });

  test('runs a command once somebody in another thread has agreed', () => {
    const command = 'sudo() { echo "ran $@"; }; sudo please';
    expect(agent.safeExec(command, { onPending: 'wait' })).toEqual({
      blocked: false,
      output: 'ran please\n',
      stderr: '',
      exitCode: 0,
    });
    expect(agent.safeExec('sudo never', { onPending: 'wait' })).toMatchObject({
      blocked: true,
      reason: 'denied by a human',
    });
    expect(agent.safeExec('sudo perhaps')).toMatchObject({ blocked: true, approvalId: expect.any(String) });
  });

  test('waits for an approval while the calling thread sleeps', () => {
    const { approvalId = '' } = agent.exec('sudo please wait');
    expect(agent.approvals.wait(approvalId)).toMatchObject({ status: 'approved', resolvedBy: 'a human' });
    const held = agent.exec('sudo please hold', { preferWaitMs: 20_000 });
    expect(held).toMatchObject({ decision: 'allow', approvalScope: 'once' });
    const refused = thrown(() => agent.govern({ tool: 'exec', input: { command: 'sudo never' } }, () => 'ran'));
    expect(refused).toBeInstanceOf(ApprovalRejectedError);
    const asked = { tool: 'exec', input: { command: 'sudo perhaps' } };
    const required = thrown(() => agent.govern(asked, () => 'ran', { onPending: 'throw' }));
    expect(required).toBeInstanceOf(ApprovalRequiredError);
    expect(required).toMatchObject({ approvalId: expect.any(String) });
  });

  test.each<[code: string, type: abstract new (...args: never) => Error, fail: () => unknown]>([
    ['policy_denied', RampartDeniedError, () => agent.enforce('exec', { command: 'rm -rf /' })],
    ['bad_request', BadRequestError, () => agent.evaluate('a b', {})],
    ['permission_denied', PermissionDeniedError, () => agent.status()],
    ['not_found', NotFoundError, () => admin.approvals.get('unknown')],
    ['not_found', NotFoundError, () => admin.audit.export('1999-01-01')],
    ['bad_request', BadRequestError, () => [...admin.audit.events({ date: 'x' })]],
    ['authentication', AuthenticationError, () => new RampartClientSync({ url: gateway.url, token: 'x' }).exec('ls')],
  ])('throws %s as the async client does: class, code, fields, and where it was called', (code, type, fail) => {
    const error = thrown(fail);
    expect(error).toBeInstanceOf(type);
    expect(error).toBeInstanceOf(SallyportError);
    expect(error).toMatchObject({ code, name: type.name, gateway: 'rampart' });
    const { stack = '' }: { stack?: string } = Object(error);
    expect(stack).toContain('sync.test.ts');
  });

  test('a time limit holds while the calling thread sleeps', () => {
    const { approvalId = '' } = agent.exec('sudo perhaps');
    const error = thrown(() => agent.exec('sudo perhaps', { preferWaitMs: 10_000, timeoutMs: 1, deadlineMs: 50 }));
    expect(error).toBeInstanceOf(TimeoutError);
    expect(thrown(() => agent.approvals.wait(approvalId, { maxWaitMs: 30 }))).toMatchObject({
      code: 'approval_timeout',
    });
  });

  test('refuses what cannot go to another thread', () => {
    const options: object = { onIncident: () => {} };
    const call = () => Reflect.apply(agent.govern, agent, [{ tool: 'exec', input: {} }, () => 'ran', options]);
    expect(thrown(call)).toBeInstanceOf(ConfigurationError);
    const asynchronous = () => agent.govern({ tool: 'exec', input: { command: 'ls' } }, async () => 'ran');
    expect(thrown(asynchronous)).toMatchObject({ code: 'configuration' });
  });

  test('refuses a gateway of the calling thread instead of waiting for it for ever', async () => {
    const rig = await startRig();
    const own = new RampartClientSync({ url: rig.url, token: rig.tokens.agent });
    expect(thrown(() => own.exec('ls'))).toBeInstanceOf(ConfigurationError);
    await rig.close();
  });

  test('a closed client refuses, and a gateway that is gone is a connection error', async () => {
    const doomed = await startGateway();
    const client = new RampartClientSync({ url: doomed.url, token: doomed.token, maxRetries: 0 });
    expect(client.exec('ls').allowed).toBe(true);
    await doomed.kill();
    const error = thrown(() => client.exec('ls'));
    for (const type of [RampartConnectionError, RampartError, ConnectionError]) expect(error).toBeInstanceOf(type);
    const ran: string[] = [];
    expect(thrown(() => client.govern({ tool: 'exec', input: {} }, () => ran.push('ran')))).toMatchObject({
      code: 'connection',
    });
    expect(ran).toEqual([]);
    client.close();
    expect(thrown(() => client.exec('ls'))).toMatchObject({ code: 'aborted' });
  });
});
