import { type Checkpoint, noteVerifier, openCheckpoint, VerificationError, verifyConsistency } from '@sallyport/verify';
import type { Clock, Log, Timer } from '../engine/engine.js';
import type { ChainBook } from './book.js';
import type { CheckpointFile } from './checkpoint-file.js';
import { CheckpointMismatchError } from './errors.js';
import { type CheckpointSigner, originOf } from './signer.js';

/** How often checkpoints are written while chains grow, in milliseconds: a crash leaves the last so much without one. */
const EVERY = 5_000;

/** What a keeper works with. */
export interface KeeperParts {
  readonly file: CheckpointFile;
  readonly book: ChainBook;
  readonly signer: CheckpointSigner;
  readonly clock: Clock;
  readonly log: Log;
}

/** A chain's tree as the store has it. */
export interface Grown {
  readonly size: number;
  readonly root: Uint8Array;
  /** RFC 9162 proof that it grew from the tree of that size. */
  prove(from: number): Promise<readonly Uint8Array[]>;
}

interface Kept {
  readonly size: number;
  readonly note?: string;
}

const NONE: Kept = { size: 0 };

/**
 * Keeps the last signed checkpoint of each chain outside the database, so that a log that was cut, rewritten or replaced
 * while no gateway held it is found out at the next start.
 */
export class CheckpointKeeper {
  readonly #parts: KeeperParts;
  /** What the file said at the start, of chains that were not confirmed yet. */
  readonly #found: Map<string, string>;
  readonly #kept = new Map<string, Kept>();
  #timer: Timer | undefined;
  #written = true;
  #working: Promise<void> = Promise.resolve();

  /** @throws CheckpointMismatchError when the file is there and cannot be read. */
  static async open(parts: KeeperParts): Promise<CheckpointKeeper> {
    const { path } = parts.file;
    try {
      return new CheckpointKeeper(parts, await parts.file.read());
    } catch (error) {
      throw new CheckpointMismatchError(`${path} cannot be read as checkpoints. ${goOn(path)}`, { cause: error });
    }
  }

  private constructor(parts: KeeperParts, found: ReadonlyMap<string, string>) {
    this.#parts = parts;
    this.#found = new Map(found);
    this.#arm();
  }

  /**
   * Compares a chain with its last checkpoint; from here on its growth is followed.
   *
   * @throws CheckpointMismatchError when it does not go on from there: the file stays as it is.
   */
  async confirm(chain: string, grown: Grown): Promise<void> {
    if (this.#kept.has(chain)) return;
    const note = this.#found.get(chain);
    if (note === undefined) {
      const about = { chain, records: grown.size, file: this.#parts.file.path };
      if (grown.size > 0) this.#parts.log.warn(about, 'no checkpoint of this chain is at hand: it is taken as it is');
      this.#kept.set(chain, NONE);
      return;
    }
    const { size } = await this.#compare(chain, note, grown);
    this.#kept.set(chain, { size, note });
    this.#found.delete(chain);
  }

  /** Runs what empties or replaces the tables on purpose: checkpoints of before count no more. */
  replacing(replace: () => Promise<void>): Promise<void> {
    const done = this.#working.then(async () => {
      await this.#parts.file.remove();
      await replace();
      this.#found.clear();
      for (const chain of this.#kept.keys()) this.#kept.set(chain, NONE);
    });
    this.#working = done.catch(() => {});
    return done;
  }

  /** Writes the last of it. */
  async close(): Promise<void> {
    this.#timer?.cancel();
    this.#timer = undefined;
    await this.#write();
  }

  #arm(): void {
    this.#timer = this.#parts.clock.after(EVERY, () => {
      void this.#write().then(() => this.#timer && this.#arm());
    });
  }

  /** Writes what has grown. What fails now is tried again the next time. */
  #write(): Promise<void> {
    this.#working = this.#working.then(async () => {
      this.#sign();
      if (this.#written) return;
      const { file, log } = this.#parts;
      const kept = [...this.#kept].flatMap(([chain, { note }]) => (note === undefined ? [] : [[chain, note] as const]));
      try {
        await file.write(new Map([...this.#found, ...kept]));
        this.#written = true;
      } catch (error) {
        log.warn({ err: error, file: file.path }, 'checkpoints could not be written');
      }
    });
    return this.#working;
  }

  #sign(): void {
    const { book, signer } = this.#parts;
    for (const [chain, { size }] of this.#kept) {
      const tree = book.tree(chain);
      if (tree.size <= size) continue;
      this.#kept.set(chain, { size: tree.size, note: signer.sign(chain, tree.size, tree.root()) });
      this.#written = false;
    }
  }

  async #compare(chain: string, note: string, grown: Grown): Promise<Checkpoint> {
    const { file, signer } = this.#parts;
    const refuse = (why: string, cause?: unknown): never => {
      throw new CheckpointMismatchError(`Chain "${chain}" ${why}. ${goOn(file.path)}`, { cause });
    };
    const orRefuse = (error: unknown, why: string): never => {
      if (error instanceof VerificationError) return refuse(why, error);
      throw error;
    };
    let checkpoint: Checkpoint;
    try {
      checkpoint = openCheckpoint(note, [noteVerifier(signer.publicKey)], originOf(chain));
    } catch (error) {
      return orRefuse(error, `has a checkpoint in ${file.path} that this database's key did not sign`);
    }
    const { size } = checkpoint;
    if (grown.size < size) {
      refuse(`has ${grown.size} records, and ${file.path} is signed over ${size}: the last ones are missing`);
    }
    try {
      verifyConsistency({ first: checkpoint, second: grown, proof: await grown.prove(size) });
      return checkpoint;
    } catch (error) {
      const now = `its ${grown.size} records do not begin with the ${size} that ${file.path} is signed over`;
      return orRefuse(error, `was rewritten: ${now}`);
    }
  }
}

/** What to do about it. */
function goOn(path: string): string {
  return (
    'Restore the database as it was last. If this one is to be gone on with, as after restoring a backup on purpose, ' +
    `move ${path} away and start again; keep it as evidence of what there was.`
  );
}
