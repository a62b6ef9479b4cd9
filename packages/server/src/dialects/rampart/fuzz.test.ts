import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestGateway, testGateway } from '../../testing/gateways.js';

/** More in a long run. */
const RUNS = Number(process.env['SALLYPORT_FUZZ_RUNS'] ?? 1500);

const ROUTES: readonly (readonly [string, string])[] = [
  ['POST', '/v1/tool/*'],
  ['POST', '/v1/preflight/*'],
  ['POST', '/v1/outcomes'],
  ['POST', '/v1/approvals'],
  ['GET', '/v1/approvals'],
  ['GET', '/v1/approvals/*'],
  ['POST', '/v1/approvals/*/resolve'],
  ['GET', '/v1/approvals/*/resolve'],
  ['POST', '/v1/approvals/bulk-resolve'],
  ['POST', '/v1/hosted-approvals/*/resolve'],
  ['GET', '/v1/rules/auto-allowed'],
  ['DELETE', '/v1/rules/auto-allowed/*'],
  ['POST', '/v1/rules/learn'],
  ['GET', '/v1/audit/events'],
  ['GET', '/v1/audit/dates'],
  ['GET', '/v1/audit/export'],
  ['GET', '/v1/audit/stats'],
  ['HEAD', '/v1/events/stream'],
  ['GET', '/v1/policy/summary'],
  ['GET', '/v1/policies'],
  ['POST', '/v1/policy/reload'],
  ['GET', '/v1/status'],
  ['POST', '/v1/test'],
  ['GET', '/healthz'],
  ['GET', '/metrics'],
  ['GET', '/openapi.json'],
  ['POST', '/sallyport/v1/explain'],
  ['GET', '/sallyport/v1/approvals'],
  ['GET', '/sallyport/v1/approvals/*'],
  ['POST', '/sallyport/v1/approvals/*/resolve'],
  ['GET', '/sallyport/v1/log/*/checkpoint'],
  ['GET', '/sallyport/v1/log/rampart/inclusion'],
  ['GET', '/sallyport/v1/log/rampart/consistency'],
  ['GET', '/sallyport/v1/log/*/export'],
  ['GET', '/sallyport/v1/log/*/verify'],
  ['GET', '/sallyport/v1/credentials'],
  ['POST', '/sallyport/v1/credentials'],
  ['DELETE', '/sallyport/v1/credentials/*'],
  ['POST', '/__sallyport/clock'],
  ['POST', '/__sallyport/restore'],
  ['GET', '/__sallyport/journal'],
];

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom('exec', 'read', 'a', '', '\0', '\ud800', 'x'.repeat(9000)),
);
const segment = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom('exec', 'read', 'fetch', 'rampart', 'my-tool') },
  text.map((part) => encodeURIComponent(part.replace(/\p{Surrogate}/gu, '?'))),
  fc.constantFrom('..', '.', '', '%zz', '%00', '%2f', '__proto__', 'a b'),
);
const fields =
  'agent session run_id tool_call_id params input command path url workdir cwd response enforce verification approval_owner openclaw_hosted skip_pending_approval tool message approved resolved_by persist reason action scope ids outcome resolved_at args decision source audit_id status output exit_code duration_ms error dialect call roles subject verdict by note seed snapshot set'.split(
    ' ',
  );
const value = fc.oneof(
  { depthSize: 'small' },
  fc.jsonValue({ maxDepth: 4 }),
  text,
  fc.constantFrom<unknown>(
    'approve',
    'deny',
    'allow',
    'pending',
    'run',
    'sudo ls',
    'rm -rf /',
    true,
    false,
    null,
    0,
    -1,
    1e308,
    ['x'],
    {},
    { host: 'h', mode: 'hosted', supports_exact_resume: true },
    { command: 'sudo ls' },
    { command: 'ls', __proto__: null },
  ),
);
/** What would be right, to be spoiled here and there. */
const plausible = fc.constantFrom<object>(
  { agent: 'a', session: 's', run_id: 'r', tool_call_id: 'c', params: { command: 'sudo ls' } },
  { agent: 'a', session: 's', run_id: 'r', params: { command: 'git status' }, response: 'AKIAIOSFODNN7EXAMPLE' },
  { params: { path: '/etc/shadow', url: 'https://example.com/x' }, enforce: true },
  { command: 'ls', verification: true },
  { approved: true, resolved_by: 'a', persist: true },
  { agent: 'a', session: 's', run_id: 'r', action: 'approve', scope: 'run', ids: ['x'] },
  { outcome: 'approved', scope: 'once', resolved_at: '2026-04-11T10:00:00Z' },
  { tool: 'exec', args: 'make', decision: 'allow', source: 's' },
  { audit_id: 'x', status: 'ok', output: 'y', exit_code: 0, duration_ms: 1 },
  { dialect: 'rampart', call: { tool: 'exec', params: { command: 'ls' } } },
  { dialect: 'rampart', roles: ['agent'], subject: 'a' },
  { verdict: 'approved', by: 'a', note: 'b' },
  { command: 'ls', tool: 'read' },
);
const spoiled = fc
  .tuple(plausible, fc.dictionary(fc.constantFrom(...fields), value, { maxKeys: 2 }))
  .map(([base, more]) => JSON.stringify({ ...base, ...more }));
const body = fc.oneof(
  { weight: 6, arbitrary: spoiled },
  {
    weight: 4,
    arbitrary: fc
      .dictionary(fc.constantFrom(...fields, 'AGENT', '__proto__', 'constructor'), value, { maxKeys: 12 })
      .map((json) => JSON.stringify(json)),
  },
  { weight: 1, arbitrary: fc.json() },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '',
      '{',
      'null',
      '[]',
      '{}{}',
      `${'['.repeat(5000)}`,
      `{"params":${'{"a":'.repeat(500)}1${'}'.repeat(500)}}`,
      '{"params":{"n":1e999}}',
      '{"agent":"\\ud800","params":{"k\\ud800":"\\udc00"}}',
    ),
  },
);
/** Mostly nothing. */
const rarely = <T>(arbitrary: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 12, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });
const header = fc.string({ unit: fc.constantFrom(...'abcXYZ019 "=;,./-_*~\\'), maxLength: 60 });
const request = fc.record({
  route: fc.constantFrom(...ROUTES),
  method: rarely(fc.constantFrom('GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS')),
  segments: fc.array(segment, { minLength: 2, maxLength: 2 }),
  wild: rarely(fc.webPath()),
  query: fc.dictionary(
    fc.constantFrom(
      'date',
      'from',
      'to',
      'limit',
      'offset',
      'tool',
      'action',
      'sig',
      'exp',
      'seq',
      'size',
      'status',
      'token',
    ),
    fc.oneof(text, fc.constantFrom('2026-04-11', '1', '-1', '99999999999')),
    { maxKeys: 4 },
  ),
  as: fc.constantFrom('agent', 'agent', 'approver', 'admin', 'admin', 'admin', 'none', 'wrong'),
  headers: fc.dictionary(
    fc.constantFrom(
      'idempotency-key',
      'x-idempotency-key',
      'content-type',
      'x-request-id',
      'accept',
      'expect',
      'prefer',
      'content-encoding',
      'origin',
    ),
    header,
    { maxKeys: 3 },
  ),
  body,
});

let t: TestGateway;
beforeAll(async () => {
  t = await testGateway();
});
afterAll(() => t.close());

/** 500 where a policy file cannot be loaded, 503 where the queue is full, and nothing else. */
function isDocumented(status: number, error: unknown): boolean {
  if (status < 500) return true;
  return status === 503 && /^approval: (?:too many pending|persist exact-replay)/.test(String(error));
}

test('no request, whatever it holds, is answered with an undocumented failure', async () => {
  await fc.assert(
    fc.asyncProperty(
      request,
      async ({ route: [usual, pattern], method, segments, wild, query, as, headers, body: sent }) => {
        let next = 0;
        const path = wild ?? pattern.replace(/\*/g, () => segments[next++] ?? 'x');
        const wellFormed = (part: string) => part.replace(/\p{Surrogate}/gu, '?');
        const pairs = Object.entries(query).map(([name, part]): [string, string] => [name, wellFormed(part)]);
        const search = new URLSearchParams(pairs).toString();
        const verb = method ?? usual;
        // An event stream has no end to wait for.
        if (verb === 'GET' && path.includes('/events/stream')) return;
        const tokens = { agent: t.agent, approver: t.approver, admin: t.admin, none: '', wrong: 'wrong' };
        const answer = await t.send(verbs(verb), search === '' ? path || '/' : `${path || '/'}?${search}`, {
          token: tokens[as],
          headers: {
            ...headers,
            ...(headers['prefer'] !== undefined && {
              prefer: `wait=0,${headers['prefer']}`.replace(/wait=[1-9]/g, ''),
            }),
          },
          ...(verb !== 'GET' && verb !== 'HEAD' && { body: sent }),
        });
        const said = answer.body['error'];
        expect(
          isDocumented(answer.status, said),
          `${verb} ${path} → ${answer.status} ${answer.text.slice(0, 300)}`,
        ).toBe(true);
        if (answer.status >= 400 && verb !== 'HEAD' && answer.status !== 403) expect(said).toBeTypeOf('string');
      },
    ),
    { numRuns: RUNS, endOnFailure: true },
  );
}, 120_000);

test('after all that, the log verifies and decisions are made', async () => {
  const { body } = await t.send('GET', '/sallyport/v1/log/rampart/verify', { token: t.admin });
  expect(body['ok']).toBe(true);
  const { status } = await t.send('POST', '/v1/tool/exec', { body: { params: { command: 'rm -rf /' } } });
  expect(status).toBe(403);
});

type Verb = NonNullable<Parameters<TestGateway['send']>[0]>;
const VERBS: readonly Verb[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

function verbs(verb: string): Verb {
  return VERBS.find((known) => known === verb) ?? 'GET';
}
