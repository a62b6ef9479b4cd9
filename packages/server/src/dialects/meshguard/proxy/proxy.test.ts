import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { closeAll, gateway, open, send, text, upstream } from './testing.js';

afterEach(closeAll);

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
        ...['Sallyport-Version', 'fake', 'Sallyport-Anything', 'fake', 'X-Request-Id', 'fake'],
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
    expect(message.headers).not.toHaveProperty('sallyport-anything');
    expect(JSON.stringify(message.headers)).not.toContain('fake');
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

  test.each([
    ['a fragment', '/proxy/api/contacts#x'],
    ['a fragment behind dots', '/proxy/pub/..#'],
    ['a fragment in the query', '/proxy/api/contacts?a=1#x'],
    ['a backslash', '/proxy/pub\\..\\secret'],
    ['a tab', '/proxy/pub/.\t./secret'],
  ])('%s in the request target is refused', async (_what, target) => {
    let asked = 0;
    const proxyTarget = await upstream((_request, response) => {
      asked += 1;
      response.end();
    });
    const t = await gateway({ proxyTarget });
    const socket = connect(Number(t.url.port), t.url.hostname);
    open.push({ close: () => socket.destroy() });
    socket.write(`GET ${target} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${t.agentToken}\r\n\r\n`);
    const [answer] = await once(socket, 'data');
    expect(String(answer)).toMatch(/^HTTP\/1\.1 400 /);
    expect(asked).toBe(0);
  });

  test('an encoded # is a letter of the path', async () => {
    const target = await upstream((request, response) => void response.end(request.url));
    const t = await gateway({ proxyTarget: target });
    const { request, answer } = send(t, '/proxy/a%23b');
    request.end();
    expect(await text((await answer).message)).toBe('/a%23b');
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
