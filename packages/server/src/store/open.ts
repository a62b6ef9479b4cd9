import { existsSync } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ConfigurationError } from '@sallyport/core';
import { SqliteStore } from './sqlite/store.js';
import type { Store } from './store.js';

/** Where everything is to be kept: `memory`, `sqlite:PATH` or `postgres://…`. */
export type StoreAddress = { readonly kind: 'memory' } | { readonly kind: 'sqlite' | 'postgres'; readonly at: string };

/** Two slashes are not taken for the beginning of a path, because three people would mean three things by them. */
const SQLITE = /^sqlite:((?!\/\/[^/]|:memory:).+)$/;

/** @throws ConfigurationError when it is none of the three. */
export function parseStore(text: string): StoreAddress {
  if (text === 'memory') return { kind: 'memory' };
  const [, path] = SQLITE.exec(text) ?? [];
  if (path !== undefined) return { kind: 'sqlite', at: path };
  if (/^postgres(?:ql)?:\/\/./.test(text) && URL.canParse(text)) return { kind: 'postgres', at: text };
  if (text === 'sqlite:')
    throw new ConfigurationError('The store "sqlite:" lacks the path of its file: "sqlite:PATH".');
  const meant = /^[./~\w-][^:]*$/.test(text) ? ` For a file: "sqlite:${text}".` : '';
  throw new ConfigurationError(
    `The store must be "memory", "sqlite:PATH" or "postgres://<user>:<password>@<host>/<database>".${meant}`,
  );
}

/** Opens a store. The PostgreSQL driver is loaded only when it is asked for. */
export async function openStore(address: StoreAddress): Promise<Store> {
  switch (address.kind) {
    case 'memory':
      return new SqliteStore();
    case 'sqlite':
      await createPrivately(address.at).catch((error: unknown) => {
        if (!existsSync(dirname(address.at))) throw noFolder(address.at, error);
        // The driver finds out, and says which file it is about.
      });
      return new SqliteStore(address.at);
    case 'postgres':
      return new (await import('./postgres/store.js')).PostgresStore(address.at);
  }
}

function noFolder(path: string, cause: unknown): ConfigurationError {
  const folder = dirname(path);
  return new ConfigurationError(`Database file ${path}: there is no folder ${folder}. Make it, or name another file.`, {
    cause,
  });
}

/** Makes the file and its one folder for their owner only, where there are none; SQLite's other files take after the first. */
async function createPrivately(path: string): Promise<void> {
  const folder = dirname(path);
  if (!existsSync(folder)) await mkdir(folder, { mode: 0o700 });
  await (await open(path, 'a', 0o600)).close();
}
