import type { Query, Row } from '../engine/unit.js';

/** What a statement gave back. */
export interface Reply {
  readonly rows: readonly Row[];
  /** Rows changed; 0 for reads. */
  readonly changes: number;
}

/**
 * Work on the writer connection, written once for both stores: it yields statements and is sent their replies. A failed
 * statement is thrown into it.
 */
export type Work<T> = Generator<Query, T, Reply>;

const NO_PARAMS: readonly never[] = [];
const NO_REPLY: Reply = { rows: [], changes: 0 };

/** A statement without parameters. */
export const plain = (sql: string): Query => ({ sql, params: NO_PARAMS });

/** Runs work on a synchronous connection, without a single turn of the event loop in between. */
export function runSync<T>(work: Work<T>, execute: (query: Query) => Reply): T {
  let step = work.next(NO_REPLY);
  while (!step.done) {
    let reply: Reply;
    try {
      reply = execute(step.value);
    } catch (error) {
      step = work.throw(error);
      continue;
    }
    step = work.next(reply);
  }
  return step.value;
}

/** Runs work on an asynchronous connection. */
export async function runAsync<T>(work: Work<T>, execute: (query: Query) => Promise<Reply>): Promise<T> {
  let step = work.next(NO_REPLY);
  while (!step.done) {
    let reply: Reply;
    try {
      reply = await execute(step.value);
    } catch (error) {
      step = work.throw(error);
      continue;
    }
    step = work.next(reply);
  }
  return step.value;
}
