import { rampartFormula } from '@sallyport/verify';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ChainBook } from '../ledger/book.js';
import { OverloadedError, StoreUnavailableError } from '../store/errors.js';
import { ENGINE_MIGRATIONS } from '../store/migrations.js';
import { openStore, parseStore } from '../store/open.js';
import { TEST_START } from '../testing/engines.js';
import { type RecordedStore, recorded } from '../testing/recording.js';
import { appending, TEST_CHAIN } from '../testing/records.js';
import { stores, type TestStore } from '../testing/stores.js';
import { steerableClock } from './clock.js';
import { createEventBus } from './event-bus.js';
import { WriterLane } from './lane.js';
import { silentLog } from './log.js';

describe.each(stores)('committing on $name', (kind) => {
  let place: TestStore;
  let store: RecordedStore;

  const open = (more: { readonly maxQueued?: number } = {}) => {
    const log = silentLog();
    const book = new ChainBook(store.shared);
    book.register(TEST_CHAIN, rampartFormula);
    const events = createEventBus(log);
    events.subscribe(() => store.notes.push('event'));
    return new WriterLane({ store, book, clock: steerableClock(TEST_START), events, log, ...more });
  };

  beforeEach(async () => {
    place = await kind.create();
    store = recorded(await openStore(parseStore(place.address)));
    await store.migrate('engine', ENGINE_MIGRATIONS);
  });
  afterEach(async () => {
    await store.close();
    await place.remove();
  });

  const starting = (word: string) => store.notes.filter((sql) => sql.startsWith(word));

  test('32 units of one turn share one transaction and one INSERT, and nobody is answered before its COMMIT', async () => {
    const lane = open();
    await Promise.all(
      Array.from({ length: 32 }, async (_, index) => {
        const unit = appending(`r${index}`);
        await lane.run({
          ...unit,
          decide: (...facts) => ({ ...unit.decide(...facts), events: [{ dialect: 't', type: 't', data: 0 }] }),
        });
        store.notes.push('answered');
      }),
    );
    expect(starting('BEGIN')).toHaveLength(1);
    expect(starting('COMMIT')).toHaveLength(1);
    expect(starting('INSERT INTO records')).toHaveLength(1);
    const committed = store.notes.indexOf('COMMIT');
    expect(store.notes.slice(committed + 1).sort()).toEqual([
      ...Array(32).fill('answered'),
      ...Array(32).fill('event'),
    ]);
  });

  test('waits while every turn brings more, and no longer', async () => {
    const lane = open();
    const answers: Promise<unknown>[] = [];
    // One more in each of four turns, then none in the fifth: what comes in the sixth is too late.
    for (const arrives of [true, true, true, true, false, true]) {
      if (arrives) answers.push(lane.run(appending(`r${answers.length}`)));
      await new Promise((resolve) => setImmediate(resolve));
    }
    await Promise.all(answers);
    expect(starting('COMMIT')).toHaveLength(2);
  });

  test.each(['BEGIN', 'INSERT INTO records', 'UPDATE chains', 'COMMIT'])(
    'when %s fails, nobody of the batch is acknowledged, no event is published, and the next batch goes on',
    async (word) => {
      const lane = open();
      await lane.run(appending('before'));
      store.failing = { sql: new RegExp(`^${word}`), error: new StoreUnavailableError('The disk is gone.') };
      const results = await Promise.allSettled([lane.run(appending('r1')), lane.run(appending('r2'))]);
      expect(results).toMatchObject([
        { reason: expect.any(StoreUnavailableError) },
        { reason: { code: 'store_unavailable' } },
      ]);
      expect(store.notes).not.toContain('event');
      store.failing = undefined;
      expect(await lane.run(appending('after'))).toBe('after');
      const rows = await store.all({ sql: 'SELECT seq, id FROM records ORDER BY seq', params: [] });
      // A COMMIT that fails after it took effect has still to be followed by a chain without a gap.
      expect(rows.map(({ seq }) => seq)).toEqual(rows.map((_, index) => index));
      expect(rows.at(0)?.['id']).toBe('before');
      expect(rows.at(-1)?.['id']).toBe('after');
    },
  );

  test('refuses what exceeds the queue, and takes more once it is shorter', async () => {
    const lane = open({ maxQueued: 2 });
    const results = await Promise.allSettled(['a', 'b', 'c'].map((id) => lane.run(appending(id))));
    expect(results).toMatchObject([{ value: 'a' }, { value: 'b' }, { reason: expect.any(OverloadedError) }]);
    expect(await lane.run(appending('d'))).toBe('d');
  });
});
