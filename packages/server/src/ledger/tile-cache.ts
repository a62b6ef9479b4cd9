import type { TileId, TileStore } from '@sallyport/verify';
import type { Store } from '../store/store.js';
import { tileQuery } from './tree.js';

/** Full tiles in memory: 1 MiB of them. */
const MAX_TILES = 64;

/** Reads full tiles from the store; they never change, so the latest used stay at hand. */
export class TileCache {
  readonly #store: Store;
  readonly #tiles = new Map<string, Uint8Array>();

  constructor(store: Store) {
    this.#store = store;
  }

  /** The tiles of one proof. */
  async fetch(chain: string, ids: readonly TileId[]): Promise<TileStore> {
    const found = new Map<string, Uint8Array>();
    for (const { level, index } of ids) {
      const nodes = await this.#read(chain, level, index);
      if (nodes !== undefined) found.set(`${level}/${index}`, nodes);
    }
    return { read: (level, index) => found.get(`${level}/${index}`) };
  }

  clear(): void {
    this.#tiles.clear();
  }

  async #read(chain: string, level: number, index: number): Promise<Uint8Array | undefined> {
    const key = `${level}/${index}/${chain}`;
    const nodes = this.#tiles.get(key) ?? (await this.#load(chain, level, index));
    if (nodes === undefined) return undefined;
    this.#tiles.delete(key);
    this.#tiles.set(key, nodes);
    const [oldest] = this.#tiles.keys();
    if (this.#tiles.size > MAX_TILES && oldest !== undefined) this.#tiles.delete(oldest);
    return nodes;
  }

  async #load(chain: string, level: number, index: number): Promise<Uint8Array | undefined> {
    const [row] = await this.#store.all(tileQuery(chain, level, index));
    const nodes = row?.['nodes'];
    return nodes instanceof Uint8Array ? nodes : undefined;
  }
}
