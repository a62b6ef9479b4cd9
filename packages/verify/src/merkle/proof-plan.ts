import { VerificationError } from '../errors.js';
import { HASH_BYTES } from '../hash.js';
import { nodeHash } from './hash.js';
import { floorLog2 } from './index-range.js';
import type { Subtree } from './paths.js';
import { checkTile, nodeOffset, TILE_HEIGHT, TILE_WIDTH, type TileId, type TileStore } from './tile.js';

/** The perfect subtrees that make up a run of leaves, as tree level and index there, largest first. */
function* perfectSubtrees({ start, end }: Subtree): Generator<[level: number, index: number]> {
  for (let at = start; at < end; ) {
    const level = floorLog2(end - at);
    yield [level, at / 2 ** level];
    at += 2 ** level;
  }
}

/** Makes the hashes of subtrees out of tiles, asking once for a tile that is used several times in a row. */
class SubtreeReader {
  readonly #stores: readonly TileStore[];
  #level = -1;
  #index = -1;
  #data: Buffer = Buffer.alloc(0);

  constructor(stores: readonly TileStore[]) {
    this.#stores = stores;
  }

  hash(start: number, end: number): Buffer {
    const level = floorLog2(end - start);
    const width = 2 ** level;
    const first = this.#node(level, start / width);
    return start + width === end ? first : nodeHash(first, this.hash(start + width, end));
  }

  #node(level: number, index: number): Buffer {
    const height = level % TILE_HEIGHT;
    const width = TILE_WIDTH >> height;
    const tile = Math.floor(index / width);
    this.#open((level - height) / TILE_HEIGHT, tile);
    const offset = nodeOffset(height, index - tile * width);
    return Buffer.from(this.#data.subarray(offset, offset + HASH_BYTES));
  }

  #open(level: number, index: number): void {
    if (level === this.#level && index === this.#index) return;
    for (const store of this.#stores) {
      const data = store.read(level, index);
      if (!data) continue;
      this.#data = checkTile(data, { level, index });
      this.#level = level;
      this.#index = index;
      return;
    }
    throw new VerificationError(
      'missing_tile',
      `tile ${level}/${index} is not at hand: fetch every tile of the plan first`,
    );
  }
}

/**
 * A proof in two steps: `tiles` says which full tiles it is made of, `build` makes it once they are at hand. In between
 * there may be a slow read, and the tree may grow.
 *
 * @example
 * ```ts
 * import type { MerkleTree, TileId } from '@sallyport/verify';
 *
 * async function prove(tree: MerkleTree, index: number, fetchTile: (id: TileId) => Promise<Buffer>): Promise<Buffer[]> {
 *   const plan = tree.inclusion(index);
 *   const fetched = new Map<string, Buffer>();
 *   for (const id of plan.tiles) fetched.set(`${id.level}/${id.index}`, await fetchTile(id));
 *   return plan.build({ read: (level, at) => fetched.get(`${level}/${at}`) });
 * }
 * ```
 */
export interface ProofPlan {
  /** The full tiles to have at hand, each once; what the tree holds in memory is not among them. */
  readonly tiles: TileId[];
  /**
   * The hashes of the proof, leaf upwards.
   *
   * @throws VerificationError `missing_tile`, or `malformed_tile` for stored bytes of another length.
   */
  build(store: TileStore): Buffer[];
}

/** A proof made of the hashes of subtrees, which tiles and the tree's edge hold. */
export class SubtreePlan implements ProofPlan {
  readonly #path: readonly Subtree[];
  readonly #edge: TileStore;

  constructor(path: readonly Subtree[], edge: TileStore) {
    this.#path = path;
    this.#edge = edge;
  }

  get tiles(): TileId[] {
    const needed = new Map<string, TileId>();
    for (const [treeLevel, treeIndex] of this.#path.flatMap((subtree) => [...perfectSubtrees(subtree)])) {
      const height = treeLevel % TILE_HEIGHT;
      const level = (treeLevel - height) / TILE_HEIGHT;
      const index = Math.floor(treeIndex / (TILE_WIDTH >> height));
      if (!this.#edge.read(level, index)) needed.set(`${level}/${index}`, { level, index });
    }
    return [...needed.values()];
  }

  build(store: TileStore): Buffer[] {
    const reader = new SubtreeReader([this.#edge, store]);
    return this.#path.map(({ start, end }) => reader.hash(start, end));
  }
}
