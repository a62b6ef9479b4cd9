import { TILE_WIDTH, type TileStore } from './tile.js';

/** How many entries the tiles of `level` have in a tree of `size` leaves. */
export const entriesAt = (size: number, level: number): number => Math.floor(size / TILE_WIDTH ** level);

/**
 * The tiles that hold the last entry of each level, for one size of a tree. It never changes: later appends write only
 * into slots that are empty at this size.
 */
export class Edge implements TileStore {
  readonly size: number;
  readonly tiles: readonly (Buffer | undefined)[];
  readonly #indices: readonly number[];

  constructor(size: number, tiles: readonly (Buffer | undefined)[]) {
    this.size = size;
    this.tiles = tiles;
    this.#indices = Array.from(tiles, (_, level) => Math.floor((entriesAt(size, level) - 1) / TILE_WIDTH));
  }

  read(level: number, index: number): Buffer | undefined {
    return index === this.#indices[level] ? this.tiles[level] : undefined;
  }
}
