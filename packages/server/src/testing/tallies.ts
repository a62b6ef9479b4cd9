import type { Query, Row, Statement } from '../engine/unit.js';
import type { Migrations } from '../store/store.js';

/** A table of a test's own: named numbers. */
export const TALLIES: Migrations = {
  '0001_tallies': {
    up: async (db) => {
      await db.schema
        .createTable('tallies')
        .addColumn('name', 'text', (c) => c.primaryKey().notNull())
        .addColumn('n', 'bigint', (c) => c.notNull())
        .execute();
    },
  },
};

export const readTally = (name: string): Query => ({ sql: 'SELECT n FROM tallies WHERE name = ?', params: [name] });

/** What `readTally` loaded; 0 when there is none. */
export const tallyIn = (rows: readonly Row[] | undefined): number => Number(rows?.[0]?.['n'] ?? 0);

export const putTally = (name: string, n: number): Statement => ({
  sql: 'INSERT INTO tallies (name, n) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET n = excluded.n',
  params: [name, n],
});

/** Fails when the name is taken. */
export const newTally = (name: string, n: number): Statement => ({
  sql: 'INSERT INTO tallies (name, n) VALUES (?, ?)',
  params: [name, n],
});

/** Holds only while the number is the one expected. */
export const moveTally = (name: string, from: number, to: number): Statement => ({
  sql: 'UPDATE tallies SET n = ? WHERE name = ? AND n = ?',
  params: [to, name, from],
  expect: 1,
});
