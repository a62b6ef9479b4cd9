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
/** Of each protocol. */
const WORKERS = 8;

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

/** Loads a gateway through every protocol at once, and kills it in the middle of its work, at a moment that the seed decides. */
async function killUnderLoad(
  gateway: TestGateway,
  { tokens, seed, label }: { tokens: readonly string[]; seed: number; label: string },
): Promise<readonly Acknowledged[]> {
  const after = seededRandom(seed).between(30, 600);
  let total = 0;
  let killed: Promise<void> | undefined;
  const onAcknowledged = () => {
    total += 1;
    if (total >= after) killed ??= gateway.kill();
  };
  const loads = protocols.map((protocol, index) =>
    protocol.load(gateway, tokens[index] ?? '', {
      workers: WORKERS,
      random: seededRandom(seed + index),
      label,
      onAcknowledged,
    }),
  );
  await Promise.all(loads.map(({ done }) => done));
  await killed;
  // The load ends with the gateway, and with nothing else.
  expect(gateway.process.signalCode).toBe('SIGKILL');
  return loads.map(({ acknowledged }) => acknowledged);
}

test.each(stores.filter(({ durable }) => durable))(
  `killed ${ROUNDS} times under load (SALLYPORT_CRASH_SEED=${SEED}), it has lost nothing that it acknowledged, on $name`,
  async (kind) => {
    const store = await kind.create();
    const all: readonly Acknowledged[][] = protocols.map(() => []);
    let gateway = await startGateway(store.address);
    const everySurvives = async () => {
      for (const [index, protocol] of protocols.entries()) await protocol.expectSurvival(gateway, all[index] ?? []);
    };
    try {
      const tokens: string[] = [];
      for (const protocol of protocols) tokens.push(await protocol.agent(gateway));
      for (let round = 0; round < ROUNDS; round += 1) {
        const label = `round-${round}`;
        const acknowledged = await killUnderLoad(gateway, { tokens, seed: SEED + round, label });
        for (const [index, one] of acknowledged.entries()) all[index]?.push(one);
        expect(acknowledged.flatMap(({ decisions }) => decisions).length).toBeGreaterThan(10);
        gateway = await startGateway(store.address);
        await everySurvives();
        for (const [index, protocol] of protocols.entries()) {
          const token = tokens[index] ?? '';
          const { redeemed = [], unknown = [] } = acknowledged[index] ?? {};
          expect(await protocol.repeat(gateway, { token, label, calls: redeemed })).toEqual([]);
          // What the crash cut off was redeemed or not: together with its repetitions, once at most.
          const calls = unknown.flatMap(({ toolCallId }) => [toolCallId, toolCallId]);
          await protocol.repeat(gateway, { token, label, calls });
          await protocol.answerRest(gateway);
        }
      }
      await everySurvives();
      for (const each of all) expect(each.flatMap(({ decisions }) => decisions).length).toBeGreaterThan(0);
      expect(all.flat().flatMap(({ redeemed }) => redeemed).length).toBeGreaterThan(0);
    } finally {
      await gateway.kill();
      await store.remove();
    }
  },
  60_000 + ROUNDS * 60_000,
);
