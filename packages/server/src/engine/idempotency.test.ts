import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { TEST_START, type TestEngine, testEngine } from '../testing/engines.js';
import { stores } from '../testing/stores.js';
import { IDEMPOTENCY_TTL, type Known, keepAnswer, loadAnswer, readAnswer } from './idempotency.js';
import type { Decided } from './unit.js';

describe.each(stores)('idempotency keys on $name', (kind) => {
  let t: TestEngine;

  beforeEach(async () => {
    t = await testEngine(kind);
  });
  afterEach(() => t.close());

  /** Answers with `body` unless the key says otherwise; tells what the key said. */
  const call = (key: string, fingerprint: string, body: string, scope = 'credential-1 exec'): Promise<Known> =>
    t.engine.lane.run({
      chains: [],
      load: [loadAnswer(scope, key)],
      decide: ([rows], { now }): Decided<Known> => {
        const known = readAnswer(rows, fingerprint, now);
        if (known.kind !== 'fresh') return { answer: known };
        return { writes: [keepAnswer({ scope, key, fingerprint, status: 202, body }, now)], answer: known };
      },
    });
  const rows = () => t.engine.store.all({ sql: 'SELECT created_at FROM idempotency', params: [] });

  test('the same request under the same key gets the first answer, however often', async () => {
    expect(await call('k', 'f', 'first')).toEqual({ kind: 'fresh' });
    expect(await call('k', 'f', 'second')).toEqual({ kind: 'replay', status: 202, body: 'first' });
    expect(await call('k', 'f', 'third')).toEqual({ kind: 'replay', status: 202, body: 'first' });
  });

  test('of several at once, one is fresh', async () => {
    const answers = await Promise.all(['a', 'b', 'c'].map((body) => call('k', 'f', body)));
    expect(answers).toEqual([{ kind: 'fresh' }, ...Array(2).fill({ kind: 'replay', status: 202, body: 'a' })]);
  });

  test('another request under the same key is a mismatch', async () => {
    await call('k', 'f', 'first');
    expect(await call('k', 'g', 'second')).toEqual({ kind: 'mismatch' });
  });

  test('nobody meets another scope’s key', async () => {
    await call('k', 'f', 'first');
    expect(await call('k', 'f', 'second', 'credential-2 exec')).toEqual({ kind: 'fresh' });
  });

  test('a key is free again after two minutes, also where it was not swept', async () => {
    await call('k', 'f', 'first');
    t.clock.set(TEST_START + IDEMPOTENCY_TTL - 1);
    expect(await call('k', 'g', 'second')).toEqual({ kind: 'mismatch' });
    t.clock.set(TEST_START + IDEMPOTENCY_TTL);
    expect(await call('k', 'g', 'third')).toEqual({ kind: 'fresh' });
    expect(await call('k', 'g', 'fourth')).toEqual({ kind: 'replay', status: 202, body: 'third' });
  });

  test('old answers are swept', async () => {
    await call('k', 'f', 'first');
    const drained = async () => {
      await t.engine.lane.run({ chains: [], load: [], decide: () => ({ answer: 0 }) });
      return (await rows()).length;
    };
    t.clock.advance(IDEMPOTENCY_TTL - 1);
    expect(await drained()).toBe(1);
    t.clock.advance(60 * 60 * 1000);
    expect(await drained()).toBe(0);
  });
});
