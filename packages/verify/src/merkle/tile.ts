import { VerificationError } from '../errors.js';
import { HASH_BYTES } from '../hash.js';
import { foldPair } from './hash.js';

/** Tree levels in one tile. */
export const TILE_HEIGHT = 8;

/** Entries in a full tile. */
export const TILE_WIDTH = 2 ** TILE_HEIGHT;

/**
 * Bytes of a full tile: the 256 entries, then the 128 nodes above them, then 64, and so on to the one top hash, 511
 * hashes of 32 bytes. A proof copies what it needs and hashes nothing. The top is the tile's last 32 bytes.
 */
export const TILE_BYTES = (2 * TILE_WIDTH - 1) * HASH_BYTES;

/** A tile's place: entry `i` of the tile at `level`, `index` is the node `256 · index + i` of tree level `8 · level`. */
export interface TileId {
  readonly level: number;
  readonly index: number;
}

/** A full tile, to be kept: it never changes again. */
export interface Tile extends TileId {
  readonly data: Buffer;
}

/** Where proofs find full tiles. Return undefined for what is not at hand. */
export interface TileStore {
  read(level: number, index: number): Uint8Array | undefined;
}

/** Where a node lies in a tile's bytes: `height` rows above the entries, at `index` of that row. */
export const nodeOffset = (height: number, index: number): number =>
  (2 * TILE_WIDTH - ((2 * TILE_WIDTH) >> height) + index) * HASH_BYTES;

const TOP_OFFSET = nodeOffset(TILE_HEIGHT, 0);

/** The hash above a full tile. */
export const topOf = (data: Buffer): Buffer => data.subarray(TOP_OFFSET);

/** Writes entry `slot` and every node it completes. Nothing that was complete before is touched. */
export function putEntry(data: Buffer, slot: number, hash: Uint8Array): void {
  data.set(hash, nodeOffset(0, slot));
  let index = slot;
  for (let height = 0; index % 2 === 1; height++) {
    foldPair(data, nodeOffset(height, index - 1), nodeOffset(height + 1, (index - 1) / 2));
    index = (index - 1) / 2;
  }
}

/** Refuses stored bytes that cannot be a full tile. */
export function checkTile(data: Uint8Array, { level, index }: TileId): Buffer {
  if (data.length !== TILE_BYTES) {
    throw new VerificationError(
      'malformed_tile',
      `tile ${level}/${index} has ${data.length} bytes: a full tile has ${TILE_BYTES}`,
    );
  }
  return Buffer.isBuffer(data) ? data : Buffer.from(data.buffer, data.byteOffset, data.byteLength);
}

/**
 * Full tiles in memory, for logs that are not stored and for a cache's first version.
 *
 * @example
 * ```ts
 * import { leafHash, MemoryTiles, MerkleTree } from '@sallyport/verify';
 *
 * const tiles = new MemoryTiles();
 * const tree = new MerkleTree();
 * const append = tree.stage([leafHash('first record')]);
 * for (const tile of append.tiles) tiles.write(tile);
 * append.commit();
 * ```
 */
export class MemoryTiles implements TileStore {
  readonly #levels: Buffer[][] = [];

  read(level: number, index: number): Buffer | undefined {
    return this.#levels[level]?.[index];
  }

  write({ level, index, data }: Tile): void {
    const tiles = this.#levels[level] ?? [];
    this.#levels[level] = tiles;
    tiles[index] = data;
  }
}
