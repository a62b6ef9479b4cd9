import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { rampartFormula } from '@sallyport/verify';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type TestEngine, testEngine } from '../testing/engines.js';
import { appending, TEST_CHAIN } from '../testing/records.js';
import { stores } from '../testing/stores.js';

const sqlite = stores.find(({ name }) => name === 'sqlite');
if (sqlite === undefined) throw new TypeError('these tests need a file');

let t: TestEngine;
let file: string;
beforeEach(async () => {
  t = await testEngine(sqlite);
  file = `${t.place.address.replace('sqlite:', '')}.checkpoint`;
  await register();
});
afterEach(() => t.close());

const register = () => t.engine.ledger.register(TEST_CHAIN, rampartFormula);
async function append(from: number, to: number): Promise<void> {
  const units = Array.from({ length: to - from }, (_, at) => appending(`r${from + at}`));
  await Promise.all(units.map((unit) => t.engine.lane.run(unit)));
}
const change = (...statements: string[]) =>
  t.engine.lane.run({
    chains: [],
    load: [],
    decide: () => ({ writes: statements.map((sql) => ({ sql, params: [] })), answer: undefined }),
  });
/** The size in the chain's note. */
const keptSize = () => Number(JSON.parse(readFileSync(file, 'utf8'))[TEST_CHAIN].split('\n')[1]);
/** Takes the chain back to its first records, as whoever can write the database could: nothing inside it tells. */
const cutTo = async (size: number) => {
  const { hash } =
    (await t.engine.ledger.page({ chain: TEST_CHAIN, fromSeq: size - 1 }, { order: 'oldest', limit: 1 }))[0] ?? {};
  await change(
    `DELETE FROM records WHERE seq >= ${size}`,
    `DELETE FROM tiles WHERE (idx + 1) * 256 > ${size}`,
    `UPDATE chains SET size = ${size}, hash = '${hash}'`,
  );
};

test('closing writes the checkpoint that is signed last, for its owner only', async () => {
  await append(0, 3);
  const note = await t.engine.ledger.checkpoint(TEST_CHAIN);
  await t.engine.close();
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ [TEST_CHAIN]: note });
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test('while the gateway runs it is written every five seconds, when there is something new', async () => {
  await append(0, 3);
  expect(existsSync(file)).toBe(false);
  t.clock.advance(5_000);
  await expect.poll(() => existsSync(file)).toBe(true);
  expect(keptSize()).toBe(3);
  await append(3, 5);
  t.clock.advance(4_999);
  expect(keptSize()).toBe(3);
  t.clock.advance(1);
  await expect.poll(keptSize).toBe(5);
});

test('a chain that has grown goes on from its checkpoint', async () => {
  for (const [from, to] of [
    [0, 255],
    [255, 256],
    [256, 600],
    [600, 600],
  ] as const) {
    await append(from, to);
    await t.restart();
    await register();
    expect(keptSize()).toBe(to);
  }
});

test('a chain that was cut is refused, with both sizes and what to do, and the file stays as evidence', async () => {
  await append(0, 20);
  await t.restart();
  await register();
  await cutTo(12);
  const before = readFileSync(file, 'utf8');
  await t.restart();
  const start = register();
  await expect(start).rejects.toMatchObject({ code: 'checkpoint_mismatch' });
  await expect(start).rejects.toThrow(`Chain "${TEST_CHAIN}" has 12 records, and ${file} is signed over 20`);
  await expect(start).rejects.toThrow(`move ${file} away and start again`);
  await t.engine.close();
  expect(readFileSync(file, 'utf8')).toBe(before);
});

test('a chain that was cut and written anew is refused, however long it has become', async () => {
  await append(0, 20);
  await t.restart();
  await register();
  const kept = readFileSync(file, 'utf8');
  await cutTo(12);
  rmSync(file);
  await t.restart();
  await register();
  await append(100, 120);
  await t.restart();
  writeFileSync(file, kept);
  await t.restart();
  await expect(register()).rejects.toThrow(
    /was rewritten: its 32 records do not begin with the 20 that .* is signed over/,
  );
});

test('another database in its place is refused: its key did not sign the checkpoint', async () => {
  await append(0, 3);
  await change("DELETE FROM secrets WHERE name = 'checkpoint-key'");
  await t.restart();
  await expect(register()).rejects.toThrow(/this database's key did not sign/);
});

test.each([['{'], ['{"rampart/default":1}']])('checkpoints that cannot be read are refused: %s', async (text) => {
  await t.engine.close();
  writeFileSync(file, text);
  await expect(t.restart()).rejects.toMatchObject({ code: 'checkpoint_mismatch' });
});

test('without the file the log is taken as it is, and followed from there', async () => {
  await append(0, 20);
  await t.restart();
  rmSync(file);
  await cutTo(12);
  const warned: unknown[] = [];
  const log = { debug() {}, info() {}, error() {}, warn: (about: object) => warned.push(about) };
  await t.restart({ log });
  await register();
  expect(warned).toEqual([{ chain: TEST_CHAIN, records: 12, file }]);
  await t.restart();
  expect(keptSize()).toBe(12);
});

test('a chain that is declared again is not asked about again', async () => {
  await append(0, 3);
  t.clock.advance(5_000);
  await expect.poll(() => existsSync(file)).toBe(true);
  const warned: unknown[] = [];
  await t.restart({ log: { debug() {}, info() {}, error() {}, warn: (about: object) => warned.push(about) } });
  await register();
  await register();
  await append(3, 4);
  await t.restart();
  expect([warned, keptSize()]).toEqual([[], 4]);
});

test('checkpoints of chains that are not served this time are kept', async () => {
  await t.engine.ledger.register('other', rampartFormula);
  await t.engine.lane.run({ ...appending('a', { chain: 'other' }), chains: ['other'] });
  await append(0, 3);
  await t.restart();
  await register();
  await append(3, 4);
  await t.restart();
  expect(Object.keys(JSON.parse(readFileSync(file, 'utf8'))).sort()).toEqual(['other', TEST_CHAIN]);
});

test('a reset and a snapshot that is gone back to are on purpose', async () => {
  await append(0, 3);
  const snapshot = await t.engine.snapshot();
  await append(3, 9);
  t.clock.advance(5_000);
  await expect.poll(() => existsSync(file)).toBe(true);
  await t.engine.restore(snapshot);
  await t.restart();
  await register();
  expect(await t.engine.ledger.head(TEST_CHAIN)).toMatchObject({ size: 3 });
  await t.engine.reset();
  await append(0, 1);
  await t.restart();
  await register();
  expect(keptSize()).toBe(1);
});

test('a file that cannot be written is told of, and written when it can be', async () => {
  const warned: string[] = [];
  const log = { debug() {}, info() {}, error() {}, warn: (_about: object, message: string) => warned.push(message) };
  await t.restart({ log });
  await register();
  mkdirSync(`${file}.new`);
  await append(0, 2);
  t.clock.advance(5_000);
  await expect.poll(() => warned).toEqual(['checkpoints could not be written']);
  rmSync(`${file}.new`, { recursive: true });
  await t.engine.close();
  expect(keptSize()).toBe(2);
});
