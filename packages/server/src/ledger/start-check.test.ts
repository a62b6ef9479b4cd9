import { rmSync } from 'node:fs';
import { rampartFormula } from '@sallyport/verify';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { recordColumns } from '../dialects/rampart/events.js';
import { type TestEngine, testEngine } from '../testing/engines.js';
import { appending, TEST_CHAIN } from '../testing/records.js';
import { stores } from '../testing/stores.js';

/**
 * Five full tiles, and 120 records at the right edge: the last 256 records begin at 1144, the last full tile at 1024. A
 * shorter log is read whole to build its tree, so that its checkpoint tells of every change.
 */
const MANY = 1400;

const durable = stores.filter((kind) => kind.durable);

describe.each(durable)('a log that was changed on $name', (kind) => {
  let t: TestEngine;

  beforeEach(async () => {
    t = await testEngine(kind);
    await register();
    await append(MANY);
  });
  afterEach(() => t.close());

  const register = () => t.engine.ledger.register(TEST_CHAIN, rampartFormula, recordColumns);
  const append = (count: number) =>
    Promise.all(Array.from({ length: count }, (_, at) => t.engine.lane.run(appending(`r${at}`))));
  const change = (sql: string) =>
    t.engine.lane.run({
      chains: [],
      load: [],
      decide: () => ({ writes: [{ sql, params: [] }], answer: undefined }),
    });
  const restartAfter = async (sql: string) => {
    await change(sql);
    await t.restart();
  };
  const rewrite = (seq: number) => `UPDATE records SET text = replace(text, 'git', 'got') WHERE seq = ${seq}`;

  test.each([
    ['one of the last 256 records', rewrite(1144), /r1144 \(bad_hash/],
    ['a record below the last full tile', rewrite(1143), /tile 4 on level 0 .* records 1024 to 1279/],
    ['the last full tile', 'UPDATE tiles SET nodes = (SELECT nodes FROM tiles WHERE idx = 0) WHERE idx = 4', /tile 4/],
    ['a tile that is gone', 'DELETE FROM tiles WHERE idx = 4', /its tree is not whole/],
    [
      'a verdict',
      "UPDATE records SET verdict = 'deny' WHERE seq = 1399",
      /r1399 \(changed_column: the column "verdict"/,
    ],
    ['an actor', "UPDATE records SET actor = 'eve' WHERE seq = 1399", /column "actor"/],
    ['a session', "UPDATE records SET session = 's9' WHERE seq = 1399", /column "session"/],
    ['a tool', "UPDATE records SET subject = 'read' WHERE seq = 1399", /column "subject"/],
    ['a time', 'UPDATE records SET at = at + 86400000 WHERE seq = 1399', /column "at"/],
    ['an id', "UPDATE records SET id = 'x' WHERE seq = 1399", /column "id"/],
    ['a hash', "UPDATE records SET hash = 'sha256:0' WHERE seq = 1399", /column "hash"/],
  ])('is not started on: %s', async (_what, sql, why) => {
    await restartAfter(sql);
    const start = register();
    await expect(start).rejects.toMatchObject({ code: 'ledger_damaged' });
    await expect(start).rejects.toThrow(why);
  });

  test('is found out at the first reading where it lies further back', async () => {
    await restartAfter("UPDATE records SET verdict = 'deny' WHERE seq = 100");
    await register();
    await expect(t.engine.ledger.assertSound(TEST_CHAIN)).rejects.toThrow(
      /r100 \(changed_column: the column "verdict"/,
    );
    expect(await t.engine.ledger.verify(TEST_CHAIN)).toMatchObject({ ok: false, firstBad: { id: 'r100', line: 101 } });
  });

  test('is good again once it was mended', async () => {
    await restartAfter(rewrite(100));
    await register();
    await expect(t.engine.ledger.assertSound(TEST_CHAIN)).rejects.toThrow(/r100 \(bad_hash/);
    await change(rewrite(100).replace("'git', 'got'", "'got', 'git'"));
    await t.engine.ledger.assertSound(TEST_CHAIN);
  });

  test('is found out by verify where only its tree was changed', async () => {
    await change('UPDATE tiles SET nodes = (SELECT nodes FROM tiles WHERE idx = 1) WHERE idx = 0');
    await t.restart();
    rmSync(`${t.place.address.replace('sqlite:', '')}.checkpoint`, { force: true });
    await t.restart();
    await register();
    expect(await t.engine.ledger.verify(TEST_CHAIN)).toMatchObject({ ok: false, firstBad: { code: 'rewritten' } });
  });

  test('is looked through as it grows, and verifies when nothing was changed', async () => {
    await t.restart();
    await register();
    await t.engine.ledger.assertSound(TEST_CHAIN);
    await append(300);
    await t.engine.ledger.assertSound(TEST_CHAIN);
    expect(await t.engine.ledger.verify(TEST_CHAIN)).toMatchObject({ ok: true, count: MANY + 300 });
  });
});
