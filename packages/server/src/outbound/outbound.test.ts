import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import { steerableClock } from '../engine/clock.js';
import type { Log } from '../engine/engine.js';
import { silentLog } from '../engine/log.js';
import { OutboundError } from './errors.js';
import { HttpOutbound, type OutboundParts } from './http-outbound.js';
import type { Resolver } from './lookup.js';
import type { OutboundRequest } from './outbound.js';

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

async function receiver(listener: RequestListener): Promise<{ port: number; server: Server }> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  open.push({
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('No port.');
  return { port: address.port, server };
}

const clock = steerableClock(0);

function outbound(more: Partial<OutboundParts> = {}): HttpOutbound {
  const made = new HttpOutbound({ clock, log: silentLog(), allowPrivateTargets: true, ...more });
  open.push(made);
  return made;
}

const to = (url: string, more: Partial<OutboundRequest> = {}): OutboundRequest => ({
  url,
  body: '{"tool":"exec"}',
  timeoutMs: 5000,
  maxResponseBytes: 64,
  ...more,
});

/** Resolves every name to these, one list after another; the last one stays. */
function resolving(...lists: string[][]): { resolve: Resolver; asked: string[] } {
  const asked: string[] = [];
  const resolve: Resolver = (hostname, _options, callback) => {
    const addresses = lists[Math.min(asked.length, lists.length - 1)] ?? [];
    asked.push(hostname);
    callback(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
  };
  return { resolve, asked };
}

describe('an outgoing request', () => {
  test('posts JSON with its headers, and brings back status and body', async () => {
    const seen: unknown[] = [];
    const { port } = await receiver(async (request, response) => {
      const chunks = await request.toArray();
      const { 'content-type': type, 'x-from': from } = request.headers;
      seen.push([request.method, request.url, type, from, Buffer.concat(chunks).toString()]);
      response.writeHead(418).end('{"decision":"allow"}');
    });
    const asked = to(`http://127.0.0.1:${port}/hook?a=1`, { headers: { 'x-from': 'sallyport' } });
    expect(await outbound().post(asked)).toEqual({ status: 418, body: '{"decision":"allow"}' });
    expect(seen).toEqual([['POST', '/hook?a=1', 'application/json', 'sallyport', '{"tool":"exec"}']]);
  });

  test('follows no redirect', async () => {
    let calls = 0;
    const { port } = await receiver((_request, response) => {
      calls += 1;
      response.writeHead(307, { location: '/elsewhere' }).end();
    });
    expect(await outbound().post(to(`http://127.0.0.1:${port}/`))).toMatchObject({ status: 307 });
    expect(calls).toBe(1);
  });

  test.each([
    'http://127.0.0.1:1/',
    'http://[::1]/',
    'http://[::ffff:10.0.0.1]/',
    'http://2130706433/',
    'https://0x7f.1/',
  ])('to %s is blocked without a connection', async (url) => {
    const refusal = outbound({ allowPrivateTargets: false }).post(to(url));
    await expect(refusal).rejects.toThrow(OutboundError);
    await expect(refusal).rejects.toMatchObject({ code: 'outbound', reason: 'blocked' });
  });

  test.each([
    [['127.0.0.1']],
    [['::1']],
    [['169.254.169.254']],
    [['93.184.216.34', '10.0.0.1']],
    [['::ffff:127.0.0.1']],
  ])('to a name that resolves to %j is blocked', async (addresses) => {
    const { resolve } = resolving(addresses);
    const refusal = outbound({ allowPrivateTargets: false, resolve }).post(to('http://hooks.example/'));
    await expect(refusal).rejects.toMatchObject({ reason: 'blocked' });
  });

  test('connects to the very address that was checked, whatever the name resolves to next', async () => {
    let calls = 0;
    const { port } = await receiver((_request, response) => {
      calls += 1;
      response.end();
    });
    const { resolve, asked } = resolving(['127.0.0.1'], ['192.0.2.1']);
    const url = `http://hooks.example:${port}/`;
    expect(await outbound({ resolve }).post(to(url))).toMatchObject({ status: 200 });
    expect([calls, asked]).toEqual([1, ['hooks.example']]);
    const rebinding = resolving(['192.0.2.1'], ['127.0.0.1']);
    const refusal = outbound({ allowPrivateTargets: false, resolve: rebinding.resolve }).post(to(url));
    await expect(refusal).rejects.toMatchObject({ reason: 'blocked' });
    expect([calls, rebinding.asked]).toEqual([1, ['hooks.example']]);
  });

  test.each(['', 'not a url', 'ftp://example.com/', 'file:///etc/passwd', 'javascript:alert(1)'])(
    'to %j fails without a look-up',
    async (url) => {
      const { resolve, asked } = resolving(['127.0.0.1']);
      await expect(outbound({ resolve }).post(to(url))).rejects.toMatchObject({ reason: 'failed' });
      expect(asked).toEqual([]);
    },
  );

  test('to a name that does not resolve fails', async () => {
    const resolve: Resolver = (_hostname, _options, callback) => callback(new Error('ENOTFOUND'), []);
    await expect(outbound({ resolve }).post(to('http://hooks.example/'))).rejects.toMatchObject({ reason: 'failed' });
    const none = resolving([]);
    const refusal = outbound({ resolve: none.resolve }).post(to('http://hooks.example/'));
    await expect(refusal).rejects.toMatchObject({ reason: 'failed' });
  });

  test('is given up after its time, whether the receiver is silent or slow', async () => {
    for (const headers of [false, true]) {
      const { server, port } = await receiver((_request, response) => {
        if (headers) response.writeHead(200).write('{');
      });
      const posting = outbound().post(to(`http://127.0.0.1:${port}/`, { timeoutMs: 3000 }));
      const outcome = expect(posting).rejects.toMatchObject({
        reason: 'timeout',
        message: expect.stringContaining('3000'),
      });
      await once(server, 'request');
      clock.advance(3000);
      await outcome;
    }
  });

  test('is given up after its time while the name is looked up', async () => {
    const resolve: Resolver = () => {};
    const posting = outbound({ resolve }).post(to('http://hooks.example/'));
    const outcome = expect(posting).rejects.toMatchObject({ reason: 'timeout' });
    clock.advance(5000);
    await outcome;
  });

  test('takes an answer up to its limit, and no byte more', async () => {
    let size = 64;
    const { port } = await receiver((_request, response) => response.end('x'.repeat(size)));
    const url = `http://127.0.0.1:${port}/`;
    expect((await outbound().post(to(url))).body).toHaveLength(64);
    size = 65;
    await expect(outbound().post(to(url))).rejects.toMatchObject({ reason: 'too_large' });
    size = 10_000_000;
    await expect(outbound().post(to(url))).rejects.toMatchObject({ reason: 'too_large' });
  });

  test('to a port where nobody listens fails', async () => {
    const { port, server } = await receiver(() => {});
    server.close();
    await once(server, 'close');
    await expect(outbound().post(to(`http://127.0.0.1:${port}/`))).rejects.toMatchObject({ reason: 'failed' });
  });

  test('with headers that cannot be sent fails', async () => {
    const refusal = outbound().post(to('http://127.0.0.1:1/', { headers: { 'bad header': 'x\r\ny' } }));
    await expect(refusal).rejects.toMatchObject({ reason: 'failed' });
  });
});

describe('a notification', () => {
  const logged = () => {
    const lines: string[] = [];
    const log: Log = { ...silentLog(), warn: (fields, message) => lines.push(`${message} ${JSON.stringify(fields)}`) };
    return { log, lines };
  };

  test('is dropped and logged beyond so many under way for one queue; other queues go on', async () => {
    const held: (() => void)[] = [];
    const paths: unknown[] = [];
    const { port, server } = await receiver((request, response) => {
      paths.push(request.url);
      held.push(() => response.end());
    });
    const { log, lines } = logged();
    const out = outbound({ log });
    for (const path of ['a', 'b', 'c']) out.notify('ask', 2, to(`http://127.0.0.1:${port}/${path}`));
    out.notify('deny', 2, to(`http://127.0.0.1:${port}/d`));
    expect(lines).toEqual([expect.stringContaining('notification dropped')]);
    while (paths.length < 3) await once(server, 'request');
    for (const release of held.splice(0)) release();
    await out.close();
    expect(paths.sort()).toEqual(['/a', '/b', '/d']);
  });

  test('that fails or is refused is logged, and nobody is told', async () => {
    const { port } = await receiver((_request, response) => response.writeHead(500).end());
    const { log, lines } = logged();
    const out = outbound({ log });
    out.notify('ask', 4, to(`http://127.0.0.1:${port}/`));
    out.notify('ask', 4, to('not a url'));
    await out.close();
    expect(lines.join('\n')).toMatch(/"status":500/);
    expect(lines.join('\n')).toMatch(/not delivered/);
  });

  test('to an address that is not allowed is told of once, with what would allow it', async () => {
    const { log, lines } = logged();
    const out = outbound({ log, allowPrivateTargets: false });
    for (const path of ['a', 'a', 'b']) out.notify('ask', 4, to(`http://10.0.0.1/${path}`));
    await out.close();
    expect(lines).toHaveLength(2);
  });

  test('under way is finished before closing', async () => {
    let done = false;
    const { port } = await receiver((_request, response) => {
      done = true;
      response.end();
    });
    const out = outbound();
    out.notify('ask', 4, to(`http://127.0.0.1:${port}/`));
    await out.close();
    expect(done).toBe(true);
  });
});
