import { ConfigurationError } from '@sallyport/core';
import { type Kysely, Migrator } from 'kysely';
import { StoreUnavailableError } from './errors.js';
import type { Migrations } from './store.js';
import type { Tables } from './tables.js';

const SCOPE = /^[a-z][a-z0-9_]*$/;

/** Brings one scope's tables up to date. What has run is kept in `migrations_<scope>`. */
export async function migrate(db: Kysely<Tables>, scope: string, migrations: Migrations): Promise<void> {
  if (!SCOPE.test(scope)) throw new ConfigurationError(`"${scope}" cannot name a set of migrations.`);
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => ({ ...migrations }) },
    migrationTableName: `migrations_${scope}`,
    migrationLockTableName: `migrations_${scope}_lock`,
  });
  const { error, results } = await migrator.migrateToLatest();
  if (error === undefined) return;
  if (error instanceof StoreUnavailableError || error instanceof ConfigurationError) throw error;
  const failed = results?.find(({ status }) => status === 'Error')?.migrationName;
  throw new ConfigurationError(
    `The database could not be brought up to date${failed === undefined ? '' : ` (${scope} migration ${failed})`}: was it written by a newer version?`,
    { cause: error },
  );
}
