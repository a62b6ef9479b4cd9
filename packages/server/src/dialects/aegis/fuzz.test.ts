import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestAegis, testAegis } from './testing.js';

/** More in a long run. */
const RUNS = Number(process.env['SALLYPORT_FUZZ_RUNS'] ?? 1500);

const ROUTES: readonly (readonly ['GET' | 'POST' | 'PUT' | 'DELETE', string])[] = [
  ['POST', '/api/v1/governance/propose'],
  ['POST', '/api/v1/governance/propose'],
  ['POST', '/api/v1/governance/propose'],
  ['GET', '/api/v1/governance/decisions'],
  ['GET', '/api/v1/governance/decisions/*'],
  ['POST', '/api/v1/governance/decisions/*/execution'],
  ['GET', '/api/v1/governance/escalations'],
  ['GET', '/api/v1/governance/escalations/*'],
  ['POST', '/api/v1/governance/escalations/*/respond'],
  ['GET', '/api/v1/capabilities'],
  ['POST', '/api/v1/capabilities'],
  ['GET', '/api/v1/capabilities/*'],
  ['GET', '/api/v1/policies'],
  ['POST', '/api/v1/policies'],
  ['GET', '/api/v1/policies/*'],
  ['PUT', '/api/v1/policies/*'],
  ['GET', '/api/v1/actors/*/grants'],
  ['POST', '/api/v1/actors/*/grants'],
  ['DELETE', '/api/v1/actors/*/grants/*'],
  ['GET', '/api/v1/audit/log'],
  ['GET', '/api/v1/audit/log/*'],
  ['GET', '/api/v1/audit/events'],
  ['GET', '/api/v1/health'],
  ['POST', '/sallyport/v1/explain'],
];

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom('demo-agent', 'file.read', 'shell.exec', '', '\0', '\ud800', 'x'.repeat(3000), '__proto__'),
);
const segment = fc.oneof(
  fc.constantFrom('demo-agent', 'file.read', 'dec_x', 'esc_x', 'pol_demo_allow_file_reads', '%zz', '%00', '..', ''),
  text.map((part) => encodeURIComponent(part.replace(/\p{Surrogate}/gu, '?'))),
);
const value = fc.oneof(
  { depthSize: 'small' },
  fc.jsonValue({ maxDepth: 4 }),
  text,
  fc.constantFrom<unknown>(null, true, 0, -1, 1e308, [], {}, 'ALLOW', 'DENY', "parameters.x matches '('", '09:00'),
);
const fields =
  'actor action context request_id trace_id confirmation_token id type capability parameters resource session_id metadata name description rules condition outcome priority enabled risk_level parameter_schema constraints time_window rate_limit expires_at decision operator_id comment status result_summary duration_ms completed_at dialect call agent_id target'.split(
    ' ',
  );
/** What would be right, to be spoiled here and there. */
const plausible = fc.constantFrom<object>(
  { actor: { id: 'demo-agent', type: 'ai-agent' }, action: { capability: 'file.read', parameters: { x: 1 } } },
  { actor: { id: 'demo-agent', type: 'human' }, action: { capability: 'shell.exec', resource: 'ls' }, context: {} },
  { agent_id: 'demo-agent', action: 'file.read', target: 'x' },
  { name: 'email.send', risk_level: 'high', parameter_schema: { type: 'object' } },
  { name: 'p', rules: [{ capability: 'tool.call', condition: 'parameters.x > 1', outcome: 'DENY' }] },
  { capability: 'file.read', constraints: { rate_limit: { max_requests: 1, window_seconds: 1 } } },
  { decision: 'approve', operator_id: 'o' },
  { status: 'completed', duration_ms: 1 },
  { dialect: 'aegis', call: { actor: { id: 'a', type: 'human' }, action: { capability: 'a.b' } } },
);
const body = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(plausible, fc.dictionary(fc.constantFrom(...fields), value, { maxKeys: 2 }))
      .map(([base, more]) => JSON.stringify({ ...base, ...more })),
  },
  { weight: 1, arbitrary: fc.json() },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)) },
  { weight: 1, arbitrary: fc.constantFrom('', '{', 'null', '[]', '['.repeat(5000), '{"actor":{"id":"\\ud800"}}') },
);
const request = fc.record({
  route: fc.constantFrom(...ROUTES),
  segments: fc.array(segment, { minLength: 2, maxLength: 2 }),
  query: fc.dictionary(
    fc.constantFrom(
      'limit',
      'cursor',
      'actor_id',
      'capability',
      'outcome',
      'since',
      'until',
      'event_type',
      'decision_id',
      'status',
    ),
    fc.oneof(text, fc.constantFrom('1', '-1', '2026-04-11', 'ALLOW', 'MTA')),
    { maxKeys: 3 },
  ),
  as: fc.constantFrom('agent', 'agent', 'operator', 'admin', 'admin', 'none', 'wrong'),
  key: fc.option(fc.string({ unit: fc.constantFrom(...'abc "\\'), maxLength: 6 }), { nil: undefined, freq: 8 }),
  body,
});

let t: TestAegis;
beforeAll(async () => {
  t = await testAegis({ requestsPerMinute: 1_000_000, agentProposalsPerMinute: false, flatBody: true });
});
afterAll(() => t.close());

test('no request, whatever it holds, is answered with an undocumented failure', async () => {
  await fc.assert(
    fc.asyncProperty(request, async ({ route: [method, pattern], segments, query, as, key, body: sent }) => {
      let next = 0;
      const path = pattern.replace(/\*/g, () => segments[next++] ?? 'x');
      const pairs = Object.entries(query).map(([name, part]) => [name, part.replace(/\p{Surrogate}/gu, '?')]);
      const search = new URLSearchParams(Object.fromEntries(pairs)).toString();
      const tokens = { agent: t.apiKey, operator: t.operatorKey, admin: t.adminKey, none: '', wrong: 'wrong' };
      const answer = await t.send(method, `${path}?${search}`, {
        token: tokens[as],
        headers: { ...(key !== undefined && { 'idempotency-key': key }) },
        ...(method !== 'GET' && { body: sent }),
      });
      const what = `${method} ${path} → ${answer.status} ${answer.text.slice(0, 300)}`;
      const code = answer.body['error_code'];
      const documented = answer.status < 500 || code === 'AEGIS-POL-009' || code === 'AEGIS-ESC-002';
      expect(documented, what).toBe(true);
      if (answer.status >= 400 && answer.headers['x-ratelimit-limit'] !== undefined) {
        expect(code, what).toMatch(/^AEGIS-[A-Z]+-\d{3}$/);
      }
    }),
    { numRuns: RUNS, endOnFailure: true },
  );
}, 120_000);

test('after all that, the log verifies and decisions are made', async () => {
  expect((await t.admin('GET', '/sallyport/v1/log/aegis/verify')).body['ok']).toBe(true);
  expect((await t.propose('file.write', { actor: 'nobody' })).body['outcome']).toBe('DENY');
});
