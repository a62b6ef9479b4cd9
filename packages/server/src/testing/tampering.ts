import { steerableClock } from '../engine/clock.js';
import { createEngine } from '../engine/create.js';
import { silentLog } from '../engine/log.js';
import { TEST_MASTER_KEY, TEST_START } from './engines.js';

/** Changes what a store keeps while no gateway has it open. */
export async function tamper(address: string, ...statements: readonly string[]): Promise<void> {
  const engine = await createEngine({
    store: address,
    masterKey: TEST_MASTER_KEY,
    clock: steerableClock(TEST_START),
    log: silentLog(),
  });
  try {
    await engine.lane.run({
      chains: [],
      load: [],
      decide: () => ({ writes: statements.map((sql) => ({ sql, params: [] })), answer: undefined }),
    });
  } finally {
    await engine.close();
  }
}
