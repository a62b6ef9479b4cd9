import type { Kysely, Migration } from 'kysely';
import type { Query, Row, Statement } from '../engine/unit.js';
import type { Tables } from './tables.js';

/** What a transaction on the writer connection can do. Synchronous on SQLite, awaited on PostgreSQL. */
export interface Writer {
  all(query: Query): readonly Row[] | Promise<readonly Row[]>;
  /** Rows changed. */
  run(statement: Statement): number | Promise<number>;
}

/** Migrations by name, run in name order; the engine and each dialect have a table of their own for what has run. */
export type Migrations = Readonly<Record<string, Migration>>;

/** Where everything is kept. The lane alone writes; everybody may read. */
export interface Store {
  readonly kind: 'sqlite' | 'memory' | 'postgres';
  /** Reads and migrations. On SQLite it shares the one connection: never open a transaction on it. */
  readonly db: Kysely<Tables>;
  migrate(scope: string, migrations: Migrations): Promise<void>;
  /** Fast path for prepared reads. */
  all(query: Query): Promise<readonly Row[]>;
  close(): Promise<void>;
}
