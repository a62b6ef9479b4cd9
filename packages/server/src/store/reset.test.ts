import { ConfigurationError } from '@sallyport/core';
import { rampartFormula } from '@sallyport/verify';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createIds } from '../engine/ids.js';
import { seededRandom } from '../engine/random.js';
import { TEST_START, type TestEngine, testEngine } from '../testing/engines.js';
import { appending, TEST_CHAIN } from '../testing/records.js';
import { stores } from '../testing/stores.js';
import { putTally, readTally, TALLIES, tallyIn } from '../testing/tallies.js';

describe.each(stores)('starting over on $name', (kind) => {
  let t: TestEngine;

  beforeEach(async () => {
    const random = seededRandom('start over');
    t = await testEngine(kind, { random, ids: createIds(random) });
    await t.engine.store.migrate('test', TALLIES);
    await t.engine.ledger.register(TEST_CHAIN, rampartFormula);
  });
  afterEach(() => t.close());

  const put = (n: number) =>
    t.engine.lane.run({ chains: [], load: [], decide: () => ({ writes: [putTally('a', n)], answer: 0 }) });
  const tally = async () => tallyIn(await t.engine.store.all(readTally('a')));
  const fill = (count: number, prefix: string) =>
    Promise.all(Array.from({ length: count }, (_, index) => t.engine.lane.run(appending(`${prefix}${index}`))));

  test('a reset empties every table, and chains begin at their genesis again', async () => {
    await Promise.all([put(1), fill(300, 'r')]);
    const { token } = await t.engine.credentials.create({ dialect: 'rampart', roles: ['agent'] });
    const key = t.engine.ledger.publicKey;
    await t.engine.reset();
    expect(await tally()).toBe(0);
    expect(await t.engine.credentials.find(token)).toBeUndefined();
    expect(await t.engine.ledger.head(TEST_CHAIN)).toEqual({ size: 0, hash: rampartFormula.genesis });
    expect(await t.engine.ledger.checkpoint(TEST_CHAIN)).toContain(`${t.engine.ledger.origin(TEST_CHAIN)}\n0\n`);
    expect(t.engine.ledger.publicKey).toBe(key);
    await fill(2, 'after');
    expect(await t.engine.ledger.find(TEST_CHAIN, 'after0')).toMatchObject({ seq: 0 });
  });

  test('a reset begins seeded ids and random bytes again', async () => {
    await t.engine.reset();
    const draw = () => [t.engine.ids.ulid(TEST_START), t.engine.ids.uuid(), t.engine.random.bytes(5).toString('hex')];
    const first = draw();
    await t.engine.reset();
    expect(draw()).toEqual(first);
  });

  test('a snapshot is restored exactly, tree and all', async () => {
    await Promise.all([put(1), fill(300, 'r')]);
    const checkpoint = await t.engine.ledger.checkpoint(TEST_CHAIN);
    const proof = await t.engine.ledger.inclusion(TEST_CHAIN, 7);
    const snapshot = await t.engine.snapshot();
    await t.engine.reset();
    // As many records as before, so that nothing but their content tells the two histories apart.
    await Promise.all([put(2), fill(300, 'x')]);
    expect(await t.engine.ledger.checkpoint(TEST_CHAIN)).not.toBe(checkpoint);
    await t.engine.restore(snapshot);
    expect(await tally()).toBe(1);
    expect(await t.engine.ledger.checkpoint(TEST_CHAIN)).toBe(checkpoint);
    expect(await t.engine.ledger.inclusion(TEST_CHAIN, 7)).toEqual(proof);
    await fill(1, 'more');
    expect(await t.engine.ledger.find(TEST_CHAIN, 'more0')).toMatchObject({ seq: 300 });
  });

  if (kind.durable)
    test('secrets do not open under another master key', async () => {
      const other = t.restart({ masterKey: 'a5'.repeat(32) });
      await expect(other).rejects.toThrow(ConfigurationError);
      await expect(other).rejects.toThrow(/"checkpoint-key".*master key/);
    });
});
