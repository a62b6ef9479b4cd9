import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type TestAegis, testAegis } from './testing.js';

let t: TestAegis;
beforeEach(async () => {
  t = await testAegis({ agentProposalsPerMinute: false, requestsPerMinute: 1_000_000, aggregateLimit: false });
});
afterEach(() => t.close());

const outcomes = (answers: readonly { status: number; body: Readonly<Record<string, unknown>> }[]) =>
  answers.map(({ status, body }) => (status === 200 ? body['outcome'] : body['error_code'])).sort();

describe('proposals of one turn', () => {
  test('with one request id: one is decided', async () => {
    const more = { request_id: 'same' };
    const answers = await Promise.all(Array.from({ length: 5 }, () => t.propose('file.read', { more })));
    expect(outcomes(answers)).toEqual(['AEGIS-VAL-021', 'AEGIS-VAL-021', 'AEGIS-VAL-021', 'AEGIS-VAL-021', 'ALLOW']);
  });

  test('with one confirmation token: one is allowed', async () => {
    const asked = await t.propose('shell.exec');
    const more = { confirmation_token: Reflect.get(Object(asked.body['constraints']), 'confirmation_token') };
    const answers = await Promise.all(Array.from({ length: 4 }, () => t.propose('shell.exec', { more })));
    expect(outcomes(answers)).toEqual(['AEGIS-CNF-001', 'AEGIS-CNF-001', 'AEGIS-CNF-001', 'ALLOW']);
  });

  test('with one idempotency key: all get the same answer, decided once', async () => {
    const headers = { 'x-idempotency-key': 'k' };
    const more = { request_id: 'same' };
    const answers = await Promise.all(Array.from({ length: 5 }, () => t.propose('file.read', { headers, more })));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    const { body } = await t.send('GET', '/api/v1/governance/decisions');
    expect(body['total']).toBe(1);
  });

  test('under a grant with a rate limit: no more than it says', async () => {
    const constraints = { rate_limit: { max_requests: 3, window_seconds: 60 } };
    await t.admin('POST', '/api/v1/actors/demo-agent/grants', { capability: 'file.read', constraints });
    const answers = await Promise.all(Array.from({ length: 5 }, () => t.propose('file.read')));
    expect(outcomes(answers)).toEqual(['ALLOW', 'ALLOW', 'ALLOW', 'DENY', 'DENY']);
  });

  test('beside a policy that is being written: none is decided by what it has replaced', async () => {
    const stop = { name: 'stop', rules: [{ capability: 'file.read', outcome: 'DENY' }] };
    const [made, decided] = await Promise.all([t.admin('POST', '/api/v1/policies', stop), t.propose('file.read')]);
    expect(made.status).toBe(201);
    const after = await t.propose('file.read');
    expect(after.body['outcome']).toBe('DENY');
    expect(['ALLOW', 'DENY']).toContain(decided.body['outcome']);
  });

  test('beside the revocation of their grant: none is allowed after it', async () => {
    await Promise.all([t.admin('DELETE', '/api/v1/actors/demo-agent/grants/file.read'), t.propose('file.read')]);
    expect((await t.propose('file.read')).body['outcome']).toBe('DENY');
  });
});

test('the 10,001st request id makes room: the first may come again', { timeout: 60_000 }, async () => {
  const propose = (id: string) => t.propose('file.read', { more: { request_id: id } });
  await propose('first');
  for (let start = 0; start < 9_999; start += 101) {
    await Promise.all(Array.from({ length: 101 }, (_, index) => propose(`r${start + index}`)));
  }
  expect((await propose('first')).status).toBe(409);
  await propose('one more');
  expect((await propose('first')).status).toBe(200);
});

test('a store that takes no records allows nothing: 503, and the request id is free still', async () => {
  await t.admin('POST', '/__sallyport/faults', { storage: 'disk_full' });
  const failed = await t.propose('file.read', { more: { request_id: 'r' } });
  expect(failed).toMatchObject({ status: 503, body: { error_code: 'AEGIS-AUD-001', retryable: true } });
  expect(failed.headers['retry-after']).toBe('1');
  await t.admin('POST', '/__sallyport/faults', { storage: null });
  expect((await t.propose('file.read', { more: { request_id: 'r' } })).body['outcome']).toBe('ALLOW');
});

test('a thousand reviews may wait, and no more', { timeout: 60_000 }, async () => {
  for (let start = 0; start < 1000; start += 100) {
    await Promise.all(
      Array.from({ length: 100 }, (_, index) => t.propose('shell.exec', { resource: `${start + index}` })),
    );
  }
  const refused = await t.propose('shell.exec');
  expect(refused).toMatchObject({ status: 503, body: { error_code: 'AEGIS-ESC-002', retryable: true } });
  t.clock.advance(300_000);
  expect((await t.propose('shell.exec')).body['outcome']).toBe('REQUIRE_CONFIRMATION');
});

test('a body beyond 2 MiB is refused', async () => {
  const body = Buffer.alloc(2 * 1024 * 1024 + 1, ' ');
  const answer = await t.send('POST', '/api/v1/governance/propose', { body });
  expect(answer).toMatchObject({ status: 400, body: { error_code: 'AEGIS-REQ-003' } });
});

test('200 levels are read, and no more', async () => {
  const nested = (depth: number) => ({
    parameters: JSON.parse(`{"a":${'['.repeat(depth)}"]\\"[",1${']'.repeat(depth)}}`),
  });
  // The body, the action and the parameters are levels, too.
  expect((await t.propose('file.read', nested(197))).status).toBe(200);
  expect((await t.propose('file.read', nested(198))).body['error_code']).toBe('AEGIS-REQ-001');
});
