import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exchange } from './support/raw-http.js';
import { describedRoutes, type Route, rawRequests } from './support/requests.js';
import { type Rig, startRig } from './support/rig.js';

/** More in a long run. */
const RUNS = Number(process.env['SALLYPORT_FUZZ_RUNS'] ?? 400);
const TEN_MEGABYTES = 10 * 1024 * 1024;

let rig: Rig;
let routes: readonly Route[];
const failures: unknown[] = [];
beforeAll(async () => {
  const log = { debug() {}, info() {}, warn() {}, error: (about: unknown) => failures.push(about) };
  // The other dialects have credentials, limits and fuzz tests of their own.
  const others = { aegis: false, meshguard: false } as const;
  rig = await startRig({ log, clients: { maxRetries: 0 }, rampart: { metrics: true }, ...others });
  routes = await describedRoutes(rig.url);
});
afterAll(() => rig.close());

/** The failures of a server that the protocol knows of: the queue is full, or a call was redeemed before. */
const DOCUMENTED = /"error":"approval: (?:too many pending|persist exact-replay)/;

const isUndocumented = (status: number, text: string) => status >= 500 && !(status === 503 && DOCUMENTED.test(text));

test('the gateway describes the routes that are fuzzed', () => {
  expect(routes.length).toBeGreaterThan(35);
});

test(
  'no bytes on a socket are answered with an undocumented failure',
  async () => {
    const reached = new Set<string>();
    const property = fc.asyncProperty(
      rawRequests(routes, Object.values(rig.tokens)),
      async ({ route, bytes, shown }) => {
        const { statuses, text } = await exchange(rig.url, bytes);
        if (statuses.some((status) => status < 400)) reached.add(`${route.method} ${route.path}`);
        const bad = statuses.filter((status) => isUndocumented(status, text));
        expect(bad, `${shown} → ${text.slice(0, 500)}`).toEqual([]);
      },
    );
    await fc.assert(property, { numRuns: RUNS });
    // Not all of them are turned away at the door.
    expect(reached.size).toBeGreaterThan(10);
  },
  30_000 + RUNS * 100,
);

test.each<[what: string, body: string]>([
  ['one string of 10 MB', `{"params":{"command":"${'x'.repeat(TEN_MEGABYTES)}"}}`],
  ['10 MB of nesting', '['.repeat(TEN_MEGABYTES)],
  ['10 MB of NUL', '\0'.repeat(TEN_MEGABYTES)],
])('%s are refused with 400 on every route that reads a body, and on no other', async (_what, body) => {
  const { admin: token } = rig.tokens;
  for (const { method, path } of routes.filter(({ method }) => method === 'POST')) {
    const answer = await rig.send('POST', path.replace(/\{[^}]*\}/g, 'exec'), { token, body });
    const read = [400, 404, 413].includes(answer.status);
    expect([method, path, answer.status, read]).toEqual([method, path, answer.status, true]);
  }
});

test('nesting that no program needs is refused, and not with a crash', async () => {
  const nested = (depth: number) => `{"params":${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}}`;
  for (const depth of [50, 1_000, 10_000, 100_000]) {
    const { status } = await rig.send('POST', '/v1/tool/exec', { body: nested(depth) });
    expect([depth, [200, 400, 403].includes(status)]).toEqual([depth, true]);
  }
});

test('requests that share a connection are answered one by one, and a smuggled one is not', async () => {
  const get = 'GET /healthz HTTP/1.1\r\nHost: localhost\r\n';
  const both = await exchange(rig.url, Buffer.from(`${get}\r\n${get}Connection: close\r\n\r\n`));
  expect(both.statuses).toEqual([200, 200]);
  const smuggled = `POST /v1/test HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${get}\r\n`;
  const { statuses } = await exchange(rig.url, Buffer.from(smuggled));
  expect(statuses).toEqual([400]);
});

test('after all that nothing failed in the gateway, it decides as before, and its log verifies', async () => {
  expect(failures).toEqual([]);
  expect(await rig.agent.preflightExec('rm -rf /')).toMatchObject({ decision: 'deny' });
  const { body } = await rig.send('GET', '/sallyport/v1/log/rampart/verify', { token: rig.tokens.admin });
  expect(body).toMatchObject({ ok: true });
});
