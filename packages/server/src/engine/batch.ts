import type { Append } from '../ledger/append.js';
import type { ChainBook } from '../ledger/book.js';
import { StoreUnavailableError, UnitConflictError } from '../store/errors.js';
import { plain, type Work } from '../store/work.js';
import type { Decided, Query, Row, Statement, Turn } from './unit.js';

/** What a unit decided, with the way to tell its caller. */
export interface Decision {
  readonly decided: Decided<unknown>;
  release(): void;
}

/** A unit in the queue. */
export interface Job {
  readonly chains: readonly string[];
  readonly load: readonly Query[];
  decide(facts: readonly (readonly Row[])[], turn: Turn): Decision;
  reject(error: unknown): void;
}

/** How one job of a committed batch ended. */
export type Settled =
  | { readonly job: Job; readonly decision: Decision }
  | { readonly job: Job; readonly error: unknown };

const BEGIN = plain('BEGIN');
const COMMIT = plain('COMMIT');
const SAVEPOINT = plain('SAVEPOINT unit');
const RELEASE = plain('RELEASE SAVEPOINT unit');
const UNDO = plain('ROLLBACK TO SAVEPOINT unit');

const MENTIONS_RECORDS = /\brecords\b/;

function* write({ sql, params, expect }: Statement): Work<void> {
  const { changes } = yield { sql, params };
  if (expect !== undefined && changes !== expect) {
    throw new UnitConflictError(`Somebody else was first: a guarded write changed ${changes} rows, not ${expect}.`);
  }
}

function* writeAll(writes: readonly Statement[]): Work<void> {
  for (const statement of writes) yield* write(statement);
}

/** Takes back what the work has written when it fails, unless the whole store did. */
function* undoable<T>(work: Work<T>): Work<T> {
  yield SAVEPOINT;
  let result: T;
  try {
    result = yield* work;
  } catch (error) {
    if (!(error instanceof StoreUnavailableError)) {
      yield UNDO;
      yield RELEASE;
    }
    throw error;
  }
  yield RELEASE;
  return result;
}

/** One statement without a guard takes back by itself what it could not finish; all others need a savepoint. */
const undoesItself = (writes: readonly Statement[]): boolean =>
  writes.length === 0 || (writes.length === 1 && writes[0]?.expect === undefined);

function* runUnit(job: Job, append: Append, turn: Turn, fragile: boolean): Work<Decision> {
  const facts: (readonly Row[])[] = [];
  for (const query of job.load) {
    const { rows } = yield query;
    facts.push(rows);
  }
  const decision = job.decide(facts, turn);
  const { records = [], writes = [] } = decision.decided;
  const staged = append.stage(records);
  if ((fragile && writes.length > 0) || !undoesItself(writes)) yield* undoable(writeAll(writes));
  else yield* writeAll(writes);
  append.keep(staged);
  return decision;
}

/** @param fragile - whether a failed read spoils the transaction, too, as it does on PostgreSQL. */
function* runJob(job: Job, append: Append, turn: Turn, fragile: boolean): Work<Decision> {
  // Records are written together at the end of the batch, unless a unit wants to read them before.
  if (append.hasUnwritten && job.load.some(({ sql }) => MENTIONS_RECORDS.test(sql))) yield* append.flush();
  const whole = fragile && job.load.length > 0;
  const work = runUnit(job, append, turn, fragile && !whole);
  return yield* whole ? undoable(work) : work;
}

/**
 * The units of one turn of the event loop, in order, in one transaction. A unit that throws or whose guard does not hold
 * is undone alone; a store that fails takes all of them down.
 */
export function* runBatch(jobs: readonly Job[], book: ChainBook, turn: Turn, fragile: boolean): Work<Batch> {
  yield BEGIN;
  const append = yield* book.open(new Set(jobs.flatMap(({ chains }) => chains)));
  const settled: Settled[] = [];
  for (const job of jobs) {
    try {
      settled.push({ job, decision: yield* runJob(job, append, turn, fragile) });
    } catch (error) {
      if (error instanceof StoreUnavailableError) throw error;
      settled.push({ job, error });
    }
  }
  yield* append.close();
  yield COMMIT;
  return { settled, append };
}

/** A batch that is on disk. */
export interface Batch {
  readonly settled: readonly Settled[];
  readonly append: Append;
}
