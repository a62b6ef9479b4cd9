import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import { BufferedResponse, ConfigurationError } from '@sallyport/core';
import * as meshguard from '@sallyport/meshguard';
import { type GovernedDecisionSync, MeshGuardClientSync } from '@sallyport/meshguard/sync';
import { afterAll, beforeAll, describe, expect, expectTypeOf, it } from 'vitest';

const { ConnectionError, MeshGuardError, PolicyDeniedError } = meshguard;

let worker: Worker;
let gatewayUrl = '';

beforeAll(async () => {
  const require = createRequire(import.meta.url);
  const path = require.resolve('./fixture/gateway-server.ts');
  const code = `require(${JSON.stringify(path)}).serve()`;
  worker = new Worker(code, { eval: true, execArgv: process.execArgv });
  const port = await new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
  gatewayUrl = `http://127.0.0.1:${String(port)}`;
});

afterAll(() => worker.terminate());

const make = () =>
  new MeshGuardClientSync({ gatewayUrl, agentToken: 'agent-jwt', adminToken: 'a', traceId: 'trace-1' });

function thrownBy(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

describe('MeshGuardClientSync', () => {
  it('has the methods of the async client, without the promises', () => {
    const client = make();
    expect(client.check('read:contacts')).toMatchObject({ allowed: true, policy: 'fake', traceId: 'trace-1' });
    expect(client.check('delete:x')).toMatchObject({ allowed: false, reason: 'Denied by rule: deny delete:x' });
    expect(client.health()).toEqual({ status: 'healthy', version: '0.1.0', mode: 'enforce' });
    expect([client.isHealthy(), client.gatewayUrl, client.traceId]).toEqual([true, gatewayUrl, 'trace-1']);
    client.close();
  });

  it('throws the errors of the async client, with every class that they have', () => {
    const denied = thrownBy(() => make().enforce('delete:x'));
    expect(denied).toBeInstanceOf(PolicyDeniedError);
    expect(denied).toMatchObject({ action: 'delete:x', rule: 'r1', decision: { allowed: false } });
    const nobody = { gatewayUrl: 'http://127.0.0.1:1', agentToken: 't', maxRetries: 0 };
    const gone = thrownBy(() => new MeshGuardClientSync(nobody).check('read:x'));
    for (const type of [ConnectionError, MeshGuardError]) expect(gone).toBeInstanceOf(type);
    expect(thrownBy(() => new MeshGuardClientSync({ gatewayUrl: 'ftp://x' }))).toBeInstanceOf(ConfigurationError);
  });

  it('governs functions on the calling thread, and blocks of code', () => {
    const client = make();
    expect(client.govern('read:x', ({ action }) => `did ${action}`)).toBe('did read:x');
    expect(thrownBy(() => client.govern('delete:x', () => 'never'))).toBeInstanceOf(PolicyDeniedError);
    const decision = client.govern('read:x');
    expect(decision).toMatchObject({ allowed: true, action: 'read:x' });
    expect(() => decision[Symbol.dispose]()).not.toThrow();
  });

  it('reads proxied answers whole', () => {
    const response = make().post('/status/404', { action: 'read:x', json: { a: 1 } });
    expect(response).toBeInstanceOf(BufferedResponse);
    expect([response.status, response.headers.get('x-meshguard-policy')]).toEqual([404, 'fake']);
    expect(response.json()).toEqual({ method: 'POST', path: '/status/404', sent: '{"a":1}' });
  });

  it('walks pages as a plain iterable', () => {
    expect([...make().getAuditLog({ limit: 2 })].map(({ id }) => id)).toEqual(['e5', 'e4', 'e3', 'e2', 'e1']);
  });

  it('has blocking types', () => {
    expectTypeOf<MeshGuardClientSync['check']>().returns.toEqualTypeOf<meshguard.PolicyDecision>();
    expectTypeOf<MeshGuardClientSync['get']>().returns.toEqualTypeOf<BufferedResponse>();
    expectTypeOf<MeshGuardClientSync['listAgents']>().returns.toEqualTypeOf<readonly meshguard.Agent[]>();
    expectTypeOf<MeshGuardClientSync['getAuditLog']>().returns.toEqualTypeOf<Iterable<meshguard.AuditEntry>>();
    expectTypeOf<MeshGuardClientSync>().not.toHaveProperty('asGovernor');
    const governs = (client: MeshGuardClientSync) => client.govern('read:x');
    expectTypeOf(governs).returns.toEqualTypeOf<GovernedDecisionSync>();
    const runs = (client: MeshGuardClientSync) => client.govern('read:x', () => 5);
    expectTypeOf(runs).returns.toEqualTypeOf<number>();
  });
});

describe('types of the async client', () => {
  it('are those of the documents', () => {
    type Client = meshguard.MeshGuardClient;
    expectTypeOf<Client['check']>().parameter(0).toEqualTypeOf<string>();
    expectTypeOf<Awaited<ReturnType<Client['get']>>>().toExtend<Response>();
    expectTypeOf<Awaited<ReturnType<Client['createAgent']>>>().toExtend<{ id: string; token: string }>();
    expectTypeOf<meshguard.PolicyDecision['decision']>().toEqualTypeOf<'allow' | 'deny'>();
    const scope = (client: Client) => client.govern('write:email');
    expectTypeOf(scope).returns.resolves.toExtend<AsyncDisposable>();
    const run = (client: Client) => client.govern('write:email', async () => 'sent');
    expectTypeOf(run).returns.resolves.toEqualTypeOf<string>();
    interface OwnPolicy {
      name: string;
      rules: { effect: string; actions: string[] }[];
    }
    expectTypeOf<OwnPolicy>().toExtend<meshguard.PolicyDocument>();
    expectTypeOf<{ name: string }>().not.toExtend<meshguard.PolicyDocument>();
    expectTypeOf<meshguard.RateLimitError>().toExtend<meshguard.MeshGuardError>();
  });
});
