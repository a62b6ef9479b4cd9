import type { ClientOptions } from '@sallyport/core';
import { type StoreKind, stores } from '../../../../server/src/testing/stores.js';

/** A store and a transport to run a suite on. */
export interface Setting {
  readonly name: string;
  readonly store: StoreKind;
  readonly clients: ClientOptions;
}

const viaFetch: ClientOptions = { fetch: (...request) => fetch(...request) };

/** Every kind of store, for what no transport can make a difference to. */
export const storeSettings: readonly Setting[] = stores.map((store) => ({
  name: `${store.name}, undici`,
  store,
  clients: {},
}));

/** Every kind of store, and both transports. */
export const settings: readonly Setting[] = [
  ...storeSettings,
  ...stores.slice(0, 1).map((store) => ({ name: `${store.name}, fetch`, store, clients: viaFetch })),
];
