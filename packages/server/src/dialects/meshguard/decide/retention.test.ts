import { describe, expect, test, vi } from 'vitest';
import { testEngine } from '../../../testing/engines.js';
import { stores } from '../../../testing/stores.js';
import { meshguard } from '../index.js';

const DAY_MS = 24 * 60 * 60 * 1000;

describe.each(stores)('decisions as they are counted, on $name', (kind) => {
  test('are dropped after 90 days, but for the latest of each agent; however many there are', async () => {
    const t = await testEngine(kind);
    const running = await meshguard.start(t.engine, {});
    const { store, lane, clock } = t.engine;
    const start = clock.now();
    const decided = (id: string, agent: string, at: number) => ({
      sql:
        'INSERT INTO meshguard_decisions (id, org, at, agent, tier, action, decision, policy, explicit, micros) ' +
        "VALUES (?, 'default', ?, ?, 'verified', 'read:x', 'allow', '', 1, 1)",
      params: [id, at, agent],
    });
    await lane.run({
      chains: [],
      load: [],
      decide: () => ({
        writes: [
          ...Array.from({ length: 1200 }, (_, at) => decided(`old ${at}`, 'busy', start + at)),
          decided('recent', 'busy', start + 10 * DAY_MS),
          decided('earlier', 'idle', start),
          decided('last', 'idle', start + 1),
          {
            sql:
              'INSERT INTO meshguard_delegations (id, org, at, source, target, depth, blocked) ' +
              "VALUES ('hop', 'default', ?, 'a', 'b', 1, 0)",
            params: [start],
          },
        ],
        answer: undefined,
      }),
    });
    const ids = async (table: string) =>
      (await store.all({ sql: `SELECT id FROM ${table} ORDER BY id`, params: [] })).map(({ id }) => String(id));

    t.clock.advance(89 * DAY_MS);
    await t.engine.lane.run({ chains: [], load: [], decide: () => ({ answer: undefined }) });
    expect(await ids('meshguard_decisions')).toHaveLength(1203);

    await vi.waitFor(async () => {
      t.clock.advance(DAY_MS);
      expect(await ids('meshguard_decisions')).toEqual(['last', 'recent']);
      expect(await ids('meshguard_delegations')).toEqual([]);
    });
    await running.close();
    await t.close();
  });
});
