import type { Migrations } from '../../store/store.js';

/** The dialect's own tables, beside the engine's. */
export const migrations: Migrations = {
  '001_aegis_registry': {
    async up(db) {
      await db.schema
        .createTable('aegis_capabilities')
        .ifNotExists()
        .addColumn('name', 'text', (column) => column.primaryKey().notNull())
        .addColumn('id', 'text', (column) => column.notNull())
        .addColumn('body', 'text', (column) => column.notNull())
        .addColumn('created_at', 'bigint', (column) => column.notNull())
        .execute();
      await db.schema
        .createTable('aegis_policies')
        .ifNotExists()
        .addColumn('id', 'text', (column) => column.primaryKey().notNull())
        .addColumn('name', 'text', (column) => column.notNull().unique())
        .addColumn('body', 'text', (column) => column.notNull())
        .addColumn('version', 'bigint', (column) => column.notNull())
        .addColumn('created_at', 'bigint', (column) => column.notNull())
        .addColumn('updated_at', 'bigint', (column) => column.notNull())
        .execute();
      await db.schema
        .createTable('aegis_grants')
        .ifNotExists()
        .addColumn('actor', 'text', (column) => column.notNull())
        .addColumn('capability', 'text', (column) => column.notNull())
        .addColumn('constraints', 'text', (column) => column.notNull())
        .addColumn('window_ms', 'bigint', (column) => column.notNull())
        .addColumn('granted_at', 'bigint', (column) => column.notNull())
        .addColumn('expires_at', 'bigint')
        .addPrimaryKeyConstraint('aegis_grants_pk', ['actor', 'capability'])
        .execute();
      await db.schema
        .createTable('aegis_state')
        .ifNotExists()
        .addColumn('name', 'text', (column) => column.primaryKey().notNull())
        .addColumn('value', 'text', (column) => column.notNull())
        .execute();
    },
  },
  '002_aegis_counts': {
    async up(db) {
      await db.schema
        .createTable('aegis_requests')
        .ifNotExists()
        .addColumn('seq', 'bigint', (column) => column.primaryKey().notNull())
        .addColumn('digest', 'text', (column) => column.notNull())
        .addColumn('retry', 'text', (column) => column.notNull())
        .execute();
      await db.schema
        .createIndex('aegis_requests_digest')
        .ifNotExists()
        .on('aegis_requests')
        .column('digest')
        .execute();
      await db.schema
        .createTable('aegis_grant_uses')
        .ifNotExists()
        .addColumn('actor', 'text', (column) => column.notNull())
        .addColumn('capability', 'text', (column) => column.notNull())
        .addColumn('at', 'bigint', (column) => column.notNull())
        .execute();
      await db.schema
        .createIndex('aegis_grant_uses_grant')
        .ifNotExists()
        .on('aegis_grant_uses')
        .columns(['actor', 'capability', 'at'])
        .execute();
      await db.schema
        .createTable('aegis_agents')
        .ifNotExists()
        .addColumn('actor', 'text', (column) => column.primaryKey().notNull())
        .addColumn('state', 'text', (column) => column.notNull())
        .execute();
      await db.schema
        .createTable('aegis_executions')
        .ifNotExists()
        .addColumn('decision_id', 'text', (column) => column.primaryKey().notNull())
        .addColumn('at', 'bigint', (column) => column.notNull())
        .execute();
    },
  },
};
