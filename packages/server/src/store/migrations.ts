import type { Kysely } from 'kysely';
import type { Migrations } from './store.js';

async function createLedger(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('chains')
    .ifNotExists()
    .addColumn('chain', 'text', (c) => c.primaryKey().notNull())
    .addColumn('size', 'bigint', (c) => c.notNull())
    .addColumn('hash', 'text', (c) => c.notNull())
    .execute();
  await db.schema
    .createTable('records')
    .ifNotExists()
    .addColumn('chain', 'text', (c) => c.notNull())
    .addColumn('seq', 'bigint', (c) => c.notNull())
    .addColumn('id', 'text', (c) => c.notNull())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addColumn('actor', 'text', (c) => c.notNull())
    .addColumn('session', 'text', (c) => c.notNull())
    .addColumn('subject', 'text', (c) => c.notNull())
    .addColumn('verdict', 'text', (c) => c.notNull())
    .addColumn('link', 'text', (c) => c.notNull())
    .addColumn('hash', 'text', (c) => c.notNull())
    .addColumn('text', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('records_pk', ['chain', 'seq'])
    .execute();
  for (const column of ['id', 'at']) {
    await db.schema.createIndex(`records_${column}`).ifNotExists().on('records').columns(['chain', column]).execute();
  }
  await db.schema
    .createTable('tiles')
    .ifNotExists()
    .addColumn('chain', 'text', (c) => c.notNull())
    .addColumn('level', 'bigint', (c) => c.notNull())
    .addColumn('idx', 'bigint', (c) => c.notNull())
    .addColumn('nodes', 'bytea', (c) => c.notNull())
    .addPrimaryKeyConstraint('tiles_pk', ['chain', 'level', 'idx'])
    .execute();
}

async function createApprovals(db: Kysely<unknown>): Promise<void> {
  let table = db.schema
    .createTable('approvals')
    .ifNotExists()
    .addColumn('id', 'text', (c) => c.primaryKey().notNull());
  const required = 'dialect tenant status join_key digest owner agent session run_id call_id tool summary message call';
  for (const column of `${required} policy_revision link extra`.split(' ')) {
    table = table.addColumn(column, 'text', (c) => c.notNull());
  }
  await table
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('expires_at', 'bigint', (c) => c.notNull())
    .addColumn('resolved_at', 'bigint')
    .addColumn('resolved_by', 'text')
    .addColumn('note', 'text')
    .addColumn('consumed_at', 'bigint')
    .execute();
  const indexes = { join: ['join_key', 'status'], digest: ['dialect', 'digest'], due: ['status', 'expires_at'] };
  for (const [name, columns] of Object.entries(indexes)) {
    await db.schema.createIndex(`approvals_${name}`).ifNotExists().on('approvals').columns(columns).execute();
  }
}

async function createCredentials(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('credentials')
    .ifNotExists()
    .addColumn('hash', 'text', (c) => c.primaryKey().notNull())
    .addColumn('id', 'text', (c) => c.notNull())
    .addColumn('dialect', 'text', (c) => c.notNull())
    .addColumn('tenant', 'text', (c) => c.notNull())
    .addColumn('roles', 'text', (c) => c.notNull())
    .addColumn('subject', 'text')
    .addColumn('policy', 'text')
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('expires_at', 'bigint')
    .addColumn('revoked_at', 'bigint')
    .addColumn('note', 'text')
    .addColumn('prefix', 'text', (c) => c.notNull())
    .execute();
  await db.schema
    .createTable('secrets')
    .ifNotExists()
    .addColumn('name', 'text', (c) => c.primaryKey().notNull())
    .addColumn('value', 'bytea', (c) => c.notNull())
    .execute();
}

async function createIdempotency(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('idempotency')
    .ifNotExists()
    .addColumn('scope', 'text', (c) => c.notNull())
    .addColumn('key', 'text', (c) => c.notNull())
    .addColumn('fingerprint', 'text', (c) => c.notNull())
    .addColumn('status', 'bigint', (c) => c.notNull())
    .addColumn('body', 'text', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('idempotency_pk', ['scope', 'key'])
    .execute();
  await db.schema.createIndex('idempotency_age').ifNotExists().on('idempotency').column('created_at').execute();
}

/** The engine's own tables. */
export const ENGINE_MIGRATIONS: Migrations = {
  '0001_ledger': { up: createLedger },
  '0002_approvals': { up: createApprovals },
  '0003_credentials': { up: createCredentials },
  '0004_idempotency': { up: createIdempotency },
};
