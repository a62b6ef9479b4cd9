import type { LookupAddress, LookupOptions } from 'node:dns';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Mesh, startMesh } from '../support/mesh.js';
import { startUpstream, type Upstream } from '../support/upstream.js';

const resolver = vi.hoisted(() => ({
  /** What names resolve to: the first answers the first question, the last one all that follow. */
  answers: [] as string[][],
  asked: 0,
}));

// The gateway's resolver is the system's: the only place where a name can be made to mean something else.
vi.mock('node:dns', async (original) => {
  const real = await original<typeof import('node:dns')>();
  const lookup = (
    _hostname: string,
    _options: LookupOptions,
    callback: (error: Error | null, addresses: LookupAddress[]) => void,
  ) => {
    const addresses = resolver.answers[Math.min(resolver.asked++, resolver.answers.length - 1)] ?? [];
    callback(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
  };
  return { ...real, lookup, default: { ...real, lookup } };
});

let upstream: Upstream;
let mesh: Mesh | undefined;
beforeAll(async () => {
  upstream = await startUpstream();
});
afterEach(async () => {
  await mesh?.close();
  mesh = undefined;
  upstream.reached.length = 0;
  resolver.asked = 0;
});
afterAll(() => upstream.close());

/** Sends a request through the proxy of a gateway with this target. */
async function reach(proxyTarget: string, options: { readonly allowPrivateTargets?: boolean } = {}) {
  mesh = await startMesh({ meshguard: { proxyTarget }, ...options });
  return mesh.send('GET', '/proxy/secrets', { action: 'read:x' });
}

const BLOCKED = 'The proxy target is at an address that may not be reached';

describe('a target at an address that is not public', () => {
  test.each([
    'http://10.0.0.1',
    'http://192.168.1.1:8080',
    'http://172.16.0.1',
    'http://169.254.169.254/latest/meta-data',
    'http://100.64.0.1',
    'http://0.0.0.0',
    'http://[fd00::1]',
    'http://[fe80::1]',
    'http://[::ffff:10.0.0.1]',
    'http://[64:ff9b::a00:1]',
    'http://0x0a000001',
    'http://167772161',
  ])('%s is not reached: 502, on record as allowed and failed', async (target) => {
    const { status, body, headers } = await reach(target);
    expect([status, body['message'], headers.has('x-meshguard-decision')]).toEqual([502, BLOCKED, false]);
    const audit = await mesh?.send('GET', '/admin/audit', { admin: true });
    expect(audit?.body['entries']).toMatchObject([{ decision: 'allow', error: BLOCKED }]);
  });

  test.each([[['10.0.0.1']], [['127.0.0.1']], [['93.184.215.14', '10.0.0.1']], [['::1']], [['fd00::1']]])(
    'a name that resolves to %j is not reached, not by a development gateway either',
    async (addresses) => {
      resolver.answers = [addresses];
      const { status, body } = await reach(`http://target.example:${upstream.port}`);
      expect([status, body['message']]).toEqual([502, BLOCKED]);
      expect([resolver.asked, upstream.reached]).toEqual([1, []]);
    },
  );

  test('a name that was public a moment ago is looked at again, and what was looked at is what is connected to', async () => {
    // The first answer is refused for its second address; the next one is all private.
    resolver.answers = [['203.0.113.1'], ['127.0.0.1']];
    const target = `http://rebinding.example:${upstream.port}`;
    expect((await reach(target)).status).toBe(502);
    const again = await mesh?.send('GET', '/proxy/secrets', { action: 'read:x' });
    expect([again?.status, again?.body['message']]).toEqual([502, BLOCKED]);
    expect(upstream.reached).toEqual([]);
  });

  test('is reached where that was allowed at start-up', async () => {
    resolver.answers = [['127.0.0.1']];
    const { status } = await reach(`http://target.example:${upstream.port}`, { allowPrivateTargets: true });
    expect([status, upstream.reached.length]).toEqual([200, 1]);
    expect(upstream.reached[0]?.headers.host).toBe(`target.example:${upstream.port}`);
  });

  test('a redirect of the target is handed back, and followed nowhere', async () => {
    upstream.answer((_request, response) => response.writeHead(307, { location: 'http://169.254.169.254/' }).end());
    const { status, headers } = await reach(upstream.url);
    expect([status, headers.get('location')]).toEqual([307, 'http://169.254.169.254/']);
    expect(upstream.reached).toHaveLength(1);
  });

  test('a request’s own Host, absolute URL or path does not choose the target', async () => {
    upstream.answer((_request, response) => response.end());
    await reach(upstream.url);
    for (const path of ['/proxy/http://169.254.169.254/', '/proxy//169.254.169.254/x', '/proxy/@169.254.169.254/']) {
      await mesh?.send('GET', path, { action: 'read:x', headers: { 'X-Forwarded-Host': '169.254.169.254' } });
    }
    expect(upstream.reached.map(({ url }) => url)).toEqual([
      '/secrets',
      '/http://169.254.169.254/',
      '//169.254.169.254/x',
      '/@169.254.169.254/',
    ]);
    expect(new Set(upstream.reached.map(({ headers }) => headers.host)).size).toBe(1);
  });
});
