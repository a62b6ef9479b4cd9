import { inspect } from 'node:util';
import {
  AbortedError,
  ConnectionError,
  PolicyDeniedError,
  SallyportError,
  ServerError,
  TimeoutError,
} from '@sallyport/core';
import { describe, expect, it, vi } from 'vitest';
import { RampartConnectionError, RampartDeniedError, RampartError, RampartServerError } from './errors.js';
import { allow, answering, client, sentBy } from './fixture/answering.js';
import { fastRuntime, OUR_FEATURES, setUp } from './fixture/setup.js';

describe('a held call', () => {
  it('gets its waiting time on top of the timeout', async () => {
    const never = (_url: string, { signal }: RequestInit) =>
      new Promise<Response>((_resolve, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
    const { rampart } = client({ fetch: never, timeoutMs: 1_000, maxRetries: 0, runtime: fastRuntime(() => 0) });
    const held = rampart.exec('sudo reboot', { preferWaitMs: 2_000 });
    await expect(held).rejects.toMatchObject({ code: 'timeout', timeoutMs: 3_000 });
    await expect(held).rejects.toBeInstanceOf(TimeoutError);
  });
});

describe('retries', () => {
  const flaky = (headers: Record<string, string>) =>
    vi
      .fn(async (_url: string, _init: RequestInit) => new Response(JSON.stringify(allow), { status: 200, headers }))
      .mockImplementationOnce(async () => new Response('{}', { status: 503, headers }));

  it('repeats a decision under one key when the server honours keys', async () => {
    const fetch = flaky({ 'sallyport-features': 'idempotency' });
    await client({ fetch, runtime: fastRuntime(() => 0) }).rampart.exec('ls');
    const keys = [0, 1].map((call) => new Headers(fetch.mock.calls[call]?.[1].headers).get('idempotency-key'));
    expect(keys[0]).toBeTruthy();
    expect(keys[0]).toBe(keys[1]);
  });

  it('does not repeat a decision when the server says nothing of keys', async () => {
    const fetch = flaky({});
    const asked = client({ fetch, runtime: fastRuntime(() => 0) }).rampart.exec('ls');
    await expect(asked).rejects.toBeInstanceOf(ServerError);
    expect(fetch).toHaveBeenCalledTimes(1);
  });
});

describe('errors', () => {
  it('of the connection are Rampart’s and core’s', async () => {
    const { gateway, rampart } = setUp();
    gateway.fault = 'down';
    const thrown: unknown = await rampart.exec('ls').catch((error: unknown) => error);
    for (const type of [RampartConnectionError, RampartError, ConnectionError, SallyportError]) {
      expect(thrown).toBeInstanceOf(type);
    }
    expect(thrown).toMatchObject({ code: 'connection', gateway: 'rampart', operation: 'rampart.evaluate' });
  });

  it('of the connection have what really failed as their cause', async () => {
    const failure = new Error('socket hang up');
    const { rampart } = client({ fetch: () => Promise.reject(failure), maxRetries: 0 });
    await expect(rampart.exec('ls')).rejects.toMatchObject({ code: 'connection', cause: failure });
  });

  it('of the server are Rampart’s and core’s', async () => {
    const { rampart } = client({ fetch: answering(503, { error: 'audit storage is unavailable' }), maxRetries: 0 });
    const thrown: unknown = await rampart.exec('ls').catch((error: unknown) => error);
    for (const type of [RampartServerError, RampartError, ServerError]) expect(thrown).toBeInstanceOf(type);
    expect(thrown).toMatchObject({ status: 503, body: { error: 'audit storage is unavailable' } });
  });

  it('of policy are Rampart’s and core’s', async () => {
    const denied = { decision: 'deny', allowed: false, message: 'no', matched_policies: ['p'] };
    const { rampart } = client({ fetch: answering(200, denied) });
    const thrown: unknown = await rampart.enforce('exec', { command: 'x' }).catch((error: unknown) => error);
    for (const type of [RampartDeniedError, RampartError, PolicyDeniedError]) expect(thrown).toBeInstanceOf(type);
    expect(thrown).toMatchObject({ decision: { matchedPolicies: ['p'] }, operation: 'rampart.enforce' });
  });

  it('never show the token', async () => {
    const { rampart } = client({ fetch: answering(401, { error: 'bad token your-token' }) });
    const thrown: unknown = await rampart.exec('ls').catch((error: unknown) => error);
    expect(`${String(thrown)} ${JSON.stringify(thrown)}`).not.toContain('your-token');
  });

  it.each([
    ['message', { message: 'denied to your-token' }],
    ['policy', { policy: 'not-for-your-token', matched_policies: ['not-for-your-token'] }],
    ['suggestion', { message: 'no', suggestions: ['rampart allow your-token'] }],
  ])('never show the token that comes back as the %s of a decision', async (_where, more) => {
    const deny = { decision: 'deny', allowed: false, ...more };
    const { rampart } = client({ fetch: answering(200, deny), maxRetries: 0 });
    const guarded = rampart.guard((_command: string) => 'ran', { tool: 'exec' });
    for (const call of [() => rampart.enforce('exec', { command: 'x' }), () => guarded('x')]) {
      const thrown: unknown = await Promise.resolve(call()).catch((error: unknown) => error);
      expect(thrown).toBeInstanceOf(PolicyDeniedError);
      const shown = [
        String(thrown),
        JSON.stringify(thrown),
        inspect(thrown),
        inspect({ ...Object(thrown) }, { depth: 9 }),
      ];
      expect(shown.join()).not.toContain('your-token');
    }
    expect(JSON.stringify(await rampart.safeExec('x'))).not.toContain('your-token');
  });
});

describe('approvals.wait', () => {
  it.each([OUR_FEATURES, ''])('returns the decided approval (features: "%s")', async (features) => {
    const { gateway, rampart } = setUp(features);
    const { approvalId = '' } = await rampart.exec('sudo reboot');
    const waiting = rampart.approvals.wait(approvalId);
    gateway.answer(approvalId, 'approved');
    expect(await waiting).toMatchObject({ id: approvalId, status: 'approved', resolvedBy: 'alice' });
  });

  it('throws ApprovalTimeoutError when nobody answers in time', async () => {
    const { rampart } = setUp(OUR_FEATURES);
    const { approvalId = '' } = await rampart.exec('sudo reboot');
    await expect(rampart.approvals.wait(approvalId, { maxWaitMs: 1_000 })).rejects.toMatchObject({
      code: 'approval_timeout',
      approvalId,
    });
  });

  it('ends with the caller’s signal', async () => {
    const { rampart } = setUp(OUR_FEATURES);
    const { approvalId = '' } = await rampart.exec('sudo reboot');
    const caller = new AbortController();
    const waiting = rampart.approvals.wait(approvalId, { signal: caller.signal });
    setImmediate(() => caller.abort());
    await expect(waiting).rejects.toBeInstanceOf(AbortedError);
  });
});

describe('audit.events', () => {
  const event = (id: string) => ({ id, timestamp: 't', decision: { action: 'allow' } });

  it('walks every page of the same day, and hands nothing out twice', async () => {
    const fetch = answering(200, {})
      .mockImplementationOnce(async () =>
        Response.json({ events: [event('3'), event('2')], next_offset: 2, total_in_file: 3, date: '2026-11-21' }),
      )
      .mockImplementationOnce(async () =>
        Response.json({ events: [event('2'), event('1')], next_offset: 0, total_in_file: 4, date: '2026-11-21' }),
      );
    const ids: string[] = [];
    for await (const { id } of client({ fetch }).rampart.audit.events({ limit: 2, tool: 'exec' })) ids.push(id);
    expect(ids).toEqual(['3', '2', '1']);
    expect(fetch.mock.calls.map(([url]) => new URL(url).search)).toEqual([
      '?limit=2&tool=exec',
      '?date=2026-11-21&limit=2&offset=2&tool=exec',
    ]);
  });

  it('can be walked twice', async () => {
    const page = () => Promise.resolve(Response.json({ events: [event('1')], next_offset: 0, date: 'd' }));
    const events = client({ fetch: vi.fn(page) }).rampart.audit.events();
    for (const _time of [1, 2]) {
      const ids: string[] = [];
      for await (const { id } of events) ids.push(id);
      expect(ids).toEqual(['1']);
    }
  });

  it('does not walk in circles', async () => {
    const fetch = vi.fn(async () => Response.json({ events: [event('1')], next_offset: 1, date: 'd' }));
    const walk = async () => {
      for await (const _event of client({ fetch }).rampart.audit.events());
    };
    await expect(walk()).rejects.toThrow('names offset 1 as what follows offset 1');
  });
});

describe('audit.export', () => {
  it('streams the raw lines', async () => {
    const lines = '{"id":"1"}\n{"id":"2"}\n';
    const fetch = vi.fn(async (_url: string, _init: RequestInit) => new Response(lines));
    const chunks: Uint8Array[] = [];
    for await (const chunk of await client({ fetch }).rampart.audit.export('2026-11-21')) chunks.push(chunk);
    expect(Buffer.concat(chunks).toString()).toBe(lines);
    expect(fetch.mock.calls[0]?.[0]).toBe('http://localhost:9090/v1/audit/export?date=2026-11-21');
  });
});

describe('events', () => {
  it('hands out what happens, and what it does not know as it came', async () => {
    const sent = [
      { type: 'connected' },
      { type: 'approvals' },
      { type: 'audit', event: { id: '1', timestamp: 't', tool: 'exec', decision: { action: 'deny' } } },
      { type: 'audit_batch', agent: 'a', session: 's', run_id: 'r' },
      { type: 'rule.learned', rule_name: 'n', tool: 'exec', pattern: 'p', decision: 'allow' },
      { type: 'policy.reloaded', count: 3 },
      { type: 'audit', event: 'not an event' },
    ];
    const body = sent.map((each) => `data: ${JSON.stringify(each)}\n\n`).join('');
    const fetch = vi.fn(async () => new Response(body, { headers: { 'content-type': 'text/event-stream' } }));
    const seen: unknown[] = [];
    for await (const each of client({ fetch }).rampart.events()) {
      seen.push(each);
      if (seen.length === sent.length) break;
    }
    expect(seen).toEqual([
      { type: 'connected' },
      { type: 'approvals' },
      {
        type: 'audit',
        event: {
          ...{ id: '1', timestamp: 't', agent: '', session: '', tool: 'exec', request: {} },
          decision: { action: 'deny', matchedPolicies: [], suggestions: [] },
        },
      },
      { type: 'audit_batch', agent: 'a', session: 's', runId: 'r' },
      { type: 'rule.learned', ruleName: 'n', tool: 'exec', pattern: 'p', decision: 'allow' },
      { type: 'other', name: 'policy.reloaded', data: { count: 3 } },
      { type: 'other', name: 'audit', data: { event: 'not an event' } },
    ]);
  });
});

describe('the rest', () => {
  it('makes raw requests with the token', async () => {
    const { fetch, rampart } = client();
    expect(await rampart.request('GET', '/v1/new', { query: { a: 1 } })).toEqual(allow);
    expect(sentBy(fetch)).toMatchObject({ url: 'http://localhost:9090/v1/new?a=1' });
    expect(sentBy(fetch).headers.get('authorization')).toBe('Bearer your-token');
  });

  it('tells how a call went', async () => {
    const { data, meta } = await client().rampart.exec('ls').withResponse();
    expect(data.allowed).toBe(true);
    expect(meta).toMatchObject({ status: 200, attempts: 1 });
  });

  it('refuses calls once it is closed', async () => {
    const { rampart } = client();
    await rampart.close();
    await expect(rampart.exec('ls')).rejects.toBeInstanceOf(AbortedError);
  });
});
