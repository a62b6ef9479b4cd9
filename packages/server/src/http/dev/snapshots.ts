import type { RunningEngine } from '../../engine/create.js';

/** Snapshots that are kept; the oldest makes room. */
const KEPT = 16;

type Snapshot = Awaited<ReturnType<RunningEngine['snapshot']>>;

/** The content of the store at moments that a test wants to come back to. */
export class Snapshots {
  readonly #engine: Pick<RunningEngine, 'snapshot' | 'restore'>;
  readonly #taken = new Map<string, Snapshot>();
  #count = 0;

  constructor(engine: Pick<RunningEngine, 'snapshot' | 'restore'>) {
    this.#engine = engine;
  }

  /** Returns the snapshot's name. */
  async take(): Promise<string> {
    const snapshot = await this.#engine.snapshot();
    this.#count += 1;
    const name = `snapshot-${this.#count}`;
    this.#taken.set(name, snapshot);
    const [oldest] = this.#taken.keys();
    if (this.#taken.size > KEPT && oldest !== undefined) this.#taken.delete(oldest);
    return name;
  }

  /** False when there is none of that name. */
  async restore(name: string): Promise<boolean> {
    const snapshot = this.#taken.get(name);
    if (snapshot === undefined) return false;
    await this.#engine.restore(snapshot);
    return true;
  }
}
