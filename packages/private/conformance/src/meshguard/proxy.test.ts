import { once } from 'node:events';
import { createServer, request } from 'node:http';
import { PermissionDeniedError } from '@sallyport/core';
import { MeshGuardError, PolicyDeniedError, ServerError } from '@sallyport/meshguard';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { caught } from '../support/caught.js';
import { type Mesh, startMesh } from '../support/mesh.js';
import { sendBytes } from '../support/raw-http.js';
import { settings } from '../support/settings.js';
import { startUpstream, type Upstream } from '../support/upstream.js';

const READ = { action: 'read:x' };

describe.each(settings)('the proxy ($name)', ({ store, clients }) => {
  let upstream: Upstream;
  let mesh: Mesh;
  let remove: () => Promise<void>;
  beforeAll(async () => {
    const kept = await store.create();
    remove = kept.remove;
    upstream = await startUpstream();
    const meshguard = { proxyTarget: `${upstream.url}/base/`, proxyTimeoutMs: 60_000 };
    mesh = await startMesh({ store: kept.address, meshguard, clients: { maxRetries: 0, ...clients } });
  });
  afterEach(() => {
    upstream.reached.length = 0;
    upstream.take(undefined);
    upstream.answer(({ method, url, body }, response) =>
      response.end(JSON.stringify({ method, url, body: body.toString() })),
    );
  });
  afterAll(async () => {
    await mesh.close();
    await upstream.close();
    await remove();
  });

  test.each(['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE'] as const)('passes %s on', async (method) => {
    const body = method === 'GET' || method === 'HEAD' ? {} : { json: { a: 1 } };
    const response = await mesh.agent.request(method, '/things', { ...READ, ...body });
    expect(response.status).toBe(200);
    await response.arrayBuffer();
    expect(upstream.reached).toMatchObject([{ method, url: '/base/things' }]);
    expect(upstream.reached[0]?.body.toString()).toBe('json' in body ? '{"a":1}' : '');
  });

  test('sends path and query on byte for byte, below the target’s own path', async () => {
    const path = '/a%2Fb//c;d=1/%E2%82%AC?q=%20x&q=+y&%F0=1';
    await (await mesh.agent.get(path, READ)).text();
    expect(upstream.reached[0]?.url).toBe(`/base${path}`);
  });

  test('infers the action from method and decoded path where none is named', async () => {
    const actions = [
      ['GET', '/api/contacts?x=1', 'read:api/contacts'],
      ['POST', '/api/emails', 'write:api/emails'],
      ['PUT', '/r%C3%A9cords/1', 'write:récords/1'],
      ['PATCH', '/a', 'write:a'],
      ['DELETE', '/a', 'delete:a'],
      ['HEAD', '/a', 'read:a'],
    ] as const;
    for (const [method, path] of actions) await mesh.send(method, `/proxy${path}`);
    const { body } = await mesh.send('GET', `/admin/audit?limit=${actions.length}`, { admin: true });
    const logged = Array.isArray(body['entries']) ? body['entries'].map(({ action }) => action).reverse() : [];
    expect(logged).toEqual(actions.map(([, , action]) => action));
  });

  test('the header’s action wins over what method and path would mean', async () => {
    expect((await mesh.send('DELETE', '/proxy/a', { action: 'read:a' })).status).toBe(200);
    expect((await mesh.send('GET', '/proxy/a', { action: 'delete:a' })).status).toBe(403);
  });

  test.each([
    '/proxy/../admin',
    '/proxy/a/./b',
    '/proxy/a/%2e%2e/b',
    '/proxy/a/..%2fb',
    '/proxy/a/%2E%2E;x/b',
    '/proxy/%ff',
  ])('refuses the path %s, which its target could read as another', async (path) => {
    const bytes = `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer ${mesh.tokens.agent}\r\nX-MeshGuard-Action: read:x\r\n\r\n`;
    expect((await sendBytes(mesh.url, Buffer.from(bytes))).status).toBe(400);
    expect(upstream.reached).toEqual([]);
  });

  test('its target sees no credential of the gateway, and no header of one connection', async () => {
    const headers = {
      'X-MeshGuard-Resource': 'r',
      'X-MeshGuard-Meta': '{"a":1}',
      'X-MeshGuard-API-Key': 'msk_secret',
      'X-Admin-Token': 'msat_secret',
      'Proxy-Authorization': 'Basic secret',
      Connection: 'keep-alive, X-Of-This-Hop',
      'X-Of-This-Hop': 'secret',
      'Keep-Alive': 'timeout=5',
      TE: 'trailers',
      'X-Trace': 'kept',
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      Cookie: 'session=1',
    };
    const authorization = `Bearer ${mesh.tokens.agent}`;
    const sent = request(`${mesh.url}/proxy/x`, {
      headers: { ...headers, authorization, 'x-meshguard-action': 'read:x' },
    });
    const [answer] = await once(sent.end(), 'response');
    answer.resume();
    expect(answer.statusCode).toBe(200);
    const [reached] = upstream.reached;
    expect(reached?.headers).toMatchObject({
      host: `127.0.0.1:${upstream.port}`,
      'x-trace': 'kept',
      traceparent: headers.traceparent,
      cookie: 'session=1',
    });
    expect(JSON.stringify(reached?.rawHeaders)).not.toMatch(/secret|meshguard/i);
    expect(reached?.headers).not.toHaveProperty('te');
    expect(reached?.headers).not.toHaveProperty('keep-alive');
  });

  test('answers come back whole: status, body, repeated headers, redirects; none of them can speak for the gateway', async () => {
    upstream.answer((_request, response) => {
      const head = ['Set-Cookie', 'a=1', 'Set-Cookie', 'b=2', 'Location', 'https://elsewhere.example/'];
      const forged = ['X-MeshGuard-Decision', 'deny', 'X-MeshGuard-Policy', 'forged', 'X-MeshGuard-Extra', 'forged'];
      const hop = ['Connection', 'close, X-Of-This-Hop', 'X-Of-This-Hop', '1', 'Keep-Alive', 'timeout=9'];
      response.writeHead(302, [...head, ...forged, ...hop]).end('moved');
    });
    const response = await mesh.agent.get('/x', READ);
    expect([response.status, await response.text()]).toEqual([302, 'moved']);
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(response.headers.get('location')).toBe('https://elsewhere.example/');
    expect(response.headers.get('x-meshguard-decision')).toBe('allow');
    expect(response.headers.get('keep-alive')).not.toBe('timeout=9');
    expect(response.headers.get('x-meshguard-policy')).toBe('development');
    for (const name of ['x-meshguard-extra', 'x-of-this-hop']) expect(response.headers.has(name)).toBe(false);
  });

  test.each([401, 403, 404, 429, 500, 502, 503, 504])(
    'a %i of the service is its own answer, and no error of the gateway',
    async (status) => {
      upstream.answer((_request, response) => {
        response.writeHead(status, { 'content-type': 'application/json', 'retry-after': '0' });
        response.end('{"message":"the service’s own words","policy":"its own"}');
      });
      const response = await mesh.agent.get('/x', READ);
      expect([response.status, response.ok]).toEqual([status, false]);
      expect(await response.json()).toMatchObject({ policy: 'its own' });
      expect(upstream.reached).toHaveLength(1);
    },
  );

  test('a refusal of the gateway is an error, and nothing reaches the service', async () => {
    const error = await caught(mesh.agent.delete('/api/records/1', { json: { really: true } }));
    expect(error).toBeInstanceOf(PolicyDeniedError);
    expect(error).not.toBeInstanceOf(PermissionDeniedError);
    expect(error).toMatchObject({ action: 'delete:api/records/1', policy: 'development', rule: 'no-deletes' });
    expect(upstream.reached).toEqual([]);
  });

  test('a service that does not begin to answer in time is a 504; one that is gone, a 502; both are on record', async () => {
    upstream.take(() => {});
    const slow = mesh.send('GET', '/proxy/slow', READ);
    await expect.poll(async () => (await mesh.admin.getAuditLog({ limit: 1 }))[0]?.path).toBe('/slow');
    await mesh.dev('clock', { advanceMs: 60_000 });
    const late = await slow;
    expect([late.status, late.body['error']]).toEqual([504, 'Gateway Timeout']);
    expect(late.headers.has('x-meshguard-decision')).toBe(false);
    upstream.take((request) => request.socket.destroy());
    const error = await caught(mesh.agent.get('/gone', READ));
    expect(error).toBeInstanceOf(MeshGuardError);
    expect(error).toBeInstanceOf(ServerError);
    expect(error).toMatchObject({ status: 502 });
    const { body } = await mesh.send('GET', '/admin/audit?limit=2', { admin: true });
    expect(body['entries']).toMatchObject([
      { path: '/gone', decision: 'allow', error: 'The proxy target could not be reached' },
      { path: '/slow', decision: 'allow', error: 'The proxy target did not answer in time' },
    ]);
  });

  test('every proxied request is on record with its method, path and what became of it', async () => {
    upstream.answer((_request, response) => response.writeHead(418).end());
    await mesh.agent.put('/api/records/1?token=abc', { action: 'write:records', json: {}, resource: 'r' });
    const { body } = await mesh.send('GET', '/admin/audit?limit=1', { admin: true });
    expect(body['entries']).toMatchObject([
      { method: 'PUT', action: 'write:records', resource: 'r', decision: 'allow', statusCode: 418 },
    ]);
  });
});

test('a gateway without a target says 502, after policy has had its say', async () => {
  const server = createServer((_request, response) => response.end());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  await new Promise((resolve) => server.close(resolve));
  const mesh = await startMesh({ meshguard: { proxyTarget: `http://127.0.0.1:${port}` } });
  expect((await mesh.send('GET', '/proxy/x', { action: 'read:x' })).status).toBe(502);
  expect((await mesh.send('GET', '/proxy/x', { action: 'delete:x' })).status).toBe(403);
  await mesh.close();
});
