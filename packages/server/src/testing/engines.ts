import { type SteerableClock, steerableClock } from '../engine/clock.js';
import { createEngine, type EngineOptions, type RunningEngine } from '../engine/create.js';
import { createIds } from '../engine/ids.js';
import { silentLog } from '../engine/log.js';
import { seededRandom } from '../engine/random.js';
import type { StoreKind, TestStore } from './stores.js';

/** When tests begin: 2026-04-11T14:30:00Z. */
export const TEST_START = Date.UTC(2026, 3, 11, 14, 30);

/** The master key of tests, hex. */
export const TEST_MASTER_KEY = '5a'.repeat(32);

/** An engine for one test. */
export interface TestEngine {
  readonly engine: RunningEngine;
  readonly clock: SteerableClock;
  readonly place: TestStore;
  /** Closes the engine and opens another on the same store, as a restart does. */
  restart(more?: Partial<EngineOptions>): Promise<RunningEngine>;
  /** One more engine on the same store, as a replica is; it is closed with the others. */
  another(more?: Partial<EngineOptions>): Promise<RunningEngine>;
  /** Closes all of them and removes the store. */
  close(): Promise<void>;
}

/** Sets an engine up with a clock that stands still, seeded ids and no log. */
export async function testEngine(kind: StoreKind, more: Partial<EngineOptions> = {}): Promise<TestEngine> {
  const place = await kind.create();
  const clock = steerableClock(TEST_START);
  const open: RunningEngine[] = [];
  let seeds = 0;
  const another = async (extra: Partial<EngineOptions> = {}): Promise<RunningEngine> => {
    seeds += 1;
    const random = seededRandom(`engine ${seeds}`);
    const made = await createEngine({
      store: place.address,
      clock,
      random,
      ids: createIds(random),
      log: silentLog(),
      masterKey: TEST_MASTER_KEY,
      ...more,
      ...extra,
    });
    open.push(made);
    return made;
  };
  let engine = await another();
  return {
    get engine() {
      return engine;
    },
    clock,
    place,
    another,
    async restart(extra) {
      await Promise.all(open.splice(0).map((running) => running.close()));
      engine = await another(extra);
      return engine;
    },
    async close() {
      await Promise.all(open.splice(0).map((running) => running.close()));
      await place.remove();
    },
  };
}
