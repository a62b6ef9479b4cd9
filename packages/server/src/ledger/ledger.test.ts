import {
  LogWatcher,
  leafHash,
  noteVerifier,
  openCheckpoint,
  rampartFormula,
  rootOf,
  verifyChainSync,
  verifyConsistency,
  verifyInclusion,
} from '@sallyport/verify';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RunningEngine } from '../engine/create.js';
import { TEST_START, type TestEngine, testEngine } from '../testing/engines.js';
import { appending, TEST_CHAIN } from '../testing/records.js';
import { stores } from '../testing/stores.js';

const DAY = 24 * 60 * 60 * 1000;

/** More than two full tiles, and a right edge on both levels. */
const MANY = 600;

async function append(engine: RunningEngine, from: number, to: number): Promise<void> {
  const units = Array.from({ length: to - from }, (_, index) => appending(`r${from + index}`));
  await Promise.all(units.map((unit) => engine.lane.run(unit)));
}

async function texts(engine: RunningEngine): Promise<string[]> {
  const lines: string[] = [];
  for await (const { text } of engine.ledger.stream({ chain: TEST_CHAIN })) lines.push(text);
  return lines;
}

const bytes = (hex: readonly string[]): Buffer[] => hex.map((hash) => Buffer.from(hash, 'hex'));

async function verifyAll(engine: RunningEngine): Promise<number> {
  const lines = await texts(engine);
  const { size: count, hash: head } = await engine.ledger.head(TEST_CHAIN);
  const root = rootOf(lines.map((line) => leafHash(line)));
  const checkpoint = openCheckpoint(
    await engine.ledger.checkpoint(TEST_CHAIN),
    [noteVerifier(engine.ledger.publicKey)],
    engine.ledger.origin(TEST_CHAIN),
  );
  expect({ size: checkpoint.size, root: Buffer.from(checkpoint.root) }).toEqual({ size: count, root });
  const report = verifyChainSync(lines, { formula: rampartFormula, expected: { count, head }, checkpoint });
  expect(report).toMatchObject({ ok: true, count });
  return count;
}

describe.each(stores)('the ledger on $name', (kind) => {
  let t: TestEngine;

  beforeEach(async () => {
    t = await testEngine(kind);
    await t.engine.ledger.register(TEST_CHAIN, rampartFormula);
  });
  afterEach(() => t.close());

  test('begins at the genesis of its formula', async () => {
    expect(await t.engine.ledger.head(TEST_CHAIN)).toEqual({ size: 0, hash: rampartFormula.genesis });
    expect(await verifyAll(t.engine)).toBe(0);
  });

  test('exports what its formula, its head and its checkpoint verify', async () => {
    await append(t.engine, 0, MANY);
    expect(await verifyAll(t.engine)).toBe(MANY);
  });

  if (kind.durable)
    test('goes on after a restart where it stopped, with the same key', async () => {
      const key = t.engine.ledger.publicKey;
      for (const [from, to] of [
        [0, 255],
        [255, 256],
        [256, MANY],
      ] as const) {
        await append(t.engine, from, to);
        await t.restart();
        await t.engine.ledger.register(TEST_CHAIN, rampartFormula);
        expect(t.engine.ledger.publicKey).toBe(key);
        expect(await verifyAll(t.engine)).toBe(to);
      }
    });

  test('proves inclusion of any record at any size, from tiles and from the right edge', async () => {
    await append(t.engine, 0, MANY);
    const leaves = (await texts(t.engine)).map((line) => leafHash(line));
    for (const size of [1, 2, 255, 256, 257, 512, 599, MANY]) {
      const root = rootOf(leaves.slice(0, size));
      for (const index of [0, 1, 100, 254, 255, 256, 511, 512, 598, 599].filter((at) => at < size)) {
        const proof = bytes(await t.engine.ledger.inclusion(TEST_CHAIN, index, size));
        const leaf = leaves[index] ?? Buffer.alloc(0);
        expect(() => verifyInclusion({ leaf, index, size, root, proof })).not.toThrow();
      }
    }
    const now = bytes(await t.engine.ledger.inclusion(TEST_CHAIN, 300));
    const leaf = leaves[300] ?? Buffer.alloc(0);
    expect(() => verifyInclusion({ leaf, index: 300, size: MANY, root: rootOf(leaves), proof: now })).not.toThrow();
  });

  test('proves that it was only ever appended to', async () => {
    await append(t.engine, 0, MANY);
    const leaves = (await texts(t.engine)).map((line) => leafHash(line));
    const sizes = [1, 200, 256, 300, 512, MANY];
    for (const first of sizes) {
      for (const second of sizes.filter((size) => size >= first)) {
        const proof = bytes(await t.engine.ledger.consistency(TEST_CHAIN, first, second));
        const treeOf = (size: number) => ({ size, root: rootOf(leaves.slice(0, size)) });
        expect(() => verifyConsistency({ first: treeOf(first), second: treeOf(second), proof })).not.toThrow();
      }
    }
  });

  test('lets a watcher follow it from checkpoint to checkpoint', async () => {
    const { ledger } = t.engine;
    const watcher = new LogWatcher({
      origin: ledger.origin(TEST_CHAIN),
      verifiers: [noteVerifier(ledger.publicKey)],
    });
    await append(t.engine, 0, 3);
    watcher.observe(await ledger.checkpoint(TEST_CHAIN));
    await append(t.engine, 3, 300);
    const proof = bytes(await ledger.consistency(TEST_CHAIN, 3));
    expect(watcher.observe(await ledger.checkpoint(TEST_CHAIN), proof)).toMatchObject({ outcome: 'advanced' });
  });

  test('refuses proofs of what is not there', async () => {
    await append(t.engine, 0, 3);
    await expect(t.engine.ledger.inclusion(TEST_CHAIN, 3)).rejects.toMatchObject({ code: 'index_range' });
    await expect(t.engine.ledger.consistency(TEST_CHAIN, 2, 4)).rejects.toMatchObject({ code: 'index_range' });
    await expect(t.engine.ledger.checkpoint('other')).rejects.toThrow(/"other"/);
  });

  if (kind.durable)
    test.each([
      [
        'a changed record',
        "UPDATE records SET text = replace(text, 'git status', 'rm -rf /') WHERE seq = 7",
        /bad_hash/,
      ],
      ['a cut tail', 'DELETE FROM records WHERE seq >= 8', /cut_tail/],
      ['a removed record', 'DELETE FROM records WHERE seq = 5', /broken_link/],
      ['another head', "UPDATE chains SET hash = 'sha256:0'", /rewritten/],
    ])('does not start on %s', async (_what, sql, code) => {
      await append(t.engine, 0, 10);
      await t.engine.lane.run({
        chains: [],
        load: [],
        decide: () => ({ writes: [{ sql, params: [] }], answer: undefined }),
      });
      await t.restart();
      const start = t.engine.ledger.register(TEST_CHAIN, rampartFormula);
      await expect(start).rejects.toMatchObject({ code: 'ledger_damaged' });
      await expect(start).rejects.toThrow(code);
    });

  test('keeps chains apart', async () => {
    await t.engine.ledger.register('other', rampartFormula);
    await Promise.all([
      t.engine.lane.run(appending('a')),
      t.engine.lane.run({ ...appending('b', { chain: 'other' }), chains: ['other'] }),
      t.engine.lane.run(appending('c')),
    ]);
    expect((await t.engine.ledger.head(TEST_CHAIN)).size).toBe(2);
    expect((await t.engine.ledger.head('other')).size).toBe(1);
    expect(await t.engine.ledger.find('other', 'b')).toMatchObject({ seq: 0 });
    expect(await t.engine.ledger.find('other', 'a')).toBeUndefined();
  });
});

describe.each(stores)('reading the ledger on $name', (kind) => {
  let t: TestEngine;
  const chain = TEST_CHAIN;

  beforeEach(async () => {
    t = await testEngine(kind);
    await t.engine.ledger.register(chain, rampartFormula);
    const records = [
      { id: 'a', actor: 'anna', verdict: 'allow', at: TEST_START },
      { id: 'b', actor: 'ben', verdict: 'deny', at: TEST_START + 1000, link: 'a' },
      { id: 'c', actor: 'anna', verdict: 'deny', at: TEST_START + DAY, session: 's2' },
      { id: 'd', actor: 'anna', verdict: 'allow', at: TEST_START + 2 * DAY, subject: 'read' },
    ];
    for (const { id, ...more } of records) await t.engine.lane.run(appending(id, more));
  });
  afterEach(() => t.close());

  const page = async (filter: object, more: object = {}) =>
    (await t.engine.ledger.page({ chain, ...filter }, { order: 'oldest', limit: 10, ...more })).map(({ id }) => id);

  test('finds a record by its id, whole', async () => {
    const found = await t.engine.ledger.find(chain, 'b');
    expect(found).toMatchObject({ chain, seq: 1, id: 'b', at: TEST_START + 1000, actor: 'ben', link: 'a' });
    expect(rampartFormula.read(found?.text ?? '').hash).toBe(found?.hash);
    expect(await t.engine.ledger.find(chain, 'x')).toBeUndefined();
  });

  test.each([
    [{ actor: 'anna' }, 'acd'],
    [{ actor: 'anna', verdict: 'allow' }, 'ad'],
    [{ session: 's2' }, 'c'],
    [{ subject: 'read' }, 'd'],
    [{ from: TEST_START + 1000 }, 'bcd'],
    [{ to: TEST_START + 1000 }, 'a'],
    [{ fromSeq: 1, toSeq: 3 }, 'bc'],
    [{ actor: undefined }, 'abcd'],
    [{ actor: "x' OR '1'='1" }, ''],
  ])('filters by %o', async (filter, ids) => expect((await page(filter)).join('')).toBe(ids));

  test('pages from either end', async () => {
    expect(await page({}, { order: 'newest', limit: 2 })).toEqual(['d', 'c']);
    expect(await page({}, { order: 'newest', limit: 2, offset: 2 })).toEqual(['b', 'a']);
  });

  test('counts and tallies', async () => {
    expect(await t.engine.ledger.count({ chain, actor: 'anna' })).toBe(3);
    expect(await t.engine.ledger.tally({ chain }, 'verdict')).toEqual({ allow: 2, deny: 2 });
    expect(await t.engine.ledger.tally({ chain, to: TEST_START + DAY }, 'actor')).toEqual({ anna: 1, ben: 1 });
  });

  test('lists the days that have records, newest first', async () => {
    expect(await t.engine.ledger.dates(chain)).toEqual(['2026-04-13', '2026-04-12', '2026-04-11']);
    expect(await t.engine.ledger.dates('other')).toEqual([]);
  });

  test('streams in pages what a filter leaves', async () => {
    await append(t.engine, 0, 1100);
    const ids: string[] = [];
    for await (const { id } of t.engine.ledger.stream({ chain, actor: 'my-agent' })) ids.push(id);
    expect(ids).toEqual(Array.from({ length: 1100 }, (_, index) => `r${index}`));
  });
});
