import { MerkleTree, TILE_WIDTH } from '@sallyport/verify';
import type { Row } from '../engine/unit.js';
import type { Store } from '../store/store.js';
import { damaged } from './errors.js';
import { leavesIn, leavesQuery, tileQuery, topsIn, topsQuery } from './tree.js';

/**
 * Compares, on each level of a chain's tree, the last full tile with what it stands for: records on the lowest, the roots
 * of tiles above it. A few tiles, however long the chain is.
 *
 * @throws LedgerDamagedError
 */
export async function checkTiles(store: Store, chain: string, size: number): Promise<void> {
  for (let level = 0, below = size; below >= TILE_WIDTH; level += 1) {
    const full = Math.floor(below / TILE_WIDTH);
    const [first, end] = [(full - 1) * TILE_WIDTH, full * TILE_WIDTH];
    const entries =
      level === 0
        ? leavesIn(await store.all(leavesQuery(chain, first, end)))
        : topsIn(await store.all(topsQuery(chain, level - 1, first, end)));
    const [row] = await store.all(tileQuery(chain, level, full - 1));
    if (!isTileOver(entries, row)) {
      const what = level === 0 ? `records ${first} to ${end - 1}` : `the tiles below it`;
      throw damaged(`Chain "${chain}": tile ${full - 1} on level ${level} of its tree is not the one over ${what}.`);
    }
    below = full;
  }
}

function isTileOver(entries: readonly Uint8Array[], row: Row | undefined): boolean {
  const kept = row?.['nodes'];
  if (!(kept instanceof Uint8Array) || entries.length !== TILE_WIDTH) return false;
  const [made] = new MerkleTree().stage(entries).tiles;
  return made?.data.equals(kept) === true;
}
