import { VerificationError } from '../errors.js';
import { HASH_BYTES } from '../hash.js';
import { copyHash, foldOnto } from './hash.js';
import { floorLog2, powerOfTwo } from './index-range.js';
import type { Subtree } from './paths.js';
import { checkTile, nodeOffset, TILE_HEIGHT, TILE_WIDTH, type TileId, type TileStore } from './tile.js';

/** Visits the nodes of the perfect subtrees that a path consists of, each by its tile and its place there. */
function visitNodes(
  path: readonly Subtree[],
  visit: (position: number, level: number, index: number, offset: number) => void,
): void {
  path.forEach(({ start, end }, position) => {
    for (let at = start; at < end; ) {
      const treeLevel = floorLog2(end - at);
      const leaves = powerOfTwo(treeLevel);
      const height = treeLevel % TILE_HEIGHT;
      const width = TILE_WIDTH >> height;
      const treeIndex = at / leaves;
      const index = Math.floor(treeIndex / width);
      visit(position, (treeLevel - height) / TILE_HEIGHT, index, nodeOffset(height, treeIndex - index * width));
      at += leaves;
    }
  });
}

/** Opens tiles, asking once for one that is used several times in a row. */
class TileReader {
  readonly #stores: readonly TileStore[];
  #level = -1;
  #index = -1;
  #data: Buffer = Buffer.alloc(0);

  constructor(stores: readonly TileStore[]) {
    this.#stores = stores;
  }

  open(level: number, index: number): Buffer {
    if (level === this.#level && index === this.#index) return this.#data;
    for (const store of this.#stores) {
      const data = store.read(level, index);
      if (!data) continue;
      this.#data = checkTile(data, { level, index });
      this.#level = level;
      this.#index = index;
      return this.#data;
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
    visitNodes(this.#path, (_, level, index) => {
      if (!this.#edge.read(level, index)) needed.set(`${level}/${index}`, { level, index });
    });
    return [...needed.values()];
  }

  build(store: TileStore): Buffer[] {
    const reader = new TileReader([this.#edge, store]);
    const proof = Buffer.allocUnsafe(this.#path.length * HASH_BYTES);
    const nodes: { data: Buffer; offset: number; at: number }[] = [];
    visitNodes(this.#path, (position, level, index, offset) => {
      nodes.push({ data: reader.open(level, index), offset, at: position * HASH_BYTES });
    });
    // One byte of each before the rest of any: the tiles of a large tree are far away, and are waited for all at once.
    for (const { data, offset, at } of nodes) proof[at] = data[offset] ?? 0;
    let folded = -1;
    for (const { data, offset, at } of nodes.reverse()) {
      if (at === folded) foldOnto(data, offset, proof, at);
      else copyHash(data, offset, proof, at);
      folded = at;
    }
    return this.#path.map((_, position) => proof.subarray(position * HASH_BYTES, (position + 1) * HASH_BYTES));
  }
}
