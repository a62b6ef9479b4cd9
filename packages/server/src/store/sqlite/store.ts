import { Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely';
import type { Query, Row } from '../../engine/unit.js';
import { kyselyDialect } from '../kysely.js';
import { migrate } from '../migrate.js';
import type { Migrations, Store, StoreFault } from '../store.js';
import type { Tables } from '../tables.js';
import { runSync, type Work } from '../work.js';
import { SqliteDriver } from './driver.js';

const MEMORY = ':memory:';

/** The embedded store: one file, or memory, and one connection. */
export class SqliteStore implements Store {
  readonly kind: 'sqlite' | 'memory';
  readonly shared = false;
  readonly db: Kysely<Tables>;
  readonly faults = ['disk_full', 'read_only'] as const;
  readonly #driver: SqliteDriver;

  /** @param path - a file; in memory when absent. */
  constructor(path = MEMORY) {
    this.kind = path === MEMORY ? 'memory' : 'sqlite';
    const driver = new SqliteDriver(path);
    const connection = {
      execute: (sql: string, params: readonly unknown[]) => driver.execute(sql, params),
      release() {},
    };
    const parts = {
      createAdapter: () => new SqliteAdapter(),
      createQueryCompiler: () => new SqliteQueryCompiler(),
      createIntrospector: (db: Kysely<unknown>) => new SqliteIntrospector(db),
    };
    this.#driver = driver;
    this.db = new Kysely<Tables>({ dialect: kyselyDialect(parts, async () => connection) });
  }

  migrate(scope: string, migrations: Migrations): Promise<void> {
    return migrate(this.db, scope, migrations);
  }

  async all({ sql, params }: Query): Promise<readonly Row[]> {
    return this.#driver.execute(sql, params).rows;
  }

  work<T>(work: Work<T>): T {
    try {
      return runSync(work, ({ sql, params }) => this.#driver.execute(sql, params));
    } finally {
      // Whatever went wrong, the connection is handed back without an open transaction.
      if (this.#driver.inTransaction) this.#driver.exec('ROLLBACK');
    }
  }

  async fault(fault: StoreFault | undefined): Promise<void> {
    this.#driver.setFull(fault === 'disk_full');
    this.#driver.exec(`PRAGMA query_only=${fault === 'read_only' ? 'ON' : 'OFF'}`);
  }

  async close(): Promise<void> {
    await this.db.destroy();
    this.#driver.close();
  }
}
