import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type DialectAdapter,
  type Driver,
  type QueryResult,
} from 'kysely';
import type { Reply } from './work.js';

/** A connection as the stores have it. */
export interface Connection {
  execute(sql: string, params: readonly unknown[]): Reply | Promise<Reply>;
  release(): void;
}

class GuardedConnection implements DatabaseConnection {
  readonly connection: Connection;

  constructor(connection: Connection) {
    this.connection = connection;
  }

  async executeQuery<R>(compiled: CompiledQuery): Promise<QueryResult<R>> {
    const { rows, changes } = await this.connection.execute(compiled.sql, compiled.parameters);
    // Kysely derives R from the query that it has compiled; no check here could know more.
    return { rows: [...rows] as R[], numAffectedRows: BigInt(changes) };
  }

  streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error('Read in pages: the stores do not stream.');
  }
}

/** Lets Kysely use a store's own connections, so that its statements pass the same guard as all others. */
function driverOf(connect: () => Promise<Connection>, transactions: boolean): Driver {
  const held = new WeakMap<DatabaseConnection, Connection>();
  const control = async (connection: DatabaseConnection, sql: string) => {
    if (!transactions) throw new Error('This store has one connection: write through the lane, not in a transaction.');
    await connection.executeQuery(CompiledQuery.raw(sql));
  };
  return {
    init: async () => {},
    acquireConnection: async () => {
      const connection = await connect();
      const guarded = new GuardedConnection(connection);
      held.set(guarded, connection);
      return guarded;
    },
    beginTransaction: (connection) => control(connection, 'BEGIN'),
    commitTransaction: (connection) => control(connection, 'COMMIT'),
    rollbackTransaction: (connection) => control(connection, 'ROLLBACK'),
    releaseConnection: async (connection) => held.get(connection)?.release(),
    destroy: async () => {},
  };
}

/** Kysely's view of a store. */
export function kyselyDialect(
  parts: Pick<Dialect, 'createQueryCompiler' | 'createIntrospector'> & { createAdapter(): DialectAdapter },
  connect: () => Promise<Connection>,
): Dialect {
  return {
    createAdapter: () => parts.createAdapter(),
    createQueryCompiler: () => parts.createQueryCompiler(),
    createIntrospector: (db) => parts.createIntrospector(db),
    createDriver: () => driverOf(connect, parts.createAdapter().supportsTransactionalDdl),
  };
}
