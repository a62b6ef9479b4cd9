import { describe, expect, it } from 'vitest';
import { AbortedError, ConnectionError, HttpError, RateLimitError, TimeoutError } from './errors/index.js';
import { DEFAULT_BACKOFF, isRetryable, RetryBudget, retryDelayMs } from './retry.js';
import { callerOn, DECIDE, failure, READ, WRITE } from './test/caller.js';
import { settle } from './test/fakes.js';

const reset = { breaks: new Error('ECONNRESET'), sent: true };
const refused = { breaks: new Error('ECONNREFUSED'), sent: false };
const HONOURS = { 'sallyport-features': 'idempotency' };

describe('the decision to retry', () => {
  it.each([408, 429, 500, 502, 503, 504])('repeats status %i only when the server may see the call twice', (status) => {
    const error = new HttpError('x', { status });
    expect([isRetryable(error, true), isRetryable(error, false)]).toEqual([true, false]);
  });

  it.each([400, 401, 403, 404, 409, 422, 501])('never repeats status %i', (status) => {
    expect(isRetryable(new HttpError('x', { status }), true)).toBe(false);
  });

  it('always repeats a connection that failed before a byte was sent', () => {
    expect(isRetryable(new ConnectionError('x', { sent: false }), false)).toBe(true);
    expect(isRetryable(new ConnectionError('x', { sent: true }), false)).toBe(false);
    expect(isRetryable(new TimeoutError('x', { phase: 'connect', timeoutMs: 1 }), false)).toBe(true);
  });

  it('never repeats an abort or a passed deadline', () => {
    expect(isRetryable(new AbortedError('x'), true)).toBe(false);
    expect(isRetryable(new TimeoutError('x', { phase: 'deadline', timeoutMs: 1 }), true)).toBe(false);
  });
});

describe('the wait before a retry', () => {
  it('is drawn from all of a window that doubles up to the cap', () => {
    const windows = [1, 2, 3, 4, 5, 6].map((attempt) => retryDelayMs(undefined, attempt, DEFAULT_BACKOFF, () => 1));
    expect(windows).toEqual([500, 1_000, 2_000, 4_000, 8_000, 8_000]);
    expect(retryDelayMs(undefined, 4, DEFAULT_BACKOFF, () => 0)).toBe(0);
  });

  it('is the ceiling and a share of it on top where a gateway says so', () => {
    const backoff = { baseMs: 1_000, capMs: 30_000, jitter: 0.25 };
    const waits = (random: number) =>
      [1, 2, 3].map((attempt) => retryDelayMs(undefined, attempt, backoff, () => random));
    expect([waits(0), waits(1)]).toEqual([
      [1_000, 2_000, 4_000],
      [1_250, 2_500, 5_000],
    ]);
  });

  it('is what the server asks for, up to a minute', () => {
    const after = (retryAfterMs: number) => new RateLimitError('x', { status: 429, retryAfterMs });
    expect(retryDelayMs(after(7_000), 1, DEFAULT_BACKOFF, () => 0)).toBe(7_000);
    expect(retryDelayMs(after(900_000), 1, DEFAULT_BACKOFF, () => 0)).toBe(60_000);
  });
});

describe('a budget', () => {
  it('gives a tenth back for each success, up to its capacity', () => {
    const budget = new RetryBudget(2);
    expect([budget.take(), budget.take(), budget.take()]).toEqual([true, true, false]);
    for (let success = 0; success < 9; success++) budget.refund();
    expect(budget.take()).toBe(false);
    budget.refund();
    budget.refund();
    expect([budget.take(), budget.take()]).toEqual([true, false]);
  });
});

describe('a call that fails', () => {
  it('is made three times in all, with the same key, and then fails with the last error', async () => {
    const { caller, transport, runtime } = callerOn([
      { status: 503, headers: HONOURS },
      { status: 502 },
      { status: 504 },
    ]);
    const error = failure(caller.call(DECIDE, 'x'));
    await runtime.advance(249);
    expect(transport.requests).toHaveLength(1);
    await runtime.advance(1);
    expect(transport.requests).toHaveLength(2);
    await runtime.advance(500);
    expect(await error).toMatchObject({ status: 504 });
    expect(new Set(transport.requests.map(({ headers }) => headers['idempotency-key']))).toEqual(new Set(['"id-1"']));
    expect(transport.requests).toHaveLength(3);
  });

  it('counts its attempts and its waits', async () => {
    const { caller, runtime } = callerOn([reset, { body: 1 }]);
    const call = caller.call(READ, 'x').withResponse();
    await runtime.advance(250);
    expect((await call).meta).toMatchObject({ attempts: 2, durationMs: 250 });
  });

  it('is made once with maxRetries: 0', async () => {
    const { caller, transport } = callerOn([{ status: 503 }]);
    await failure(caller.call(READ, 'x', { maxRetries: 0 }));
    expect(transport.requests).toHaveLength(1);
  });

  it('waits as long as Retry-After says', async () => {
    const { caller, transport, runtime } = callerOn([{ status: 429, headers: { 'retry-after': '7' } }, { body: 1 }]);
    const call = caller.call(READ, 'x');
    await runtime.advance(6_999);
    expect(transport.requests).toHaveLength(1);
    await runtime.advance(1);
    expect(await call).toBe(1);
  });

  it.each([
    ['a read', READ, 'auto', 3],
    ['a decision, while the server has not said that it honours keys', DECIDE, 'auto', 1],
    ['a decision whose server is known to honour keys', DECIDE, 'always', 3],
    ['a decision without a key', DECIDE, 'never', 1],
    ['a write that must not be repeated', WRITE, 'always', 1],
  ] as const)('after bytes were sent: %s', async (_what, operation, idempotency, attempts) => {
    const { caller, transport, runtime } = callerOn([reset], { idempotency });
    const error = failure(caller.call(operation, 'x'));
    await runtime.advance(10_000);
    expect(await error).toMatchObject({ code: 'connection', sent: true });
    expect(transport.requests).toHaveLength(attempts);
  });

  it('is repeated whatever it is when no byte was sent', async () => {
    const { caller, transport, runtime } = callerOn([refused, { body: 1 }], { idempotency: 'never' });
    const call = caller.call(WRITE, 'x');
    await runtime.advance(250);
    expect(await call).toBe(1);
    expect(transport.requests.map(({ headers }) => headers['idempotency-key'])).toEqual([undefined, undefined]);
  });

  it('is repeated once the server has said, on an earlier call, that it honours keys', async () => {
    const { caller, transport, runtime } = callerOn([{ body: 1, headers: HONOURS }, reset, { body: 2 }]);
    await caller.call(DECIDE, 'x');
    const second = caller.call(DECIDE, 'y');
    await runtime.advance(250);
    expect(await second).toBe(2);
    expect(transport.requests.map(({ headers }) => headers['idempotency-key'])).toEqual(['"id-1"', '"id-2"', '"id-2"']);
  });

  it('is not repeated without a key, even by a server that honours keys', async () => {
    const { caller, transport, runtime } = callerOn([{ body: 1, headers: HONOURS }, reset], { idempotency: 'never' });
    await caller.call(DECIDE, 'x');
    const error = failure(caller.call(DECIDE, 'y'));
    await runtime.advance(10_000);
    expect(await error).toMatchObject({ code: 'connection' });
    expect(transport.requests).toHaveLength(2);
  });

  it('sends the key it is given, and refuses one that no header can carry', async () => {
    const { caller, transport } = callerOn([{ body: 1 }]);
    await caller.call(WRITE, 'x', { idempotencyKey: 'mine' });
    expect(transport.requests[0]?.headers['idempotency-key']).toBe('"mine"');
    for (const idempotencyKey of ['', 'a b', 'a\nb', 'a"b', 'a\\b', 'x'.repeat(256)]) {
      expect(await failure(caller.call(WRITE, 'x', { idempotencyKey }))).toMatchObject({ code: 'configuration' });
    }
  });

  it('sends the key bare where the gateway has a header of its own for it', async () => {
    const { caller, transport } = callerOn([{ body: 1 }], {}, { idempotencyHeader: 'x-idempotency-key' });
    await caller.call(DECIDE, 'x');
    expect(transport.requests[0]?.headers['x-idempotency-key']).toBe('id-1');
  });

  it('is repeated for the statuses that the gateway names in its place', async () => {
    const defaults = { retriesStatus: (status: number) => status === 418 };
    const { caller, transport, runtime } = callerOn([{ status: 418 }, { status: 503 }], {}, { defaults });
    const error = failure(caller.call(READ, 'x'));
    await runtime.advance(10_000);
    expect(await error).toMatchObject({ status: 503 });
    expect(transport.requests).toHaveLength(2);
  });

  it('is never repeated when its body was a stream, which the first attempt used up', async () => {
    const { caller, transport } = callerOn([refused]);
    async function* body(): AsyncGenerator<Uint8Array> {}
    const upload = { ...READ, body };
    expect(await failure(caller.call(upload, 'x'))).toMatchObject({ code: 'connection', sent: false });
    expect(transport.requests).toHaveLength(1);
  });

  it('is not repeated when the budget of the client is spent', async () => {
    const { caller, transport, runtime } = callerOn([{ status: 503 }], { retryBudget: 3 });
    for (let call = 0; call < 3; call++) {
      const error = failure(caller.call(READ, 'x'));
      await runtime.advance(10_000);
      await error;
    }
    expect(transport.requests).toHaveLength(3 + 3);
  });

  it('does not wait for a retry that could only begin after the deadline', async () => {
    const { caller, transport, runtime } = callerOn([{ status: 429, headers: { 'retry-after': '30' } }]);
    expect(await failure(caller.call(READ, 'x', { deadlineMs: 20_000 }))).toMatchObject({ status: 429 });
    expect([transport.requests.length, runtime.pending]).toEqual([1, 0]);
  });

  it('can be aborted while it waits', async () => {
    const { caller, runtime } = callerOn([{ status: 503 }]);
    const controller = new AbortController();
    const error = failure(caller.call(READ, 'x', { signal: controller.signal }));
    await settle();
    controller.abort('enough');
    expect(await error).toMatchObject({ code: 'aborted', cause: 'enough' });
    expect(runtime.pending).toBe(0);
  });
});
