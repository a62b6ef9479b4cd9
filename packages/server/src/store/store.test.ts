import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigurationError } from '@sallyport/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createEngine } from '../engine/create.js';
import { silentLog } from '../engine/log.js';
import type { SqlValue } from '../engine/unit.js';
import { TEST_MASTER_KEY, type TestEngine, testEngine } from '../testing/engines.js';
import { stores } from '../testing/stores.js';
import { newTally, TALLIES } from '../testing/tallies.js';
import { UnstorableValueError } from './errors.js';
import { openStore, parseStore } from './open.js';
import type { Migrations, Store } from './store.js';

const VALUES: Migrations = {
  '0001_values': {
    up: async (db) => {
      await db.schema
        .createTable('things')
        .addColumn('words', 'text')
        .addColumn('number', 'bigint')
        .addColumn('bytes', 'bytea')
        .execute();
    },
  },
};

type Things = {
  things: { words: string | null; number: number | null; bytes: Uint8Array | null };
};

describe.each(stores)('the $name store', (kind) => {
  let t: TestEngine;
  let store: Store;

  beforeEach(async () => {
    t = await testEngine(kind);
    store = t.engine.store;
    await store.migrate('test', VALUES);
  });
  afterEach(() => t.close());

  const insert = (words: unknown, number: unknown, bytes: unknown) =>
    t.engine.lane.run({
      chains: [],
      load: [],
      decide: () => ({
        writes: [
          {
            sql: 'INSERT INTO things (words, number, bytes) VALUES (?, ?, ?)',
            // What the types forbid must be refused all the same, for the driver would end the process.
            params: [words, number, bytes] as SqlValue[],
          },
        ],
        answer: undefined,
      }),
    });
  const read = async () => (await store.all({ sql: 'SELECT words, number, bytes FROM things', params: [] }))[0];

  test('gives back what was put in', async () => {
    const words = 'Grüße, 世界 🏰 \' " ? $1 \\ \n\t\u0001\uffff';
    await insert(words, 2 ** 53 - 1, new Uint8Array([0, 1, 255]).subarray(1));
    expect(await read()).toEqual({ words, number: 2 ** 53 - 1, bytes: Buffer.from([1, 255]) });
  });

  test('gives back nothing, and negative and big numbers', async () => {
    await insert(null, -5n, null);
    expect(await read()).toEqual({ words: null, number: -5, bytes: null });
  });

  test('keeps a number that is put into a text as it is written', async () => {
    await insert(5, 5, null);
    expect(await read()).toMatchObject({ words: '5', number: 5 });
  });

  test.each([
    ['a NUL character', 'a\0b'],
    ['a lone surrogate', 'a\ud800'],
    ['NaN', Number.NaN],
    ['infinity', Number.POSITIVE_INFINITY],
    ['an integer of more than 64 bits', 2n ** 63n],
    ['a boolean', true],
    ['undefined', undefined],
    ['an object', { toString: () => 'x' }],
    ['a list', ['x']],
    ['a date', new Date(0)],
  ])('refuses %s before the driver sees it', async (_what, value) => {
    const refusal = insert(value, 1, null);
    await expect(refusal).rejects.toThrow(UnstorableValueError);
    await expect(refusal).rejects.toMatchObject({ code: 'unstorable_value', parameter: 0 });
    expect(await read()).toBeUndefined();
  });

  test('refuses a statement with too few or too many values', async () => {
    const sql = "SELECT words FROM things WHERE words = ? AND words <> '?'";
    await expect(store.all({ sql, params: [] })).rejects.toThrow(UnstorableValueError);
    await expect(store.all({ sql, params: ['a', 'b'] })).rejects.toThrow(UnstorableValueError);
    expect(await store.all({ sql, params: ['a'] })).toEqual([]);
  });

  test('reads through Kysely, behind the same guard', async () => {
    await insert('a', 1, Buffer.from('x'));
    const things = store.db.withTables<Things>().selectFrom('things').selectAll();
    expect(await things.where('words', '=', 'a').execute()).toEqual([
      { words: 'a', number: 1, bytes: Buffer.from('x') },
    ]);
    await expect(things.where('words', '=', 'a\0').execute()).rejects.toThrow(UnstorableValueError);
  });

  test('counts as a number', async () => {
    await insert('a', 1, null);
    const [row] = await store.all({ sql: 'SELECT count(*) AS n, sum(number) AS s FROM things', params: [] });
    expect(row).toEqual({ n: 1, s: 1 });
  });

  test('runs migrations once, each scope for itself', async () => {
    await store.migrate('other', TALLIES);
    await store.migrate('other', TALLIES);
    await t.engine.lane.run({ chains: [], load: [], decide: () => ({ writes: [newTally('a', 1)], answer: 0 }) });
    expect(await store.all({ sql: 'SELECT n FROM tallies', params: [] })).toEqual([{ n: 1 }]);
  });

  test('names the migration that failed', async () => {
    const broken: Migrations = { '0001_broken': { up: () => Promise.reject(new Error('no')) } };
    const refusal = store.migrate('third', broken);
    await expect(refusal).rejects.toThrow(ConfigurationError);
    await expect(refusal).rejects.toThrow(/third migration 0001_broken/);
  });

  if (kind.durable)
    test('keeps everything over a restart', async () => {
      await insert('kept', 1, null);
      store = (await t.restart()).store;
      expect(await read()).toMatchObject({ words: 'kept' });
    });

  if (kind.name !== 'postgres')
    test('takes no transaction through Kysely, which others would join', async () => {
      await expect(store.db.transaction().execute(async () => {})).rejects.toThrow(/through the lane/);
    });

  if (kind.name === 'sqlite')
    test('is refused to a second process, which is told the file', async () => {
      const options = { store: t.place.address, log: silentLog(), masterKey: TEST_MASTER_KEY };
      const second = createEngine(options);
      await expect(second).rejects.toThrow(ConfigurationError);
      await expect(second).rejects.toThrow(`${t.place.address.slice('sqlite:'.length)}: another process has it open`);
    });
});

describe('a store address', () => {
  test.each([
    ['memory', { kind: 'memory' }],
    ['sqlite:data/gateway.db', { kind: 'sqlite', at: 'data/gateway.db' }],
    ['sqlite:/var/gateway.db', { kind: 'sqlite', at: '/var/gateway.db' }],
    ['sqlite:///var/gateway.db', { kind: 'sqlite', at: '///var/gateway.db' }],
    ['postgres://user@host/db', { kind: 'postgres', at: 'postgres://user@host/db' }],
    ['postgresql://host/db', { kind: 'postgres', at: 'postgresql://host/db' }],
  ])('reads %s', (text, address) => expect(parseStore(text)).toEqual(address));

  test.each(['', 'sqlite', 'sqlite::memory:', 'sqlite://relative.db', 'mysql://host/db', 'postgres://', 'Memory'])(
    'refuses "%s" and says what it may be',
    (text) => {
      expect(() => parseStore(text)).toThrow(ConfigurationError);
      expect(() => parseStore(text)).toThrow(/"memory", "sqlite:PATH" or "postgres:/);
    },
  );

  test('of a PostgreSQL server that is not there is named without its password', async () => {
    const options = { store: 'postgres://me:pass-word@127.0.0.1:1/db', log: silentLog(), masterKey: TEST_MASTER_KEY };
    const refusal = createEngine(options);
    await expect(refusal).rejects.toMatchObject({
      code: 'store_unavailable',
      message: expect.stringContaining('127.0.0.1:1 '),
    });
    await expect(refusal).rejects.not.toThrow(/pass-word/);
  });

  test('of a SQLite file that is none is refused by name', async () => {
    const options = { store: `sqlite:${import.meta.dirname}/store.ts`, log: silentLog(), masterKey: TEST_MASTER_KEY };
    await expect(createEngine(options)).rejects.toThrow(/store\.ts: it cannot be opened \(SQLITE_NOTADB\)/);
  });
});

test('a store without a path is told so', () => {
  expect(() => parseStore('sqlite:')).toThrow('The store "sqlite:" lacks the path of its file');
});

test('folders above a database’s own are not made: their names are most likely mistyped', async () => {
  const folder = join(tmpdir(), randomUUID(), 'dir');
  const opened = openStore({ kind: 'sqlite', at: join(folder, 'x.db') });
  await expect(opened).rejects.toThrow(`there is no folder ${folder}. Make it`);
  await expect(opened).rejects.toThrow(ConfigurationError);
});

test.skipIf(process.platform === 'win32')('a new database file and its folder are their owner’s alone', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-'));
  const data = join(folder, 'data');
  const store = await openStore({ kind: 'sqlite', at: join(data, 'gateway.db') });
  await store.migrate('test', VALUES);
  const names = await readdir(data);
  const modes = await Promise.all(names.map(async (name) => (await stat(join(data, name))).mode & 0o777));
  const folderMode = (await stat(data)).mode & 0o777;
  await store.close();
  await rm(folder, { recursive: true });
  expect(names).toContain('gateway.db-wal');
  expect([folderMode, ...new Set(modes)]).toEqual([0o700, 0o600]);
});
