import { rampartFormula, verifyChainSync } from '@sallyport/verify';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type TestEngine, testEngine } from '../testing/engines.js';
import { appending, TEST_CHAIN } from '../testing/records.js';
import { stores } from '../testing/stores.js';

describe.each(stores)('a broken $name store', (kind) => {
  let t: TestEngine;

  beforeEach(async () => {
    t = await testEngine(kind);
    await t.engine.ledger.register(TEST_CHAIN, rampartFormula);
  });
  afterEach(() => t.close());

  const verified = async () => {
    const lines: string[] = [];
    for await (const { text } of t.engine.ledger.stream({ chain: TEST_CHAIN })) lines.push(text);
    const { size: count, hash: head } = await t.engine.ledger.head(TEST_CHAIN);
    expect(verifyChainSync(lines, { formula: rampartFormula, expected: { count, head } })).toMatchObject({ ok: true });
    return lines.length;
  };

  /** Appends until the store refuses, and returns how many it took. */
  const appendUntilRefused = async (): Promise<number> => {
    for (let taken = 0; taken < 2000; taken += 1) {
      try {
        await t.engine.lane.run(appending(`fill-${taken}`));
      } catch (error) {
        expect(error).toMatchObject({ code: 'store_unavailable' });
        return taken;
      }
    }
    throw new Error('The store never refused.');
  };

  test('that is read-only takes nothing, still reads, and recovers', async () => {
    await t.engine.lane.run(appending('before'));
    await t.engine.store.fault('read_only');
    expect(await appendUntilRefused()).toBe(0);
    expect(await verified()).toBe(1);
    await t.engine.store.fault(undefined);
    expect(await t.engine.lane.run(appending('after'))).toBe('after');
    expect(await verified()).toBe(2);
  });

  if (kind.name !== 'postgres')
    test('that is read-only still signs where its log stands', async () => {
      await t.engine.lane.run(appending('before'));
      await t.engine.store.fault('read_only');
      await appendUntilRefused();
      expect(await t.engine.ledger.checkpoint(TEST_CHAIN)).toMatch(/^sallyport\/rampart\/default\n1\n/);
    });

  if (kind.name !== 'postgres')
    test('whose disk is full takes nothing, still reads, and recovers', async () => {
      await t.engine.lane.run(appending('before'));
      await t.engine.store.fault('disk_full');
      expect(await appendUntilRefused()).toBe(0);
      expect(await verified()).toBe(1);
      await t.engine.store.fault(undefined);
      const more = Array.from({ length: 300 }, (_, index) => t.engine.lane.run(appending(`after-${index}`)));
      await Promise.all(more);
      expect(await verified()).toBe(1 + 300);
    });

  if (kind.name !== 'postgres')
    test('whose disk is full takes nothing, though its file has free pages', async () => {
      const filler = {
        sql: 'INSERT INTO secrets (name, value) VALUES (?, ?)',
        params: ['filler', Buffer.alloc(400_000)],
      };
      const emptied = { sql: "DELETE FROM secrets WHERE name = 'filler'", params: [] };
      for (const write of [filler, emptied]) {
        await t.engine.lane.run({ chains: [], load: [], decide: () => ({ writes: [write], answer: undefined }) });
      }
      const [free] = await t.engine.store.all({ sql: 'PRAGMA freelist_count', params: [] });
      expect(Number(free?.['freelist_count'])).toBeGreaterThan(50);
      await t.engine.store.fault('disk_full');
      expect(await appendUntilRefused()).toBe(0);
      await t.engine.store.fault(undefined);
      expect(await t.engine.lane.run(appending('after'))).toBe('after');
    });

  test('refuses every unit of a batch, also those that would only have read', async () => {
    await t.engine.store.fault('read_only');
    const reading = { chains: [], load: [], decide: () => ({ answer: 'read' }) };
    const results = await Promise.allSettled([t.engine.lane.run(reading), t.engine.lane.run(appending('r1'))]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });

  test('says which faults it can show', () => {
    expect(t.engine.store.faults).toContain('read_only');
    expect(t.engine.store.faults.includes('disk_full')).toBe(kind.name !== 'postgres');
  });
});
