import type { FetchLike } from '@sallyport/core';
import * as core from '@sallyport/core';
import { describe, expect, it, vi } from 'vitest';
import { MeshGuardClient } from './client.js';
import { AuthenticationError, MeshGuardError, PolicyDeniedError, RateLimitError } from './errors.js';
import { answering, setUp } from './fixture/setup.js';

const caught = (work: Promise<unknown>): Promise<unknown> => work.catch((error: unknown) => error);

describe('check', () => {
  it('never throws on a refusal', async () => {
    const { client } = setUp();
    expect(await client.check('delete:database')).toMatchObject({ allowed: false, decision: 'deny', policy: 'fake' });
  });

  it('is repeated only by a gateway that honours keys', async () => {
    const honours = { 'sallyport-features': 'idempotency' };
    for (const [headers, attempts] of [[honours, 3] as const, [{}, 1] as const]) {
      const { client, sent } = answering(() => new Response('{}', { status: 503, headers }), { maxRetries: 2 });
      await caught(client.check('read:x'));
      expect(sent).toHaveLength(attempts);
      expect(new Set(sent.map(({ init }) => new Headers(init.headers).get('idempotency-key'))).size).toBe(1);
    }
  });

  it('has the trace id of the gateway, else its own', async () => {
    const echo = { headers: { 'x-meshguard-trace-id': 'server-9' } };
    const { client } = answering(() => Response.json({ policy: 'p' }, echo));
    expect((await client.check('read:x')).traceId).toBe('server-9');
    expect((await setUp().client.check('read:x')).traceId).toBe('trace-1');
  });
});

describe('govern', () => {
  it('runs the function after an allow, and returns what it returns', async () => {
    const { client } = setUp();
    expect(await client.govern('read:contacts', ({ action }) => `did ${action}`)).toBe('did read:contacts');
    expect(await client.govern('read:contacts', async () => 5, 'customer/1')).toBe(5);
  });

  it('does not run the function after a refusal, nor when there is no decision', async () => {
    const run = vi.fn();
    const { gateway, client } = setUp({ maxRetries: 0 });
    expect(await caught(client.govern('delete:x', run))).toBeInstanceOf(PolicyDeniedError);
    gateway.fault = 'down';
    expect(await caught(client.govern('read:x', run))).toBeInstanceOf(core.ConnectionError);
    expect(run).not.toHaveBeenCalled();
  });

  it('hands on what the function throws, unchanged', async () => {
    const failure = new RangeError('mine');
    const failing = () => {
      throw failure;
    };
    expect(await caught(setUp().client.govern('read:x', failing))).toBe(failure);
  });

  it('governs a block of code that "await using" can leave', async () => {
    const decision = await setUp().client.govern('read:contacts');
    expect(decision).toEqual({
      allowed: true,
      action: 'read:contacts',
      decision: 'allow',
      policy: 'fake',
      traceId: 'trace-1',
    });
    await expect(decision[Symbol.asyncDispose]()).resolves.toBeUndefined();
    expect(await caught(setUp().client.govern('delete:contacts'))).toBeInstanceOf(PolicyDeniedError);
  });
});

describe('every error', () => {
  it('is a MeshGuardError with a trace id, and what core knows it as', async () => {
    const { gateway, client } = setUp({ maxRetries: 0 });
    gateway.fault = 'down';
    const gone = await caught(client.check('read:x'));
    for (const type of [MeshGuardError, core.ConnectionError, core.TransportError]) expect(gone).toBeInstanceOf(type);
    expect(gone).toMatchObject({ traceId: 'trace-1', operation: 'meshguard.check', gateway: 'meshguard' });
    gateway.fault = 'slow';
    const late = await caught(client.check('read:x', { timeoutMs: 1_000 }));
    for (const type of [MeshGuardError, core.TimeoutError]) expect(late).toBeInstanceOf(type);
    await client.close();
    expect(await caught(client.listAgents())).toBeInstanceOf(MeshGuardError);
  });

  it('by status has the class of the family and of core', async () => {
    const unauthorized = await caught(answering(() => new Response('{}', { status: 401 })).client.check('x:y'));
    for (const type of [AuthenticationError, MeshGuardError, core.AuthenticationError, core.HttpError]) {
      expect(unauthorized).toBeInstanceOf(type);
    }
    const limited = await caught(answering(() => new Response('{}', { status: 429 })).client.check('x:y'));
    for (const type of [RateLimitError, MeshGuardError, core.RateLimitError]) expect(limited).toBeInstanceOf(type);
    const denied = await caught(setUp().client.enforce('x:y'));
    for (const type of [PolicyDeniedError, MeshGuardError, core.PolicyDeniedError]) expect(denied).toBeInstanceOf(type);
    expect(denied).not.toBeInstanceOf(core.ApprovalRequiredError);
    const asking = await caught(setUp().client.enforce('send:email'));
    for (const type of [PolicyDeniedError, core.PolicyDeniedError, core.ApprovalRequiredError]) {
      expect(asking).toBeInstanceOf(type);
    }
  });

  it('of a missing token is thrown before anything is sent', async () => {
    const fetch = vi.fn<FetchLike>();
    const bare = new MeshGuardClient({ gatewayUrl: 'http://localhost:9090', telemetry: false, fetch });
    const error = await caught(bare.listAgents());
    expect(error).toBeInstanceOf(AuthenticationError);
    expect(error).not.toBeInstanceOf(core.HttpError);
    expect(String(error)).toContain('Admin token required for this operation');
    for (const call of [bare.check('read:x'), bare.get('/x'), bare.trust.get('agent_1')]) {
      expect(await caught(call)).toBeInstanceOf(AuthenticationError);
    }
    expect(fetch).not.toHaveBeenCalled();
  });

  it('never shows a token', async () => {
    const { client } = answering(() => Response.json({ message: 'bad token agent-jwt' }, { status: 401 }));
    const error = await caught(client.check('read:x'));
    expect(`${String(error)} ${JSON.stringify(error)}`).not.toContain('agent-jwt');
  });
});

describe('getAuditLog', () => {
  it('hands out every entry once, from the state that the first page saw', async () => {
    const { gateway, client } = setUp();
    const ids: string[] = [];
    for await (const { id } of client.getAuditLog({ limit: 2 })) ids.push(id);
    expect(ids).toEqual(['e5', 'e4', 'e3', 'e2', 'e1']);
    expect(gateway.requests.map(({ path }) => path)).toEqual([
      '/admin/audit?limit=2',
      '/admin/audit?limit=2&to=t5&offset=2',
      '/admin/audit?limit=2&to=t5&offset=4',
    ]);
  });

  it('is one page when it is awaited', async () => {
    expect((await setUp().client.getAuditLog({ limit: 2 })).map(({ id }) => id)).toEqual(['e5', 'e4']);
  });

  it('says so when the gateway sends the same page again and again', async () => {
    const entry = { id: 'e1', timestamp: 't1', action: 'a:b', decision: 'allow' };
    const { client } = answering(() => Response.json({ entries: [entry] }));
    const walk = async () => {
      for await (const _entry of client.getAuditLog({ limit: 1 }));
    };
    const error = await caught(walk());
    expect(error).toBeInstanceOf(MeshGuardError);
    expect(String(error)).toContain('hands out one page only');
  });
});

describe('the client', () => {
  it('has one trace id for all its calls', async () => {
    const { gateway, client } = setUp();
    await client.check('read:x');
    await client.getAuditLog();
    expect(gateway.requests.map(({ headers }) => headers.get('x-meshguard-trace-id'))).toEqual(['trace-1', 'trace-1']);
    expect(client.traceId).toBe('trace-1');
  });

  it('makes raw requests with the token that is named', async () => {
    const { client, sent } = answering(() => Response.json({ name: 'gateway' }));
    expect(await client.call('GET', '/admin/info', { auth: 'admin' })).toEqual({ name: 'gateway' });
    expect(sent[0]?.url).toBe('http://localhost:9090/admin/info');
    expect(new Headers(sent[0]?.init.headers).get('x-admin-token')).toBe('msat_admin');
  });
});
