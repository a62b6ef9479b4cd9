import type { Kysely, Migration } from 'kysely';
import type { Query, Row } from '../engine/unit.js';
import type { Tables } from './tables.js';
import type { Work } from './work.js';

/**
 * Migrations by name, run in name order; the engine and each dialect have a table of their own for what has run.
 * The column types `text`, `bigint` and `bytea` mean the same to both stores: use no other.
 */
export type Migrations = Readonly<Record<string, Migration>>;

/** What can be made to go wrong, for tests. */
export type StoreFault = 'disk_full' | 'read_only';

/** Where everything is kept. The lane alone writes; everybody may read. */
export interface Store {
  readonly kind: 'sqlite' | 'memory' | 'postgres';
  /** True when other processes write to the same tables, so that nothing may be believed from memory alone. */
  readonly shared: boolean;
  /** Reads and migrations. On SQLite it shares the one connection, and refuses transactions for that reason. */
  readonly db: Kysely<Tables>;
  migrate(scope: string, migrations: Migrations): Promise<void>;
  /** Fast path for prepared reads. */
  all(query: Query): Promise<readonly Row[]>;
  /** The lane's way in: runs work on the writer connection. At once, synchronously, on SQLite. */
  work<T>(work: Work<T>): T | Promise<T>;
  /** The faults that this store can show. */
  readonly faults: readonly StoreFault[];
  /** Breaks the store for tests, or mends it with `undefined`. */
  fault(fault: StoreFault | undefined): Promise<void>;
  close(): Promise<void>;
}
