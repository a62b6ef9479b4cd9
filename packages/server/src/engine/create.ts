import { randomBytes } from 'node:crypto';
import { SqlApprovalDesk } from '../approvals/sql-desk.js';
import { ChainBook } from '../ledger/book.js';
import { CheckpointFile } from '../ledger/checkpoint-file.js';
import { CheckpointKeeper } from '../ledger/checkpoint-keeper.js';
import { CheckpointSigner, SEED_BYTES } from '../ledger/signer.js';
import { SqlLedger } from '../ledger/sql-ledger.js';
import { HttpOutbound } from '../outbound/http-outbound.js';
import type { Resolver } from '../outbound/lookup.js';
import { masterKeyFor } from '../secrets/master-key.js';
import { holdsSecrets, keptSecret, SecretBox } from '../secrets/secret-box.js';
import { ENGINE_MIGRATIONS } from '../store/migrations.js';
import { openStore, parseStore, type StoreAddress } from '../store/open.js';
import { contentTables, replaceAll, type Snapshot, takeSnapshot } from '../store/reset.js';
import type { Store } from '../store/store.js';
import { systemClock } from './clock.js';
import type { Clock, Engine, Ids, Log, Random } from './engine.js';
import { createEventBus } from './event-bus.js';
import { keepHouse } from './housekeeping.js';
import { createIds } from './ids.js';
import { WriterLane } from './lane.js';
import { createLog } from './log.js';
import { systemRandom } from './random.js';
import { SqlCredentials } from './sql-credentials.js';

/** How to set the engine room up. */
export interface EngineOptions {
  /** `memory`, `sqlite:PATH` or `postgres://…` */
  readonly store: string;
  /** @defaultValue the machine's */
  readonly clock?: Clock;
  readonly ids?: Ids;
  readonly random?: Random;
  /** @defaultValue JSON lines on the standard error */
  readonly log?: Log;
  /** @defaultValue false */
  readonly dev?: boolean;
  /** Lets webhooks and notifications reach private and loopback addresses. @defaultValue false */
  readonly allowPrivateTargets?: boolean;
  /**
   * 32 bytes, as base64 or hex, that secrets in the store are sealed under.
   *
   * @defaultValue `SALLYPORT_MASTER_KEY`; else a key file beside the SQLite file, or random bytes in memory
   */
  readonly masterKey?: string;
  /** Resolves names for outgoing requests. @defaultValue the system's resolver */
  readonly resolve?: Resolver;
}

/** An engine that runs, with what only its owner may do. */
export interface RunningEngine extends Engine {
  /** Everything that the tables hold. For development gateways and tests, as are the next two. */
  snapshot(): Promise<Snapshot>;
  restore(snapshot: Snapshot): Promise<void>;
  /** Empties every table but the secrets: chains start again, and so do seeded ids and random bytes. */
  reset(): Promise<void>;
  /** Puts everything queued on disk, and lets go of the store. */
  close(): Promise<void>;
}

/**
 * Opens the store and sets up everything that dialects work with.
 *
 * @throws ConfigurationError for a store that cannot be opened, a bad master key, or secrets sealed under another one.
 * @throws CheckpointMismatchError for checkpoints beside the store that cannot be read.
 */
export async function createEngine(options: EngineOptions): Promise<RunningEngine> {
  const address = parseStore(options.store);
  const store = await openStore(address);
  try {
    await store.migrate('engine', ENGINE_MIGRATIONS);
    const box = new SecretBox(await masterKeyFor(address, options.masterKey, await holdsSecrets(store)));
    return await assemble(store, address, box, options);
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** Beside the file that it speaks of. A shared database has no such place: watchers keep its checkpoints. */
const checkpointFile = (address: StoreAddress): CheckpointFile | undefined =>
  address.kind === 'sqlite' ? new CheckpointFile(`${address.at}.checkpoint`) : undefined;

async function assemble(
  store: Store,
  address: StoreAddress,
  box: SecretBox,
  options: EngineOptions,
): Promise<RunningEngine> {
  const { clock = systemClock(), random = systemRandom(), log = createLog(), dev = false } = options;
  const { ids = createIds(random) } = options;
  const events = createEventBus(log);
  const book = new ChainBook(store.shared);
  const lane = new WriterLane({ store, book, clock, events, log });
  const signer = new CheckpointSigner(await keptSecret(lane, box, 'checkpoint-key', () => randomBytes(SEED_BYTES)));
  const file = checkpointFile(address);
  const checkpoints = file && (await CheckpointKeeper.open({ file, book, signer, clock, log }));
  const ledger = new SqlLedger({ store, lane, book, signer, checkpoints });
  const approvals = new SqlApprovalDesk({ store, lane, clock, events, log });
  const credentials = new SqlCredentials({ store, lane, clock, random });
  const { allowPrivateTargets = false, resolve } = options;
  const outbound = new HttpOutbound({ clock, log, allowPrivateTargets, ...(resolve !== undefined && { resolve }) });
  const housekeeping = keepHouse({ lane, clock, log });

  const replace = async (snapshot?: Snapshot) => {
    const tables = await contentTables(store);
    const swap = async () => {
      await lane.exclusive(() => replaceAll(tables, snapshot));
      book.reset();
    };
    await (checkpoints === undefined ? swap() : checkpoints.replacing(swap));
    ledger.forget();
    credentials.forget();
  };
  const startOver = () => {
    random.reset?.();
    ids.reset?.();
  };
  return {
    ...{ store, lane, ledger, approvals, credentials, events, outbound, clock, ids, random, log, dev },
    secret: (name, make) => keptSecret(lane, box, name, make),
    async snapshot() {
      const tables = await contentTables(store);
      return lane.exclusive(() => takeSnapshot(tables));
    },
    async restore(snapshot) {
      await replace(snapshot);
      await approvals.sweep();
    },
    async reset() {
      await replace();
      startOver();
    },
    close: once(async () => {
      housekeeping.stop();
      await approvals.close();
      await lane.drain();
      await checkpoints?.close();
      await outbound.close();
      await store.close();
    }),
  };
}

/** Does it the first time, and gives everybody that same end to wait for. */
function once(action: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => {
    done ??= action();
    return done;
  };
}
