import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import type { Engine } from '../../../engine/engine.js';
import type { Query, Row, Statement } from '../../../engine/unit.js';
import { plain } from '../../../store/work.js';
import type { FileChange, Files, FileWatch } from './files.js';

/** How often a store is looked at that others write to, in milliseconds. */
const LOOK_AGAIN = 1000;

const NAMES = plain('SELECT name FROM rampart_policy_files ORDER BY name');
const REVISIONS = plain('SELECT name, revision FROM rampart_policy_files ORDER BY name');

/** What these files work with. */
export interface SqlFilesParts extends Pick<Engine, 'store' | 'lane' | 'clock' | 'log'> {
  /** Its lock is what replicas take turns by. */
  readonly chain: string;
}

/** Files in the engine's store, all in one directory whatever it is called: they share its durability, its snapshots and its replicas. */
export class SqlFiles implements Files {
  readonly #parts: SqlFilesParts;

  constructor(parts: SqlFilesParts) {
    this.#parts = parts;
  }

  async read(path: string, maxBytes: number): Promise<Uint8Array | undefined> {
    return bytesIn(await this.#parts.store.all(textOf(path)), maxBytes);
  }

  async list(): Promise<readonly string[]> {
    return (await this.#parts.store.all(NAMES)).map(({ name }) => String(name));
  }

  change<T>(path: string, maxBytes: number, change: FileChange<T>): Promise<T> {
    return this.#parts.lane.run({
      chains: [this.#parts.chain],
      load: [textOf(path)],
      decide: ([rows = []]) => {
        const { text, answer } = change(bytesIn(rows, maxBytes));
        return { writes: text === undefined ? [] : [put(path, text)], answer };
      },
    });
  }

  /** Calls back for the changes of others: a store that nobody shares is never looked at. */
  watch(_directory: string, changed: (name: undefined) => void): FileWatch {
    const { store, clock, log } = this.#parts;
    let seen: string | undefined;
    let timer: { cancel(): void } | undefined;
    let closed = !store.shared;
    let failing = false;
    const look = async () => {
      try {
        const revisions = JSON.stringify(await store.all(REVISIONS));
        failing = false;
        if (closed || revisions === seen) return;
        seen = revisions;
        changed(undefined);
      } catch (error) {
        if (!failing && !closed) log.warn({ err: error }, 'learned rules of other replicas cannot be read');
        failing = true;
      }
    };
    // Set again only when the last look is done: a clock that jumps ahead owes one, and not thousands.
    const arm = () => {
      if (!closed) timer = clock.after(LOOK_AGAIN, () => void look().then(arm));
    };
    arm();
    return {
      close() {
        closed = true;
        timer?.cancel();
      },
    };
  }
}

function textOf(path: string): Query {
  return { sql: 'SELECT text FROM rampart_policy_files WHERE name = ?', params: [basename(path)] };
}

function bytesIn([row]: readonly Row[], maxBytes: number): Uint8Array | undefined {
  return row && Buffer.from(String(row['text'])).subarray(0, maxBytes + 1);
}

/** The revision depends on the text alone, so that a table which was emptied and filled anew is not taken for the old one. */
function put(path: string, text: string): Statement {
  const revision = createHash('sha256').update(text).digest('hex');
  return {
    sql: `INSERT INTO rampart_policy_files (name, text, revision) VALUES (?, ?, ?)
      ON CONFLICT (name) DO UPDATE SET text = excluded.text, revision = excluded.revision`,
    params: [basename(path), text, revision],
  };
}
