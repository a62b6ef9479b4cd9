import { ConfigurationError } from '@sallyport/core';
import { Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler } from 'kysely';
import pg from 'pg';
import type { Query, Row } from '../../engine/unit.js';
import { StoreUnavailableError } from '../errors.js';
import { kyselyDialect } from '../kysely.js';
import { migrate } from '../migrate.js';
import type { Migrations, Store, StoreFault } from '../store.js';
import type { Tables } from '../tables.js';
import { runAsync, type Work } from '../work.js';
import { execute, executeNumbered, types } from './session.js';

const READERS = 8;
/** Milliseconds until a server that does not take a connection is given up. */
const CONNECT_TIMEOUT = 5000;
/** Milliseconds that one replica waits for another that holds a chain. */
const LOCK_TIMEOUT = 5000;
/** Milliseconds after which a replica that hangs in a transaction loses its locks. */
const IDLE_TIMEOUT = 10_000;

const adapter = {
  createAdapter: () => new PostgresAdapter(),
  createQueryCompiler: () => new PostgresQueryCompiler(),
  createIntrospector: (db: Kysely<unknown>) => new PostgresIntrospector(db),
};

/** The store for several replicas: one connection that writes, a few that read. */
export class PostgresStore implements Store {
  readonly kind = 'postgres';
  readonly shared = true;
  readonly db: Kysely<Tables>;
  readonly faults = ['read_only'] as const;
  readonly #readers: pg.Pool;
  readonly #writer: pg.Pool;
  /** Host and port, for errors. */
  readonly #where: string;
  #fault: StoreFault | undefined;

  /** @param url - `postgres://user:password@host/database` */
  constructor(url: string) {
    this.#where = new URL(url).host || 'its socket';
    const config: pg.PoolConfig = {
      connectionString: url,
      types,
      connectionTimeoutMillis: CONNECT_TIMEOUT,
      lock_timeout: LOCK_TIMEOUT,
      idle_in_transaction_session_timeout: IDLE_TIMEOUT,
      application_name: 'sallyport',
      allowExitOnIdle: true,
    };
    this.#readers = new pg.Pool({ ...config, max: READERS });
    this.#writer = new pg.Pool({ ...config, max: 1 });
    // A connection that breaks while idle is replaced at the next use; without a listener it would end the process.
    for (const pool of [this.#readers, this.#writer]) pool.on('error', () => {});
    this.db = new Kysely<Tables>({
      dialect: kyselyDialect(adapter, async () => {
        const client = await this.#connect(this.#readers);
        return {
          execute: (sql, params) => executeNumbered(client, sql, params),
          release: () => client.release(),
        };
      }),
    });
  }

  migrate(scope: string, migrations: Migrations): Promise<void> {
    return migrate(this.db, scope, migrations);
  }

  async all({ sql, params }: Query): Promise<readonly Row[]> {
    const client = await this.#connect(this.#readers);
    try {
      return (await execute(client, sql, params)).rows;
    } finally {
      client.release();
    }
  }

  async work<T>(work: Work<T>): Promise<T> {
    const client = await this.#connect(this.#writer);
    let healthy = false;
    try {
      if (this.#fault !== undefined) await client.query('SET default_transaction_read_only = on');
      const result = await runAsync(work, ({ sql, params }) => execute(client, sql, params));
      healthy = this.#fault === undefined;
      return result;
    } finally {
      // Ending a connection undoes whatever it has left open.
      client.release(!healthy);
    }
  }

  async fault(fault: StoreFault | undefined): Promise<void> {
    if (fault === 'disk_full')
      throw new ConfigurationError('PostgreSQL cannot be made to believe that its disk is full.');
    this.#fault = fault;
  }

  async close(): Promise<void> {
    await this.db.destroy();
    await Promise.all([this.#readers.end(), this.#writer.end()]);
  }

  async #connect(pool: pg.Pool): Promise<pg.PoolClient> {
    try {
      return await pool.connect();
    } catch (error) {
      throw refusalOf(error, this.#where);
    }
  }
}

/** SQLSTATE classes of a server that is there and does not let us in: wrong user or password, no such database. */
const REFUSED = /^(?:28|3D)/;

function refusalOf(error: unknown, where: string): Error {
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
  const [why, options] = [typeof code === 'string' ? ` (${code})` : '', { cause: error }];
  if (typeof code === 'string' && REFUSED.test(code)) {
    return new ConfigurationError(`PostgreSQL at ${where} refuses${why}: check user, password and database.`, options);
  }
  return new StoreUnavailableError(`PostgreSQL at ${where} cannot be reached${why}.`, options);
}
