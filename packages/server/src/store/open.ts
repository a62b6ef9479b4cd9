import { ConfigurationError } from '@sallyport/core';
import { SqliteStore } from './sqlite/store.js';
import type { Store } from './store.js';

/** Where everything is to be kept: `memory`, `sqlite:PATH` or `postgres://…`. */
export type StoreAddress = { readonly kind: 'memory' } | { readonly kind: 'sqlite' | 'postgres'; readonly at: string };

/** @throws ConfigurationError when it is none of the three. */
export function parseStore(text: string): StoreAddress {
  if (text === 'memory') return { kind: 'memory' };
  if (text.startsWith('sqlite:') && text.length > 'sqlite:'.length) {
    return { kind: 'sqlite', at: text.slice('sqlite:'.length) };
  }
  if (/^postgres(?:ql)?:\/\//.test(text) && URL.canParse(text)) return { kind: 'postgres', at: text };
  throw new ConfigurationError(
    'The store must be "memory", "sqlite:PATH" or "postgres://user:password@host/database".',
  );
}

/** Opens a store. The PostgreSQL driver is loaded only when it is asked for. */
export async function openStore(address: StoreAddress): Promise<Store> {
  switch (address.kind) {
    case 'memory':
      return new SqliteStore();
    case 'sqlite':
      return new SqliteStore(address.at);
    case 'postgres':
      return new (await import('./postgres/store.js')).PostgresStore(address.at);
  }
}
