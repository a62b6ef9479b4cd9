import type { Migrations } from '../../store/store.js';

/** The dialect's own tables, beside the engine's. */
export const migrations: Migrations = {
  '001_rampart': {
    async up(db) {
      await db.schema
        .createTable('rampart_calls')
        .ifNotExists()
        .addColumn('tool', 'text', (column) => column.notNull())
        .addColumn('at', 'bigint', (column) => column.notNull())
        .execute();
      await db.schema
        .createIndex('rampart_calls_tool')
        .ifNotExists()
        .on('rampart_calls')
        .columns(['tool', 'at'])
        .execute();
      await db.schema
        .createTable('rampart_run_grants')
        .ifNotExists()
        .addColumn('identity', 'text', (column) => column.primaryKey().notNull())
        .addColumn('expires_at', 'bigint', (column) => column.notNull())
        .execute();
      await db.schema
        .createTable('rampart_outcomes')
        .ifNotExists()
        .addColumn('audit_id', 'text', (column) => column.primaryKey().notNull())
        .addColumn('at', 'bigint', (column) => column.notNull())
        .execute();
    },
  },
  '002_rampart_policy_files': {
    async up(db) {
      await db.schema
        .createTable('rampart_policy_files')
        .ifNotExists()
        .addColumn('name', 'text', (column) => column.primaryKey().notNull())
        .addColumn('text', 'text', (column) => column.notNull())
        .addColumn('revision', 'text', (column) => column.notNull())
        .execute();
    },
  },
};
