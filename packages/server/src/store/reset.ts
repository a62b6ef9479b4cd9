import type { Row } from '../engine/unit.js';
import type { Store } from './store.js';
import { plain, type Work } from './work.js';

/** The content of all tables, as it was at one moment. */
export interface Snapshot {
  readonly tables: Readonly<Record<string, readonly Row[]>>;
}

/** The checkpoint key outlives a reset: verifiers have it in their configuration. */
const KEPT = new Set(['secrets']);

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** Kysely would read every column of every table, too, which takes longer than emptying them. */
const TABLES = {
  sqlite: "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name",
  postgres: 'SELECT tablename AS name FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename',
} as const;

/** The tables with content of their own: not what migrations keep, nor the database's. */
export async function contentTables(store: Store): Promise<readonly string[]> {
  const rows = await store.all(plain(store.kind === 'postgres' ? TABLES.postgres : TABLES.sqlite));
  return rows.map(({ name }) => String(name)).filter((name) => !name.startsWith('migrations_') && !KEPT.has(name));
}

/** Reads everything. */
export function* takeSnapshot(tables: readonly string[]): Work<Snapshot> {
  yield plain('BEGIN');
  const content: Record<string, readonly Row[]> = {};
  for (const table of tables) content[table] = (yield plain(`SELECT * FROM ${quoted(table)}`)).rows;
  yield plain('COMMIT');
  return { tables: content };
}

/** Replaces everything by what a snapshot holds; by nothing when there is none. */
export function* replaceAll(tables: readonly string[], snapshot?: Snapshot): Work<void> {
  yield plain('BEGIN');
  for (const table of tables) {
    yield plain(`DELETE FROM ${quoted(table)}`);
    for (const row of snapshot?.tables[table] ?? []) {
      const columns = Object.keys(row);
      yield {
        sql: `INSERT INTO ${quoted(table)} (${columns.map(quoted).join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
        params: Object.values(row),
      };
    }
  }
  yield plain('COMMIT');
}
