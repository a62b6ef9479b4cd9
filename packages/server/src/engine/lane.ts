import { ConfigurationError } from '@sallyport/core';
import type { ChainBook } from '../ledger/book.js';
import { LedgerClosedError } from '../ledger/errors.js';
import { OverloadedError, StoreUnavailableError } from '../store/errors.js';
import type { Store } from '../store/store.js';
import type { Work } from '../store/work.js';
import { type Batch, type Job, runBatch } from './batch.js';
import type { Clock, Log } from './engine.js';
import type { EventBus } from './events.js';
import type { Lane, Unit } from './unit.js';

/** What the lane works with. */
export interface LaneParts {
  readonly store: Store;
  readonly book: ChainBook;
  readonly clock: Clock;
  readonly events: EventBus;
  readonly log: Log;
  /** Units that may wait; more are refused. @defaultValue 10,000 */
  readonly maxQueued?: number;
  /** Units in one transaction at most. @defaultValue 256 */
  readonly maxBatch?: number;
}

type Task = () => void | Promise<void>;

/** The writer lane: collects the units that arrive together, and commits them together. */
export class WriterLane implements Lane {
  readonly #parts: LaneParts;
  readonly #maxQueued: number;
  readonly #maxBatch: number;
  #jobs: Job[] = [];
  readonly #exclusive: Task[] = [];
  #scheduled = false;
  #closing = false;
  #idle: (() => void)[] = [];

  constructor(parts: LaneParts) {
    this.#parts = parts;
    this.#maxQueued = parts.maxQueued ?? 10_000;
    this.#maxBatch = parts.maxBatch ?? 256;
  }

  run<Answer>(unit: Unit<Answer>): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const refused = this.#refusal(unit);
      if (refused !== undefined) {
        reject(refused);
        return;
      }
      this.#jobs.push({
        chains: unit.chains,
        load: unit.load,
        decide(facts, turn) {
          const decided = unit.decide(facts, turn);
          return { decided, release: () => resolve(decided.answer) };
        },
        reject,
      });
      this.#schedule();
    });
  }

  /** Runs work between two batches, with nothing else under way: for snapshots and resets. */
  exclusive<T>(work: () => Work<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#exclusive.push(async () => {
        try {
          resolve(await this.#parts.store.work(work()));
        } catch (error) {
          reject(error);
        } finally {
          this.#parts.book.forget();
        }
      });
      this.#schedule();
    });
  }

  drain(): Promise<void> {
    this.#closing = true;
    if (!this.#scheduled) return Promise.resolve();
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  #refusal({ chains, readsOnly }: Unit<unknown>): Error | undefined {
    if (this.#closing) return new StoreUnavailableError('The gateway is shutting down.');
    if (this.#jobs.length >= this.#maxQueued) {
      return new OverloadedError(`${this.#maxQueued} changes wait for the disk already. Try again later.`);
    }
    const { book } = this.#parts;
    for (const chain of readsOnly === true ? [] : chains) {
      const cause = book.damageOf(chain);
      if (cause !== undefined)
        return new LedgerClosedError(`Nothing is added to a damaged log. ${cause.message}`, { cause });
    }
    const unknown = chains.find((chain) => !book.has(chain));
    return unknown === undefined ? undefined : new ConfigurationError(`Chain "${unknown}" was never registered.`);
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#gather(0);
  }

  /** Waits while each turn of the event loop brings more: what arrives together shares one write to disk. */
  #gather(seen: number): void {
    setImmediate(() => {
      const queued = this.#jobs.length;
      if (queued > seen && queued < this.#maxBatch) this.#gather(queued);
      else void this.#turn();
    });
  }

  async #turn(): Promise<void> {
    for (const task of this.#exclusive.splice(0)) await task();
    const jobs = this.#jobs.splice(0, this.#maxBatch);
    if (jobs.length > 0) await this.#commit(jobs);
    this.#scheduled = false;
    if (this.#jobs.length > 0 || this.#exclusive.length > 0) this.#schedule();
    else for (const resolve of this.#idle.splice(0)) resolve();
  }

  async #commit(jobs: readonly Job[]): Promise<void> {
    const { store, book, clock, log } = this.#parts;
    let batch: Batch;
    try {
      const work = store.work(runBatch(jobs, book, { now: clock.now() }, store.kind === 'postgres'));
      batch = work instanceof Promise ? await work : work;
    } catch (error) {
      book.forget();
      const failure =
        error instanceof StoreUnavailableError
          ? error
          : new StoreUnavailableError('The database failed in the middle of a batch.', { cause: error });
      log.error({ err: failure, units: jobs.length }, 'batch not committed');
      for (const { reject } of jobs) reject(failure);
      return;
    }
    batch.append.commit();
    this.#settle(batch);
  }

  #settle({ settled }: Batch): void {
    for (const outcome of settled) {
      if ('error' in outcome) outcome.job.reject(outcome.error);
      else outcome.decision.release();
    }
    for (const outcome of settled) {
      if ('error' in outcome) continue;
      for (const event of outcome.decision.decided.events ?? []) this.#parts.events.publish(event);
    }
  }
}
