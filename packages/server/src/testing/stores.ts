import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Set to a connection URL of a server on which databases may be made, to run the tests on PostgreSQL, too. */
const POSTGRES_VARIABLE = 'SALLYPORT_TEST_POSTGRES';

/** An empty place to keep things. */
export interface TestStore {
  /** What `createEngine` takes as `store`; opening it again finds what was kept, except in memory. */
  readonly address: string;
  /** Removes it. Close what has it open first. */
  remove(): Promise<void>;
}

/** One kind of store to run a suite on. */
export interface StoreKind {
  readonly name: 'memory' | 'sqlite' | 'postgres';
  /** Whether what was kept is there when it is opened again. */
  readonly durable: boolean;
  create(): Promise<TestStore>;
}

const memory: StoreKind = {
  name: 'memory',
  durable: false,
  create: async () => ({ address: 'memory', remove: async () => {} }),
};

const sqlite: StoreKind = {
  name: 'sqlite',
  durable: true,
  async create() {
    const folder = await mkdtemp(join(tmpdir(), 'sallyport-'));
    return {
      address: `sqlite:${join(folder, 'gateway.db')}`,
      remove: () => rm(folder, { recursive: true, force: true }),
    };
  },
};

async function administer(url: string, sql: string): Promise<void> {
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

const postgres = (server: string): StoreKind => ({
  name: 'postgres',
  durable: true,
  async create() {
    const name = `sallyport_${randomUUID().replaceAll('-', '')}`;
    await administer(server, `CREATE DATABASE ${name}`);
    const url = new URL(server);
    url.pathname = `/${name}`;
    return { address: url.href, remove: () => administer(server, `DROP DATABASE ${name} WITH (FORCE)`) };
  },
});

const server = process.env[POSTGRES_VARIABLE];

/** Every kind of store that can be had here, for `describe.each`. */
export const stores: readonly StoreKind[] = [memory, sqlite, ...(server ? [postgres(server)] : [])];
