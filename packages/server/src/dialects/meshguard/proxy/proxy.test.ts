import { once } from 'node:events';
import { createServer, request as httpRequest, type IncomingMessage, type RequestListener } from 'node:http';
import { connect } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import type { MeshGuardOptions } from '../options.js';
import { type MeshTest, meshTest } from '../testing.js';

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

async function upstream(listener: RequestListener): Promise<string> {
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
  return `http://127.0.0.1:${address.port}`;
}

const ALLOW_ALL = {
  name: 'all',
  version: '1',
  appliesTo: { tags: ['development'] },
  rules: [{ effect: 'allow', actions: ['*'] }],
  defaultEffect: 'deny',
};

async function gateway(options: MeshGuardOptions): Promise<MeshTest & { readonly url: URL }> {
  const t = await meshTest({ meshguard: options });
  open.push(t);
  await t.admin('POST', '/admin/policies', ALLOW_ALL);
  return { ...t, url: new URL(await t.gateway.listen({ port: 0 })) };
}

interface Answer {
  readonly status: number;
  readonly message: IncomingMessage;
}

function send(t: { url: URL; agentToken: string }, path: string, headers: Record<string, string> = {}, method = 'GET') {
  const request = httpRequest({
    host: t.url.hostname,
    port: t.url.port,
    path,
    method,
    headers: { authorization: `Bearer ${t.agentToken}`, ...headers },
  });
  open.push({ close: () => request.destroy() });
  const answer = new Promise<Answer>((resolve, reject) => {
    request.once('response', (message) => resolve({ status: message.statusCode ?? 0, message }));
    request.on('error', reject);
  });
  answer.catch(() => {});
  return { request, answer };
}

async function text(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString();
}

describe('headers', () => {
  test('credentials, the gateway’s own and those of one connection stay here; the rest goes on', async () => {
    let seen: readonly string[] = [];
    const target = await upstream((request, response) => {
      seen = request.rawHeaders;
      response.end();
    });
    const t = await gateway({ proxyTarget: target });
    const { request, answer } = send(t, '/proxy/x', {
      'X-Admin-Token': 'secret',
      'X-MeshGuard-Action': 'read:x',
      'X-MeshGuard-API-Key': 'msk_x',
      'X-MeshGuard-Anything': 'y',
      Connection: 'keep-alive, X-Hop',
      'X-Hop': 'mine',
      'Keep-Alive': 'timeout=5',
      TE: 'trailers',
      'Proxy-Authorization': 'Basic x',
      traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
      'X-Custom': 'Stays',
      Cookie: 'a=b',
    });
    request.end();
    expect((await answer).status).toBe(200);
    const names = seen.filter((_, at) => at % 2 === 0).map((name) => name.toLowerCase());
    expect(names).toEqual(expect.arrayContaining(['traceparent', 'x-custom', 'cookie', 'host']));
    expect(seen[seen.indexOf('host') + 1]).toBe(new URL(target).host);
    for (const gone of ['authorization', 'x-admin-token', 'x-hop', 'keep-alive', 'te', 'proxy-authorization']) {
      expect(names).not.toContain(gone);
    }
    expect(names.filter((name) => name.startsWith('x-meshguard-'))).toEqual([]);
  });

  test('the answer comes back with its headers, and none that pass for the gateway’s', async () => {
    const target = await upstream((_request, response) => {
      response.writeHead(403, [
        ...['X-MeshGuard-Decision', 'deny', 'X-MeshGuard-Policy', 'fake', 'Connection', 'X-Hop', 'X-Hop', '1'],
        ...['Set-Cookie', 'a=1', 'Set-Cookie', 'b=2', 'Content-Type', 'text/plain', 'X-Kept', 'yes'],
      ]);
      response.end('no');
    });
    const t = await gateway({ proxyTarget: target });
    const { request, answer } = send(t, '/proxy/x');
    request.end();
    const { status, message } = await answer;
    expect(status).toBe(403);
    expect(await text(message)).toBe('no');
    expect(message.headers).toMatchObject({
      'x-meshguard-decision': 'allow',
      'x-meshguard-policy': 'all',
      'set-cookie': ['a=1', 'b=2'],
      'content-type': 'text/plain',
      'x-kept': 'yes',
    });
    expect(message.headers).not.toHaveProperty('x-hop');
  });
});

describe('paths', () => {
  test('go on byte for byte, below the target’s own', async () => {
    const target = await upstream((request, response) => void response.end(request.url));
    const t = await gateway({ proxyTarget: `${target}/base/` });
    const { request, answer } = send(t, '/proxy/a%2Fb//c?q=%20x&y=1');
    request.end();
    expect(await text((await answer).message)).toBe('/base/a%2Fb//c?q=%20x&y=1');
  });

  test.each(['/proxy/a/../b', '/proxy/./a', '/proxy/%2e%2E/a', '/proxy/a/.%2e'])('%s is refused', async (path) => {
    let asked = 0;
    const target = await upstream((_request, response) => {
      asked += 1;
      response.end();
    });
    const t = await gateway({ proxyTarget: target });
    const { request, answer } = send(t, path);
    request.end();
    expect((await answer).status).toBe(400);
    expect(asked).toBe(0);
  });

  test('CR and LF cannot come in a header at all', async () => {
    const t = await gateway({});
    const socket = connect(Number(t.url.port), t.url.hostname);
    open.push({ close: () => socket.destroy() });
    socket.write(
      `GET /proxy/check HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${t.agentToken}\r\n` +
        'X-MeshGuard-Action: read:a\rX-Admin-Token: x\r\n\r\n',
    );
    const [answer] = await once(socket, 'data');
    expect(String(answer)).toMatch(/^HTTP\/1\.1 400 /);
  });

  test('a repeated action header names two actions', async () => {
    const t = await gateway({});
    const socket = connect(Number(t.url.port), t.url.hostname);
    open.push({ close: () => socket.destroy() });
    socket.write(
      `GET /proxy/check HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${t.agentToken}\r\n` +
        'X-MeshGuard-Action: read:a\r\nx-meshguard-action: delete:b\r\n\r\n',
    );
    const [answer] = await once(socket, 'data');
    expect(String(answer)).toMatch(/^HTTP\/1\.1 400 /);
  });
});

describe('streams', () => {
  test('server-sent events come through as they are sent', async () => {
    let sendMore = (_text: string) => {};
    const target = await upstream((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: 1\n\n');
      sendMore = (more) => response.write(more);
    });
    const t = await gateway({ proxyTarget: target });
    const { request, answer } = send(t, '/proxy/events');
    request.end();
    const { message } = await answer;
    expect(message.headers['content-type']).toBe('text/event-stream');
    const [first] = await once(message, 'data');
    expect(String(first)).toBe('data: 1\n\n');
    t.clock.advance(60_000);
    sendMore('data: 2\n\n');
    const [second] = await once(message, 'data');
    expect(String(second)).toBe('data: 2\n\n');
  });

  test('a body reaches the target while it is still being sent', async () => {
    let arrived = (_text: string) => {};
    const first = new Promise<string>((resolve) => {
      arrived = resolve;
    });
    const target = await upstream((request, response) => {
      request.once('data', (chunk: Buffer) => arrived(chunk.toString()));
      request.pipe(response);
    });
    const t = await gateway({ proxyTarget: target });
    const { request, answer } = send(t, '/proxy/upload', {}, 'POST');
    request.write('one ');
    expect(await first).toBe('one ');
    request.end('two');
    expect(await text((await answer).message)).toBe('one two');
  });

  test('a body may be larger than those that are read here', async () => {
    let size = 0;
    const target = await upstream((request, response) => {
      request.on('data', (chunk: Buffer) => {
        size += chunk.length;
      });
      request.on('end', () => response.end());
    });
    const t = await gateway({ proxyTarget: target });
    const large = Buffer.alloc(3 * 1024 * 1024);
    const { request, answer } = send(t, '/proxy/upload', { 'content-length': String(large.length) }, 'POST');
    request.end(large);
    expect((await answer).status).toBe(200);
    expect(size).toBe(large.length);
  });

  test('a target learns that the caller has gone', async () => {
    let gone = () => {};
    const left = new Promise<void>((resolve) => {
      gone = resolve;
    });
    const target = await upstream((_request, response) => {
      response.once('close', gone);
      response.write('first');
    });
    const t = await gateway({ proxyTarget: target });
    const { request, answer } = send(t, '/proxy/x');
    request.end();
    await once((await answer).message, 'data');
    request.destroy();
    await left;
  });
});

describe('a target that fails', () => {
  test('is told of as 502 when it cannot be reached, and the decision stays an allow', async () => {
    const t = await gateway({ proxyTarget: 'http://127.0.0.1:1' });
    const answer = await t.send('GET', '/proxy/x');
    expect(answer.status).toBe(502);
    expect(answer.body).toEqual({ error: 'Bad Gateway', message: 'The proxy target could not be reached' });
    // What says `allow` is the target's own answer.
    expect(answer.headers).not.toHaveProperty('x-meshguard-decision');
    const { body } = await t.admin('GET', '/admin/audit');
    expect(body['entries']).toEqual([
      expect.objectContaining({ decision: 'allow', error: 'The proxy target could not be reached' }),
    ]);
  });

  test('is told of as 504 when it does not answer in time', async () => {
    let asked = () => {};
    const arrived = new Promise<void>((resolve) => {
      asked = resolve;
    });
    const target = await upstream(() => asked());
    const t = await gateway({ proxyTarget: target, proxyTimeoutMs: 5000 });
    const answer = t.send('GET', '/proxy/x');
    await arrived;
    t.clock.advance(5000);
    expect(await answer).toMatchObject({
      status: 504,
      body: { error: 'Gateway Timeout', message: 'The proxy target did not answer in time' },
    });
  });

  test('is not believed when its answer cannot be recorded', async () => {
    let t: MeshTest | undefined;
    const target = await upstream((_request, response) => {
      t?.send('POST', '/__sallyport/faults', { token: t.adminToken, body: { storage: 'read_only' } }).then(() =>
        response.end('done'),
      );
    });
    t = await gateway({ proxyTarget: target });
    expect((await t.send('GET', '/proxy/x')).status).toBe(503);
    await t.send('POST', '/__sallyport/faults', { token: t.adminToken, body: {} });
    expect((await t.admin('GET', '/admin/audit')).body['entries']).toEqual([
      expect.objectContaining({ decision: 'allow', action: 'read:x' }),
    ]);
  });

  test('may be named localhost under dev', async () => {
    const target = await upstream((_request, response) => void response.end('here'));
    const t = await gateway({ proxyTarget: target.replace('127.0.0.1', 'localhost') });
    expect((await t.send('GET', '/proxy/x')).text).toBe('here');
  });

  test.each(['http://10.0.0.1', 'http://169.254.169.254', 'http://[fd00::1]', 'http://192.168.1.1:8080'])(
    '%s is private, and not reached',
    async (proxyTarget) => {
      const t = await gateway({ proxyTarget });
      const answer = await t.send('GET', '/proxy/x');
      expect(answer.status).toBe(502);
      expect(answer.body['message']).toBe('The proxy target is at an address that may not be reached');
    },
  );

  test('a refusal never reaches the target', async () => {
    let asked = 0;
    const target = await upstream((_request, response) => {
      asked += 1;
      response.end();
    });
    const t = await gateway({ proxyTarget: target });
    const answer = await t.send('DELETE', '/proxy/api/contacts');
    expect(answer.status).toBe(403);
    expect(answer.body).toMatchObject({ rule: 'no-deletes' });
    expect(asked).toBe(0);
  });
});
