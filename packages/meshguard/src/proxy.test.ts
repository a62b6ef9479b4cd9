import * as core from '@sallyport/core';
import { describe, expect, it } from 'vitest';
import {
  ApprovalRequiredError,
  AuthenticationError,
  MeshGuardError,
  PolicyDeniedError,
  RateLimitError,
} from './errors.js';
import { answering, setUp } from './fixture/setup.js';

const caught = (work: Promise<unknown>): Promise<unknown> => work.catch((error: unknown) => error);
const allowed = { 'x-meshguard-decision': 'allow' };
const reading = { action: 'read:contacts' };

describe('a proxied request', () => {
  it('reaches the service with method, path, query and JSON', async () => {
    const { gateway, client } = setUp();
    const response = await client.request('PUT', '/api/records/123?dry=1&dry=%20', {
      ...reading,
      json: { status: 'updated' },
    });
    expect(response).toBeInstanceOf(Response);
    expect([response.status, response.ok, response.policy, response.traceId]).toEqual([200, true, 'fake', 'server-1']);
    expect(await response.json()).toEqual({ method: 'PUT', path: '/api/records/123', sent: '{"status":"updated"}' });
    const [sent] = gateway.requests;
    expect(sent).toMatchObject({ method: 'PUT', path: '/proxy/api/records/123?dry=1&dry=%20' });
    expect(sent?.headers.get('content-type')).toBe('application/json');
    expect(sent?.headers.get('x-meshguard-action')).toBe('read:contacts');
  });

  it.each(['get', 'post', 'put', 'patch', 'delete'] as const)('has a method for %s', async (method) => {
    const { gateway, client } = setUp();
    await (await client[method]('//api/x', reading)).text();
    expect(gateway.requests[0]).toMatchObject({ method: method.toUpperCase(), path: '/proxy/api/x' });
  });

  it('sends texts, bytes and streams as they are', async () => {
    async function* parts(): AsyncGenerator<Uint8Array> {
      yield new TextEncoder().encode('one ');
      yield new TextEncoder().encode('two');
    }
    for (const body of ['one two', new TextEncoder().encode('one two'), parts()]) {
      const response = await setUp().client.post('/upload', { ...reading, body });
      expect(await response.json()).toMatchObject({ sent: 'one two' });
    }
  });

  it('leaves the action to the gateway when none is given', async () => {
    const { client, sent } = answering(() => Response.json({}, { headers: allowed }));
    await client.get('/api/contacts');
    expect(new Headers(sent[0]?.init.headers).has('x-meshguard-action')).toBe(false);
  });

  it('says what is decided on in one header, whatever the caller’s own headers are', async () => {
    const { client, sent } = answering(() => Response.json({}, { headers: allowed }));
    const headers = { 'X-MeshGuard-Action': 'read:harmless', 'x-meshguard-ACTION': 'read:more', 'X-Mine': '1' };
    await client.delete('/x', { action: 'delete:x', headers });
    const given = new Headers(sent[0]?.init.headers);
    expect([given.get('x-meshguard-action'), given.get('x-mine')]).toEqual(['delete:x', '1']);
    expect(headers).toHaveProperty('X-MeshGuard-Action');
  });

  it('hands its answer over unread, piece by piece', async () => {
    let asked = 0;
    const body = new ReadableStream(
      {
        pull(controller) {
          asked += 1;
          controller.enqueue(new TextEncoder().encode(`data: ${asked}\n\n`));
          if (asked === 3) controller.close();
        },
      },
      { highWaterMark: 0 },
    );
    const { client } = answering(
      () => new Response(body, { headers: { ...allowed, 'content-type': 'text/event-stream' } }),
    );
    const response = await client.get('/events', reading);
    expect(asked).toBe(0);
    const reader = response.body?.getReader();
    expect(new TextDecoder().decode((await reader?.read())?.value)).toBe('data: 1\n\n');
    await reader?.cancel();
    expect(asked).toBeLessThan(3);
  });

  it('does not wait without end for a body that stops coming', async () => {
    const body = new ReadableStream({ start: (controller) => controller.enqueue(new Uint8Array([1])) });
    const { client } = answering(() => new Response(body, { headers: allowed }));
    const response = await client.get('/slow', { ...reading, timeoutMs: 500 });
    const error = await caught(response.arrayBuffer());
    expect(error).toMatchObject({ code: 'timeout', phase: 'idle', timeoutMs: 500 });
    expect(error).toBeInstanceOf(MeshGuardError);
  });

  it('is handed over as it came, also when the service has compressed it', async () => {
    const headers = { ...allowed, 'content-encoding': 'gzip' };
    const { client } = answering(() => new Response(new Uint8Array([31, 139]), { headers }));
    const response = await client.get('/x', reading);
    expect(response.headers.get('content-encoding')).toBe('gzip');
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(new Uint8Array([31, 139]));
  });

  it('has no body where there can be none', async () => {
    const response = await setUp().client.delete('/status/204', reading);
    expect([response.status, response.body]).toEqual([204, null]);
  });
});

describe('who refused', () => {
  it.each([301, 400, 401, 403, 404, 429, 500, 503])('%i of the service is its answer', async (status) => {
    const { gateway, client } = setUp();
    const response = await client.get(`/status/${status}`, reading);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ path: `/status/${status}` });
    expect(gateway.requests).toHaveLength(1);
  });

  it('a denial of the gateway is a PolicyDeniedError', async () => {
    const error = await caught(setUp().client.delete('/api/contacts/1', { action: 'delete:contacts' }));
    expect(error).toBeInstanceOf(PolicyDeniedError);
    expect(error).toMatchObject({
      action: 'delete:contacts',
      policy: 'fake',
      rule: 'r1',
      reason: 'Denied by rule: deny delete:contacts',
    });
  });

  it('a denial that a human can lift names the approval', async () => {
    const error = await caught(setUp().client.post('/api/emails', { action: 'send:email', json: {} }));
    expect(error).toBeInstanceOf(ApprovalRequiredError);
    expect(error).toMatchObject({ pending: { id: 'approval-1' } });
  });

  it.each([
    ['401', 401, {}, AuthenticationError],
    ['429', 429, {}, RateLimitError],
    ['403 with a reason, at an older gateway', 403, { message: 'no' }, PolicyDeniedError],
    ['502 that no service said', 502, {}, core.ServerError],
    ['400', 400, {}, core.BadRequestError],
  ])('%s without a decision in its head is the gateway’s', async (_what, status, body, type) => {
    const { client } = answering(() => Response.json(body, { status }));
    expect(await caught(client.get('/x', reading))).toBeInstanceOf(type);
  });

  it('403 that is no JSON, and of no gateway, is no denial by policy', async () => {
    const { client } = answering(() => new Response('<h1>WAF</h1>', { status: 403 }));
    const error = await caught(client.get('/x', reading));
    expect(error).toBeInstanceOf(core.PermissionDeniedError);
    expect(error).not.toBeInstanceOf(PolicyDeniedError);
  });

  it('a success that says deny, or something unknown, is not handed over', async () => {
    const saying = (word: string) =>
      answering(() => Response.json({}, { headers: { 'x-meshguard-decision': word } })).client;
    expect(await caught(saying('deny').get('/x', reading))).toBeInstanceOf(PolicyDeniedError);
    expect(await caught(saying('perhaps').get('/x', reading))).toBeInstanceOf(core.ResponseValidationError);
  });

  it('a success of an older gateway, without a decision in its head, is handed over', async () => {
    const { client } = answering(() => Response.json({ n: 1 }));
    expect(await (await client.get('/x', reading)).json()).toEqual({ n: 1 });
  });
});

describe('repetition', () => {
  const unavailable = () => new Response('{}', { status: 503 });

  it.each([
    ['GET', 3],
    ['POST', 1],
    ['DELETE', 1],
  ] as const)('%s is sent %i times when the gateway is not available', async (method, times) => {
    const { client, sent } = answering(unavailable, { maxRetries: 2 });
    await caught(client.request(method, '/x', reading));
    expect(sent).toHaveLength(times);
  });
});
