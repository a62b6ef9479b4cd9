import { rampartFormula } from '@sallyport/verify';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { StoreUnavailableError, UnitConflictError, UnstorableValueError } from '../store/errors.js';
import { type TestEngine, testEngine } from '../testing/engines.js';
import { appending, TEST_CHAIN, testRecord } from '../testing/records.js';
import { stores } from '../testing/stores.js';
import { moveTally, newTally, putTally, readTally, TALLIES, tallyIn } from '../testing/tallies.js';
import type { EngineEvent, Statement, Unit } from './unit.js';

/** Adds one, and answers with what it has become. */
const counting = (name: string): Unit<number> => ({
  chains: [],
  load: [readTally(name)],
  decide: ([rows]) => {
    const n = tallyIn(rows) + 1;
    return { writes: [putTally(name, n)], answer: n };
  },
});

const writing = (...writes: Statement[]): Unit<string> => ({
  chains: [],
  load: [],
  decide: () => ({ writes, answer: 'done' }),
});

describe.each(stores)('the writer lane on $name', (kind) => {
  let t: TestEngine;

  beforeEach(async () => {
    t = await testEngine(kind);
    await t.engine.store.migrate('test', TALLIES);
    await t.engine.ledger.register(TEST_CHAIN, rampartFormula);
  });
  afterEach(() => t.close());

  const tally = async (name: string) => tallyIn(await t.engine.store.all(readTally(name)));
  const ids = async () =>
    (await t.engine.ledger.page({ chain: TEST_CHAIN }, { order: 'oldest', limit: 100 })).map(({ id }) => id);

  test('runs the units of one turn in order: no two read the same count', async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => t.engine.lane.run(counting('calls'))));
    expect(answers).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
    expect(await tally('calls')).toBe(50);
  });

  test('runs more units than fit one transaction in order, too', async () => {
    const answers = await Promise.all(Array.from({ length: 300 }, () => t.engine.lane.run(counting('calls'))));
    expect(answers).toEqual(Array.from({ length: 300 }, (_, index) => index + 1));
  });

  test('a unit that throws is refused alone, and nothing of it is written', async () => {
    const refusal = new Error('refused');
    const results = await Promise.allSettled([
      t.engine.lane.run(appending('r1')),
      t.engine.lane.run({
        chains: [TEST_CHAIN],
        load: [],
        decide: () => {
          throw refusal;
        },
      }),
      t.engine.lane.run(appending('r2')),
    ]);
    expect(results).toMatchObject([{ value: 'r1' }, { reason: refusal }, { value: 'r2' }]);
    expect(await ids()).toEqual(['r1', 'r2']);
  });

  test('a guard that no longer holds undoes its unit alone, with its other writes and its records', async () => {
    await t.engine.lane.run(writing(putTally('token', 1)));
    const taking: Unit<string> = {
      chains: [TEST_CHAIN],
      load: [],
      decide: () => ({
        writes: [putTally('side', 7), moveTally('token', 1, 0)],
        records: [testRecord('taken')],
        events: [{ dialect: 'test', type: 'taken', data: undefined }],
        answer: 'taken',
      }),
    };
    const heard: EngineEvent[] = [];
    t.engine.events.subscribe((event) => heard.push(event));
    const [first, side, second] = await Promise.allSettled([
      t.engine.lane.run(taking),
      t.engine.lane.run(writing(putTally('side', 1))),
      t.engine.lane.run(taking),
    ]);
    expect(first).toMatchObject({ value: 'taken' });
    expect(side).toMatchObject({ value: 'done' });
    expect(second).toMatchObject({ reason: expect.any(UnitConflictError) });
    expect(await tally('side')).toBe(1);
    expect(await ids()).toEqual(['taken']);
    expect(heard).toHaveLength(1);
  });

  test('a write that contradicts what is stored is a conflict, and leaves its neighbours alone', async () => {
    const results = await Promise.allSettled([
      t.engine.lane.run(writing(newTally('one', 1))),
      t.engine.lane.run(writing(newTally('two', 1), newTally('one', 2))),
      t.engine.lane.run(writing(newTally('one', 3))),
      t.engine.lane.run(appending('r1')),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
    expect(results[1]).toMatchObject({ reason: expect.any(UnitConflictError) });
    expect([await tally('one'), await tally('two')]).toEqual([1, 0]);
  });

  test('a statement that does not run refuses its unit alone', async () => {
    const results = await Promise.allSettled([
      t.engine.lane.run(appending('r1')),
      t.engine.lane.run({ ...appending('bad'), load: [{ sql: 'SELECT nothing FROM nowhere', params: [] }] }),
      t.engine.lane.run(writing({ sql: 'UPDATE nowhere SET n = 1', params: [] })),
      t.engine.lane.run(appending('r2')),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
    expect(await ids()).toEqual(['r1', 'r2']);
  });

  test.each([
    ['a NUL character', 'agent\0'],
    ['a lone surrogate', 'agent\ud800'],
  ])('a record with %s in a column refuses its unit alone', async (_what, actor) => {
    const results = await Promise.allSettled([
      t.engine.lane.run(appending('r1')),
      t.engine.lane.run(appending('bad', { actor })),
      t.engine.lane.run(appending('r2')),
    ]);
    expect(results[1]).toMatchObject({ reason: expect.any(UnstorableValueError) });
    expect(await ids()).toEqual(['r1', 'r2']);
  });

  test('a unit reads the records of those before it in its turn', async () => {
    const counted: Unit<number> = {
      chains: [TEST_CHAIN],
      load: [{ sql: 'SELECT count(*) AS n FROM records', params: [] }],
      decide: ([rows]) => ({ records: [testRecord('counted')], answer: Number(rows?.[0]?.['n']) }),
    };
    const answers = await Promise.all([
      t.engine.lane.run(appending('r1')),
      t.engine.lane.run(appending('r2')),
      t.engine.lane.run(counted),
      t.engine.lane.run(counted),
    ]);
    expect(answers).toEqual(['r1', 'r2', 2, 3]);
  });

  test('a unit that fails after it made its neighbours readable takes only itself back', async () => {
    const results = await Promise.allSettled([
      t.engine.lane.run(appending('r1')),
      t.engine.lane.run({
        chains: [TEST_CHAIN],
        load: [{ sql: 'SELECT count(*) AS n FROM records', params: [] }],
        decide: () => ({ writes: [moveTally('none', 1, 2)], records: [testRecord('bad')], answer: '' }),
      }),
      t.engine.lane.run(appending('r2')),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(await ids()).toEqual(['r1', 'r2']);
  });

  test('publishes events after the commit, in order', async () => {
    const heard: unknown[] = [];
    t.engine.events.subscribe(({ data }) => heard.push(data));
    const saying = (data: number): Unit<void> => ({
      chains: [],
      load: [],
      decide: () => ({ events: [{ dialect: 'test', type: 'said', data }], answer: undefined }),
    });
    const said = [1, 2, 3].map((data) => t.engine.lane.run(saying(data)));
    expect(heard).toEqual([]);
    await Promise.all(said);
    expect(heard).toEqual([1, 2, 3]);
  });

  test('refuses a chain that was never registered, and one that the unit did not name', async () => {
    await expect(t.engine.lane.run({ ...appending('r'), chains: ['other'] })).rejects.toThrow(/"other"/);
    await expect(t.engine.lane.run({ ...appending('r'), chains: [] })).rejects.toThrow(TEST_CHAIN);
  });

  test('gives every unit of a turn the clock of the engine', async () => {
    const telling: Unit<number> = { chains: [], load: [], decide: (_facts, { now }) => ({ answer: now }) };
    t.clock.set(1_900_000_000_000);
    expect(await Promise.all([t.engine.lane.run(telling), t.engine.lane.run(telling)])).toEqual([
      1_900_000_000_000, 1_900_000_000_000,
    ]);
  });

  test('drains what is queued, then takes nothing more', async () => {
    const answers = [t.engine.lane.run(appending('r1')), t.engine.lane.run(appending('r2'))];
    await t.engine.lane.drain();
    expect(await ids()).toEqual(['r1', 'r2']);
    expect(await Promise.all(answers)).toEqual(['r1', 'r2']);
    await expect(t.engine.lane.run(appending('r3'))).rejects.toThrow(StoreUnavailableError);
  });
});
