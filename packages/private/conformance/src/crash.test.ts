import { expect, test } from 'vitest';
import { stores } from '../../../server/src/testing/stores.js';
import {
  aegisAgent,
  denyAegisRest,
  expectAegisSurvival,
  makeAegisLoad,
  repeatAegisCalls,
} from './support/aegis-load.js';
import { issue } from './support/credentials.js';
import { startGateway, type TestGateway } from './support/gateway.js';
import { type Acknowledged, answerRest, type Load, type LoadOptions, makeLoad } from './support/load.js';
import { answerMeshRest, expectMeshSurvival, makeMeshLoad, meshAgent, repeatMeshCalls } from './support/mesh-load.js';
import { seededRandom } from './support/random.js';
import { expectSurvival, repeatCalls } from './support/survival.js';

const ROUNDS = Number(process.env['SALLYPORT_CRASH_ROUNDS'] ?? 3);
const SEED = Number(process.env['SALLYPORT_CRASH_SEED'] ?? Date.now() % 1_000_000);
const WORKERS = 24;

/** What load on a gateway is in one protocol, and what must be left of it. */
interface Protocol {
  readonly name: string;
  /** A token that outlives the gateway's process: those of development end with it. */
  agent(gateway: TestGateway): Promise<string>;
  load(gateway: TestGateway, token: string, options: LoadOptions): Load;
  expectSurvival(gateway: TestGateway, all: readonly Acknowledged[]): Promise<void>;
  /** Makes calls again, and gives those that are allowed. */
  repeat(
    gateway: TestGateway,
    calls: { readonly token: string; readonly label: string; readonly calls: readonly string[] },
  ): Promise<readonly string[]>;
  answerRest(gateway: TestGateway): Promise<void>;
}

const protocols: readonly Protocol[] = [
  {
    name: 'rampart',
    agent: async (gateway) => (await issue(gateway)).token,
    load: (gateway, token, options) => makeLoad({ ...gateway, token }, options),
    expectSurvival,
    repeat: repeatCalls,
    answerRest,
  },
  {
    name: 'meshguard',
    agent: meshAgent,
    load: makeMeshLoad,
    expectSurvival: expectMeshSurvival,
    repeat: repeatMeshCalls,
    answerRest: answerMeshRest,
  },
  {
    name: 'aegis',
    agent: aegisAgent,
    load: makeAegisLoad,
    expectSurvival: expectAegisSurvival,
    repeat: repeatAegisCalls,
    answerRest: denyAegisRest,
  },
];

/** Loads a gateway, and kills it in the middle of its work, at a moment that the seed decides. */
async function killUnderLoad(
  gateway: TestGateway,
  { protocol, token, seed, label }: { protocol: Protocol; token: string; seed: number; label: string },
): Promise<Acknowledged> {
  const random = seededRandom(seed);
  const after = random.between(30, 600);
  let killed: Promise<void> | undefined;
  const onAcknowledged = (total: number) => {
    if (total >= after) killed ??= gateway.kill();
  };
  const { acknowledged, done } = protocol.load(gateway, token, { workers: WORKERS, random, label, onAcknowledged });
  await done;
  await killed;
  // The load ends with the gateway, and with nothing else.
  expect(gateway.process.signalCode).toBe('SIGKILL');
  return acknowledged;
}

const kinds = stores
  .filter(({ durable }) => durable)
  .flatMap((kind) => protocols.map((protocol) => ({ kind, protocol, name: `${protocol.name} on ${kind.name}` })));

test.each(kinds)(
  `killed ${ROUNDS} times under load (SALLYPORT_CRASH_SEED=${SEED}), it has lost nothing that it acknowledged ($name)`,
  async ({ kind, protocol }) => {
    const store = await kind.create();
    const all: Acknowledged[] = [];
    let gateway = await startGateway(store.address);
    try {
      const token = await protocol.agent(gateway);
      for (let round = 0; round < ROUNDS; round += 1) {
        const label = `round-${round}`;
        const acknowledged = await killUnderLoad(gateway, { protocol, token, seed: SEED + round, label });
        all.push(acknowledged);
        expect(acknowledged.decisions.length).toBeGreaterThan(10);
        gateway = await startGateway(store.address);
        await protocol.expectSurvival(gateway, all);
        const { redeemed, unknown } = acknowledged;
        expect(await protocol.repeat(gateway, { token, label, calls: redeemed })).toEqual([]);
        // What the crash cut off was redeemed or not: together with its repetitions, once at most.
        const calls = unknown.flatMap(({ toolCallId }) => [toolCallId, toolCallId]);
        await protocol.repeat(gateway, { token, label, calls });
        await protocol.answerRest(gateway);
      }
      await protocol.expectSurvival(gateway, all);
      expect(all.flatMap(({ redeemed }) => redeemed).length).toBeGreaterThan(0);
    } finally {
      await gateway.kill();
      await store.remove();
    }
  },
  60_000 + ROUNDS * 30_000,
);
