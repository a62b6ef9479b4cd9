import * as core from '@sallyport/core';
import { describe, expect, it } from 'vitest';
import { Decision } from './decision.js';
import {
  AegisAuthError,
  AegisConnectionError,
  AegisError,
  AegisHttpError,
  AegisRateLimitError,
  GovernanceError,
} from './errors.js';
import { answering, proposalOf, setUp } from './fixture/setup.js';
import { AegisClient, AsyncAegisClient } from './index.js';

const caught = (work: Promise<unknown>): Promise<unknown> => work.catch((error: unknown) => error);
const allow = () =>
  Response.json({
    decision_id: 'dec_1',
    outcome: 'ALLOW',
    reason: 'ok',
    risk_score: 0,
    timestamp: 't',
    audit_ref: 'a',
  });
const failing =
  (status: number, headers: Record<string, string> = {}) =>
  () =>
    new Response('{}', { status, headers });
const dropped = (): Response => {
  throw new TypeError('fetch failed', { cause: new Error('socket hang up') });
};

describe('a decision', () => {
  it('has exactly the seven attributes, in camel case', async () => {
    const decision = await setUp().client.propose(proposalOf('file.read'));
    expect(decision).toBeInstanceOf(Decision);
    expect(Object.keys(decision)).toEqual([
      'decisionId',
      'outcome',
      'reason',
      'riskScore',
      'constraints',
      'timestamp',
      'auditRef',
    ]);
    expect(Object.keys(JSON.parse(JSON.stringify(decision)))).toHaveLength(7);
  });

  it('answers to the wire’s names as well', async () => {
    const decision = await setUp().client.propose(proposalOf('file.read'));
    expect([decision.decision_id, decision.risk_score, decision.audit_ref]).toEqual(['dec_1', 0.1, 'aud_1']);
  });

  it.each([
    ['file.read', 'ALLOW'],
    ['file.write', 'DENY'],
    ['network.fetch', 'ESCALATE'],
    ['shell.exec', 'REQUIRE_CONFIRMATION'],
  ])('on %s is %s, and is never thrown', async (capability, outcome) => {
    expect((await setUp().client.propose(proposalOf(capability))).outcome).toBe(outcome);
  });
});

describe('propose, again', () => {
  it('is retried three times, after one, two and four seconds with up to a quarter on top', async () => {
    for (const [random, waits] of [[0, [1_000, 2_000, 4_000]] as const, [1, [1_250, 2_500, 5_000]] as const]) {
      const { client, sent, runtime } = answering([failing(503)], { timeoutMs: 7_777 });
      Object.assign(runtime, { random: () => random });
      expect(await caught(client.propose(proposalOf('file.read')))).toMatchObject({ status: 503 });
      expect(sent).toHaveLength(4);
      expect(runtime.waits.filter((ms) => ms !== 7_777)).toEqual(waits);
    }
  });

  it('takes retries and retryDelayMs', async () => {
    const { client, sent, runtime } = answering([failing(500)], { retries: 1, retryDelayMs: 300, timeoutMs: 7_777 });
    await caught(client.propose(proposalOf('file.read')));
    expect([sent.length, runtime.waits.filter((ms) => ms !== 7_777)]).toEqual([2, [300]]);
  });

  it('has one request id and one idempotency key, the same on each attempt', async () => {
    const { client, sent } = answering([failing(500), dropped, allow]);
    expect((await client.propose(proposalOf('file.read'))).outcome).toBe('ALLOW');
    expect(sent).toHaveLength(3);
    const ids = sent.map(({ body }) => Reflect.get(Object(body), 'request_id'));
    const keys = sent.map(({ headers }) => headers.get('x-idempotency-key'));
    expect([new Set(ids).size, new Set(keys).size]).toEqual([1, 1]);
    expect([ids[0], keys[0]]).toEqual(['id-1', 'id-2']);
    await client.propose(proposalOf('file.read'));
    expect(Reflect.get(Object(sent[3]?.body), 'request_id')).not.toBe(ids[0]);
  });

  it.each([500, 501, 502, 503, 504, 599, 429])('happens after %i', async (status) => {
    const { client, sent } = answering([failing(status), allow]);
    await client.propose(proposalOf('file.read'));
    expect(sent).toHaveLength(2);
  });

  it.each([400, 401, 403, 404, 408, 409, 422])('never happens after %i', async (status) => {
    const { client, sent } = answering([failing(status), allow]);
    expect(await caught(client.propose(proposalOf('file.read')))).toBeInstanceOf(AegisError);
    expect(sent).toHaveLength(1);
  });

  it('never happens after a decision', async () => {
    const { gateway, client } = setUp();
    await client.propose(proposalOf('file.write'));
    expect(gateway.requests).toHaveLength(1);
  });

  it('waits as long as Retry-After says, or the reset of the rate limit', async () => {
    const resetAt = String(Date.parse('2026-11-21T10:00:09Z') / 1000);
    for (const [headers, waited] of [
      [{ 'retry-after': '7' }, 7_000] as const,
      [{ 'x-ratelimit-reset': resetAt }, 9_000] as const,
    ]) {
      const { client, runtime } = answering([failing(429, headers), allow], { timeoutMs: 7_777 });
      await client.propose(proposalOf('file.read'));
      expect(runtime.waits.filter((ms) => ms !== 7_777)).toEqual([waited]);
    }
  });

  it('has the timeout for each attempt, not for all', async () => {
    const { gateway, client } = setUp({ timeoutMs: 1_000, retries: 1, retryDelayMs: 100 });
    gateway.fault = 'slow';
    const error = await caught(client.propose(proposalOf('file.read')));
    expect(error).toMatchObject({ phase: 'response', timeoutMs: 1_000 });
  });
});

describe('every error', () => {
  it('is an AegisError, a GovernanceError only of the governance system', async () => {
    const { gateway, client } = setUp({ retries: 0 });
    const invalid = await caught(client.propose(proposalOf('invalid')));
    for (const type of [GovernanceError, AegisError, core.BadRequestError, core.HttpError])
      expect(invalid).toBeInstanceOf(type);
    expect(invalid).not.toBeInstanceOf(core.NotFoundError);
    gateway.fault = 'down';
    const gone = await caught(client.propose(proposalOf('file.read')));
    for (const type of [AegisConnectionError, AegisError, core.ConnectionError]) expect(gone).toBeInstanceOf(type);
    expect(gone).not.toBeInstanceOf(GovernanceError);
    expect(gone).not.toBeInstanceOf(core.TimeoutError);
    expect(gone).toMatchObject({ retryable: true, sent: true, cause: { message: 'fetch failed' } });
    gateway.fault = 'slow';
    const late = await caught(client.propose(proposalOf('file.read'), { timeoutMs: 500 }));
    for (const type of [AegisConnectionError, core.TimeoutError]) expect(late).toBeInstanceOf(type);
    expect(late).not.toBeInstanceOf(core.ConnectionError);
  });

  it.each([
    [401, AegisAuthError, core.AuthenticationError],
    [403, AegisAuthError, core.PermissionDeniedError],
    [429, AegisRateLimitError, core.RateLimitError],
    [404, GovernanceError, core.NotFoundError],
    [500, AegisHttpError, core.ServerError],
  ])('of status %i has its class and core’s', async (status, own, category) => {
    const { client } = answering([failing(status)], { retries: 0 });
    const error = await caught(client.decisions.get('dec_1'));
    for (const type of [own, AegisError, category, core.HttpError]) expect(error).toBeInstanceOf(type);
  });

  it('that has no name of its own is core’s and AEGIS’s at once', async () => {
    const { gateway, client } = setUp();
    gateway.fault = 'unknown-verdict';
    const unknown = await caught(client.propose(proposalOf('file.read')));
    for (const type of [AegisError, core.ResponseValidationError]) expect(unknown).toBeInstanceOf(type);
    await client.close();
    const closed = await caught(client.propose(proposalOf('file.read')));
    for (const type of [AegisError, core.AbortedError]) expect(closed).toBeInstanceOf(type);
  });

  it('never shows the key', async () => {
    const { client } = answering([() => Response.json({ message: 'bad key aegis_sk_live_key' }, { status: 401 })]);
    const error = await caught(client.propose(proposalOf('file.read')));
    expect(`${String(error)} ${JSON.stringify(error)}`).not.toContain('aegis_sk_live_key');
  });
});

describe('the client', () => {
  it('walks pages by the cursors that the gateway names', async () => {
    const ids: string[] = [];
    for await (const { decisionId } of setUp().client.decisions.list()) ids.push(decisionId);
    expect(ids).toEqual(['dec_1', 'dec_2', 'dec_3']);
    expect((await setUp().client.decisions.list()).total).toBe(3);
  });

  it('sends no key where the key is empty', async () => {
    const { client, sent } = answering([allow], { apiKey: '' });
    await client.propose(proposalOf('file.read'));
    await client.request('GET', '/api/v1/health');
    expect(sent.map(({ headers }) => headers.has('authorization'))).toEqual([false, false]);
  });

  it('sends no idempotency key when it must not', async () => {
    const { client, sent } = answering([allow], { idempotency: 'never' });
    await client.propose(proposalOf('file.read'));
    expect(sent[0]?.headers.has('x-idempotency-key')).toBe(false);
  });

  it('has the name of the asynchronous one in Python, too', () => {
    expect(AsyncAegisClient).toBe(AegisClient);
  });
});
