import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Unit } from '../../engine/unit.js';
import { type TestEngine, testEngine } from '../../testing/engines.js';
import { stores } from '../../testing/stores.js';
import { putTally, readTally, TALLIES, tallyIn } from '../../testing/tallies.js';
import { unlessGone } from './held.js';

const [memory] = stores;
if (memory === undefined) throw new TypeError('there is no store to test on');

let t: TestEngine;
beforeEach(async () => {
  t = await testEngine(memory);
  await t.engine.store.migrate('test', TALLIES);
});
afterEach(() => t.close());

const use: Unit<string> = {
  chains: [],
  load: [],
  decide: () => ({ writes: [putTally('uses', 1)], answer: 'used' }),
};
const uses = async () => tallyIn(await t.engine.store.all(readTally('uses')));

test('a client that hangs up while its call waits for its turn uses nothing up', async () => {
  const client = new AbortController();
  const answer = t.engine.lane.run(unlessGone(client.signal, use, 'asked'));
  client.abort();
  expect([await answer, await uses()]).toEqual(['asked', 0]);
});

test('a client that is there does', async () => {
  const answer = await t.engine.lane.run(unlessGone(new AbortController().signal, use, 'asked'));
  expect([answer, await uses()]).toEqual(['used', 1]);
});
