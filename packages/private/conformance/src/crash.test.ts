import { expect, test } from 'vitest';
import { stores } from '../../../server/src/testing/stores.js';
import { issue } from './support/credentials.js';
import { startGateway, type TestGateway } from './support/gateway.js';
import { type Acknowledged, answerRest, makeLoad } from './support/load.js';
import { seededRandom } from './support/random.js';
import { expectSurvival, repeatCalls } from './support/survival.js';

const ROUNDS = Number(process.env['SALLYPORT_CRASH_ROUNDS'] ?? 3);
const SEED = Number(process.env['SALLYPORT_CRASH_SEED'] ?? Date.now() % 1_000_000);
const WORKERS = 24;

/** Loads a gateway, and kills it in the middle of its work, at a moment that the seed decides. */
async function killUnderLoad(gateway: TestGateway, seed: number, label: string): Promise<Acknowledged> {
  const random = seededRandom(seed);
  const after = random.between(30, 600);
  let killed: Promise<void> | undefined;
  const onAcknowledged = (total: number) => {
    if (total >= after) killed ??= gateway.kill();
  };
  const { acknowledged, done } = makeLoad(gateway, { workers: WORKERS, random, label, onAcknowledged });
  await done;
  await killed;
  // The load ends with the gateway, and with nothing else.
  expect(gateway.process.signalCode).toBe('SIGKILL');
  return acknowledged;
}

const kinds = stores.filter(({ durable }) => durable);

test.each(kinds)(
  `killed ${ROUNDS} times under load (SALLYPORT_CRASH_SEED=${SEED}), it has lost nothing that it acknowledged ($name)`,
  async (kind) => {
    const store = await kind.create();
    const all: Acknowledged[] = [];
    let gateway = await startGateway(store.address);
    try {
      // Development credentials end with their process.
      const { token } = await issue(gateway);
      for (let round = 0; round < ROUNDS; round += 1) {
        const label = `round-${round}`;
        const acknowledged = await killUnderLoad({ ...gateway, token }, SEED + round, label);
        all.push(acknowledged);
        expect(acknowledged.decisions.length).toBeGreaterThan(10);
        gateway = await startGateway(store.address);
        await expectSurvival(gateway, all);
        const { redeemed, unknown } = acknowledged;
        expect(await repeatCalls(gateway, { token, label, calls: redeemed })).toEqual([]);
        // What the crash cut off was redeemed or not: together with its repetitions, once at most.
        const calls = unknown.flatMap(({ toolCallId }) => [toolCallId, toolCallId]);
        await repeatCalls(gateway, { token, label, calls });
        await answerRest(gateway);
      }
      await expectSurvival(gateway, all);
      expect(all.flatMap(({ redeemed }) => redeemed).length).toBeGreaterThan(0);
    } finally {
      await gateway.kill();
      await store.remove();
    }
  },
  60_000 + ROUNDS * 30_000,
);
