import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import * as vargate from '@sallyport/vargate';
import { VargateClientSync } from '@sallyport/vargate/sync';
import { afterAll, beforeAll, describe, expect, expectTypeOf, it } from 'vitest';

const { ConfigurationError, ConnectionError, PolicyDeniedError, VargateError } = vargate;

let worker: Worker;
let baseUrl = '';

beforeAll(async () => {
  const require = createRequire(import.meta.url);
  const path = require.resolve('./fixture/gateway-server.ts');
  const code = `require(${JSON.stringify(path)}).serve()`;
  worker = new Worker(code, { eval: true, execArgv: process.execArgv });
  const port = await new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
  baseUrl = `http://127.0.0.1:${String(port)}/api`;
});

afterAll(() => worker.terminate());

const make = () => new VargateClientSync({ baseUrl, apiKey: 'vg-key', agent: { id: 'my-agent-v1' } });

function thrownBy(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

describe('VargateClientSync', () => {
  it('has the methods of the async client, without the promises', () => {
    const client = make();
    expect(client.callTool('http', 'GET', { url: 'x' })).toMatchObject({ outcome: 'allowed', tool: 'http' });
    expect(client.callTool('disk', 'wipe', {})).toMatchObject({ outcome: 'denied', severity: 'high' });
    expect(client.health()).toMatchObject({ status: 'ok', service: 'vargate-gateway' });
    expect([...client.audit.log({ limit: 1 })].length).toBeGreaterThanOrEqual(2);
    expect(client.baseUrl).toBe(baseUrl);
    client.close();
  });

  it('throws the errors of the async client, with every class that they have', () => {
    const denied = thrownBy(() => make().governedToolCall('disk', 'wipe', {}));
    expect(denied).toBeInstanceOf(PolicyDeniedError);
    expect(denied).toMatchObject({ violations: ['no_credential_registered_for_tool'], alertTier: 'soc_ticket' });
    const nobody = { baseUrl: 'http://127.0.0.1:1', apiKey: 'k', maxRetries: 0 };
    const gone = thrownBy(() => new VargateClientSync(nobody).callTool('http', 'GET', {}));
    for (const type of [ConnectionError, VargateError]) expect(gone).toBeInstanceOf(type);
    expect(thrownBy(() => new VargateClientSync({ baseUrl: 'ftp://x' }))).toBeInstanceOf(ConfigurationError);
  });

  it('governs functions on the calling thread', () => {
    const { output } = make().govern(
      { tool: 'http', operation: 'GET', input: { n: 1 } },
      ({ n }) => `did ${String(n)}`,
    );
    expect(output).toBe('did 1');
  });

  it('waits for an approval, and verifies the log', () => {
    const client = make();
    const { actionId } = client.callTool('email', 'send', { to: 'you' });
    expect(thrownBy(() => client.waitForApproval(actionId, { maxWaitMs: 50 }))).toMatchObject({
      code: 'approval_timeout',
    });
    expect(client.verifyLocally()).toMatchObject({ ok: true, claimed: { valid: true } });
    expect(client.watchTree()).toEqual({ outcome: 'empty', added: [] });
  });

  it('has blocking types', () => {
    expectTypeOf<VargateClientSync['callTool']>().returns.toEqualTypeOf<vargate.ToolCallResult>();
    expectTypeOf<VargateClientSync['verifyLocally']>().returns.toEqualTypeOf<vargate.LocalVerification>();
    expectTypeOf<VargateClientSync['audit']['log']>().returns.toEqualTypeOf<Iterable<vargate.AuditRecord>>();
    expectTypeOf<VargateClientSync['sessions']['watch']>().returns.toEqualTypeOf<Iterable<vargate.SessionStatus>>();
    expectTypeOf<VargateClientSync>().not.toHaveProperty('asGovernor');
  });
});

describe('types of the async client', () => {
  it('are those of the documents', () => {
    type Client = vargate.VargateClient;
    const idOf = (result: vargate.ToolCallResult) =>
      result.outcome === 'denied' ? result.violations : result.actionId;
    expectTypeOf(idOf).returns.toEqualTypeOf<string | readonly string[]>();
    expectTypeOf<Awaited<ReturnType<Client['governedToolCall']>>['outcome']>().toEqualTypeOf<'allowed' | 'pending'>();
    expectTypeOf<Awaited<ReturnType<Client['waitForApproval']>>['status']>().toEqualTypeOf<
      'approved' | 'rejected' | 'expired'
    >();
    expectTypeOf<vargate.ComplianceArtifact['summary']['denialRate']>().toEqualTypeOf<number>();
    expectTypeOf<vargate.RateLimitError>().toExtend<vargate.VargateError>();
    expectTypeOf<vargate.StoredCredential>().not.toHaveProperty('value');
  });
});
