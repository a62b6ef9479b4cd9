import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ENDPOINTS, OTHER_ENDPOINTS } from './meshguard/endpoints.js';
import { http } from './support/http.js';
import { exchange } from './support/raw-http.js';
import { describedRoutes, type Route, rawRequests } from './support/requests.js';
import { type Rig, startRig } from './support/rig.js';
import { type Vocabulary, vocabulariesOf } from './support/vocabulary.js';

/** More in a long run. */
const RUNS = Number(process.env['SALLYPORT_FUZZ_RUNS'] ?? 800);
const TEN_MEGABYTES = 10 * 1024 * 1024;
const CHAINS = ['rampart', 'meshguard', 'meshguard-events', 'aegis'];

let rig: Rig;
let routes: readonly Route[];
let vocabularies: Readonly<Record<string, Vocabulary>>;
let apiKey: string;
const failures: unknown[] = [];
beforeAll(async () => {
  const log = { debug() {}, info() {}, warn() {}, error: (about: unknown) => failures.push(about) };
  rig = await startRig({ log, clients: { maxRetries: 0 }, rampart: { metrics: true } });
  routes = await describedRoutes(rig.url);
  const body = { name: 'Org', email: 'org@example.com' };
  apiKey = String((await rig.send('POST', '/meshguard/signup', { token: null, body })).body['apiKey']);
  vocabularies = vocabulariesOf(rig.gateway, apiKey);
});
afterAll(() => rig.close());

/** The failures of a server that a protocol knows of. */
const DOCUMENTED: Readonly<Record<string, (status: number, text: string, path: string) => boolean>> = {
  // The queue is full, or a call was redeemed before.
  rampart: (status, text) =>
    status === 503 && /"error":"approval: (?:too many pending|persist exact-replay)/.test(text),
  // The target of the proxy did not take the request.
  meshguard: (status, text, path) => status === 502 && path === '/proxy/*' && text.includes('"error":"Bad Gateway"'),
};

const isUndocumented = ({ dialect, path }: Route, status: number, text: string) =>
  status >= 500 && !(DOCUMENTED[dialect]?.(status, text, path) ?? false);

test('the gateway describes the routes that are fuzzed, of every protocol', () => {
  const count = (name: string) => routes.filter(({ dialect }) => dialect === name).length;
  expect(['rampart', 'meshguard', 'aegis', 'sallyport'].map((name) => [name, count(name) >= 10])).toEqual(
    ['rampart', 'meshguard', 'aegis', 'sallyport'].map((name) => [name, true]),
  );
  const listed = routes.map(({ method, path }) => `${method} ${path.replace(/\{[^}]*\}|\*/g, '{}')}`);
  const own = [...ENDPOINTS, ...OTHER_ENDPOINTS].filter((endpoint) => endpoint !== 'GET /meshguard');
  expect(own.filter((endpoint) => !listed.includes(endpoint))).toEqual([]);
});

test(
  'no bytes on a socket are answered with an undocumented failure',
  async () => {
    const reached = new Map<string, Set<string>>();
    const property = fc.asyncProperty(rawRequests(routes, vocabularies), async ({ route, bytes, shown }) => {
      const { statuses, text } = await exchange(rig.url, bytes);
      const { dialect, method, path } = route;
      if (statuses.some((status) => status < 400)) {
        reached.set(dialect, (reached.get(dialect) ?? new Set()).add(`${method} ${path}`));
      }
      const bad = statuses.filter((status) => isUndocumented(route, status, text));
      expect(bad, `${shown} → ${text.slice(0, 500)}`).toEqual([]);
    });
    await fc.assert(property, { numRuns: RUNS });
    // Not all of them are turned away at the door.
    for (const dialect of ['rampart', 'meshguard', 'aegis']) {
      expect([dialect, (reached.get(dialect)?.size ?? 0) >= 5]).toEqual([dialect, true]);
    }
  },
  30_000 + RUNS * 100,
);

/** What each protocol answers to a body that it does not take: bad requests, and unknown things before it reads any. */
const REFUSALS: Readonly<Record<string, readonly number[]>> = {
  rampart: [400, 404, 413],
  // Too large a body is a bad request there: AEGIS-REQ-003.
  aegis: [400, 404],
  meshguard: [400, 404, 413],
  sallyport: [400, 404, 413],
};

/** Whoever may use a route, so that its body is looked at. */
function insider({ dialect, path }: Route): Readonly<Record<string, string>> {
  const { credentials } = rig.gateway;
  const own = credentials[dialect] ?? credentials['rampart'] ?? {};
  if (/\/api\/v1\/(?:evaluate|audit)/.test(path) && dialect === 'meshguard') return { 'X-MeshGuard-API-Key': apiKey };
  const isAgents = dialect === 'meshguard' && /^\/proxy\/|governance\/batch$/.test(path);
  const token = isAgents ? own['agentToken'] : (own['adminToken'] ?? own['adminKey']);
  const action = path === '/proxy/*' ? { 'X-MeshGuard-Action': 'write:email' } : {};
  return { Authorization: `Bearer ${token}`, ...action };
}

test.each<[what: string, body: string]>([
  ['one string of 10 MB', `{"params":{"command":"${'x'.repeat(TEN_MEGABYTES)}"}}`],
  ['10 MB of nesting', '['.repeat(TEN_MEGABYTES)],
  ['10 MB of NUL', '\0'.repeat(TEN_MEGABYTES)],
])(
  '%s are refused as its protocol says on every route that reads a body, and on no other',
  async (_what, body) => {
    for (const route of routes.filter(({ method }) => method === 'POST')) {
      const path = route.path.replace(/\{[^}]*\}/g, 'exec').replace('*', 'api/emails');
      const { status } = await http(rig.url, { method: 'POST', path, body, headers: insider(route) });
      const refused = REFUSALS[route.dialect]?.includes(status) ?? false;
      expect([path, status, refused]).toEqual([path, status, true]);
    }
  },
  60_000,
);

test.each([
  ['/v1/tool/exec', 'rampart', [200, 400, 403]],
  ['/proxy/governance/check', 'meshguard', [400]],
  ['/admin/agents', 'meshguard', [400]],
  ['/admin/policies', 'meshguard', [400, 413]],
  ['/api/v1/governance/propose', 'aegis', [200, 400, 403]],
])('nesting that no program needs is refused, and not with a crash (%s)', async (path, dialect, allowed) => {
  const nested = (depth: number) => `{"params":${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}}`;
  const headers = insider({ method: 'POST', path, dialect });
  for (const depth of [50, 1_000, 10_000, 100_000]) {
    const { status } = await http(rig.url, { method: 'POST', path, body: nested(depth), headers });
    expect([depth, status, allowed.includes(status)]).toEqual([depth, status, true]);
  }
});

test('requests that share a connection are answered one by one, and a smuggled one is not', async () => {
  for (const path of ['/healthz', '/health', '/api/v1/health']) {
    const get = `GET ${path} HTTP/1.1\r\nHost: localhost\r\n`;
    const both = await exchange(rig.url, Buffer.from(`${get}\r\n${get}Connection: close\r\n\r\n`));
    expect([path, both.statuses]).toEqual([path, [200, 200]]);
    const smuggled = `POST /v1/test HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${get}\r\n`;
    expect((await exchange(rig.url, Buffer.from(smuggled))).statuses).toEqual([400]);
  }
});

test('after all that nothing failed in the gateway, it decides as before, and its logs verify', async () => {
  expect(failures).toEqual([]);
  expect(await rig.agent.preflightExec('rm -rf /')).toMatchObject({ decision: 'deny' });
  const { agentToken, adminToken } = rig.gateway.credentials['meshguard'] ?? {};
  const check = { token: agentToken ?? '', headers: { 'X-MeshGuard-Action': 'delete:x' } };
  expect((await rig.send('GET', '/proxy/check', check)).status).toBe(403);
  for (const chain of CHAINS) {
    const token = {
      meshguard: adminToken,
      rampart: rig.tokens.admin,
      aegis: rig.gateway.credentials['aegis']?.['adminKey'],
    };
    const own = Object.entries(token).find(([dialect]) => chain.startsWith(dialect))?.[1] ?? '';
    const { body } = await rig.send('GET', `/sallyport/v1/log/${chain}/verify`, { token: own });
    expect([chain, body['ok']]).toEqual([chain, true]);
  }
});
