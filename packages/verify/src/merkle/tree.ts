import { VerificationError } from '../errors.js';
import { HASH_BYTES } from '../hash.js';
import { Edge, entriesAt } from './edge.js';
import { checkHash, emptyRoot } from './hash.js';
import { type TreeIndex, toIndex, toIndexUpTo } from './index-range.js';
import { consistencyPath, inclusionPath } from './paths.js';
import { type ProofPlan, SubtreePlan } from './proof-plan.js';
import { putEntry, TILE_BYTES, TILE_WIDTH, type Tile, topOf } from './tile.js';

/** Leaves that are not part of the tree yet: keep the tiles together with the records, then commit. */
export interface StagedAppend {
  /** The size after `commit`. */
  readonly size: number;
  /** The root after `commit`. */
  readonly root: Buffer;
  /** The tiles that became full, to be kept in the transaction that keeps the records. */
  readonly tiles: readonly Tile[];
  /**
   * Makes the leaves part of the tree. Without it nothing happened: stage again.
   *
   * @throws VerificationError `stale_append` when another append was staged since.
   */
  commit(): void;
}

/** Entries of a level that the next tile will be completed from. */
export interface EdgeEntries {
  readonly level: number;
  /** The first entry's index: of a leaf on level 0, of a full tile of the level below on the others. */
  readonly first: number;
  /** From 1 to 255. */
  readonly count: number;
}

const NO_TILES = { read: () => undefined };

/**
 * A growing tree (RFC 9162) over tiles: memory holds its right edge, full tiles go to the caller, and a proof at any
 * size reads a few of them back.
 *
 * @example
 * ```ts
 * import { leafHash, MemoryTiles, MerkleTree, verifyInclusion } from '@sallyport/verify';
 *
 * const [tree, tiles] = [new MerkleTree(), new MemoryTiles()];
 * const append = tree.stage(['a', 'b', 'c'].map((record) => leafHash(record)));
 * for (const tile of append.tiles) tiles.write(tile);
 * append.commit();
 *
 * const proof = tree.inclusion(1).build(tiles);
 * verifyInclusion({ leaf: leafHash('b'), index: 1, size: tree.size, root: tree.root(), proof });
 * ```
 */
export class MerkleTree {
  #edge = new Edge(0, []);
  #staged: object | undefined;

  /** What is to be read before {@link MerkleTree.restore} can rebuild a tree of this size, lowest level first. */
  static edgeEntries(size: TreeIndex): EdgeEntries[] {
    const needed: EdgeEntries[] = [];
    const leaves = toIndex(size, 'the size');
    for (let level = 0; entriesAt(leaves, level) > 0; level++) {
      const entries = entriesAt(leaves, level);
      const count = entries % TILE_WIDTH;
      if (count > 0) needed.push({ level, first: entries - count, count });
    }
    return needed;
  }

  /**
   * Rebuilds a tree from what was stored: for each of {@link MerkleTree.edgeEntries}, in that order, its hashes one
   * after another — leaf hashes on level 0, else the last 32 bytes of the tiles below.
   *
   * Compare the root with a signed checkpoint afterwards: this takes the hashes on trust.
   *
   * @throws VerificationError `malformed_tile` when hashes are missing.
   */
  static restore(size: TreeIndex, entries: readonly Uint8Array[]): MerkleTree {
    const tiles: (Buffer | undefined)[] = [];
    for (const [position, { level, count }] of MerkleTree.edgeEntries(size).entries()) {
      const hashes = entries[position];
      if (hashes?.length !== count * HASH_BYTES) {
        throw new VerificationError(
          'malformed_tile',
          `level ${level} of the right edge needs ${count} hashes to restore`,
        );
      }
      const data = Buffer.alloc(TILE_BYTES);
      for (let slot = 0; slot < count; slot++) {
        putEntry(data, slot, hashes.subarray(slot * HASH_BYTES, (slot + 1) * HASH_BYTES));
      }
      tiles[level] = data;
    }
    const tree = new MerkleTree();
    tree.#edge = new Edge(toIndex(size, 'the size'), tiles);
    return tree;
  }

  /** How many leaves are committed. */
  get size(): number {
    return this.#edge.size;
  }

  /** The root over all committed leaves. */
  root(): Buffer {
    return rootOfEdge(this.#edge);
  }

  /**
   * Prepares to append leaf hashes. Staging again drops what was staged before.
   *
   * @throws VerificationError `hash_length`.
   */
  stage(leaves: Iterable<Uint8Array>): StagedAppend {
    const base = this.#edge;
    const tiles = [...base.tiles];
    const full: Tile[] = [];
    let size = base.size;
    for (const leaf of leaves) {
      checkHash(leaf, 'the leaf');
      append(tiles, full, 0, size++, leaf);
    }
    const edge = new Edge(size, tiles);
    const commit = (): void => {
      if (this.#staged !== staged) {
        throw new VerificationError('stale_append', 'these leaves were staged before another append: stage them again');
      }
      this.#edge = edge;
      this.#staged = undefined;
    };
    const staged = { size, root: rootOfEdge(edge), tiles: full, commit };
    this.#staged = staged;
    return staged;
  }

  /**
   * Plans the proof that the leaf at `index` is in the tree as it was at `size` leaves.
   *
   * @throws VerificationError `index_range`.
   */
  inclusion(index: TreeIndex, size: TreeIndex = this.size): ProofPlan {
    const leaves = toIndexUpTo(size, this.size, 'the size');
    return new SubtreePlan(inclusionPath(toIndexUpTo(index, leaves - 1, 'the index'), leaves), this.#edge);
  }

  /**
   * Plans the proof that the tree at `second` leaves is the tree at `first` leaves with leaves appended.
   *
   * @throws VerificationError `index_range`.
   */
  consistency(first: TreeIndex, second: TreeIndex = this.size): ProofPlan {
    const newer = toIndexUpTo(second, this.size, 'the second size');
    return new SubtreePlan(consistencyPath(toIndexUpTo(first, newer, 'the first size'), newer), this.#edge);
  }

  /**
   * Plans the root at an earlier size, of at least 1: `build` gives it as its one hash.
   *
   * @throws VerificationError `index_range`.
   */
  rootAt(size: TreeIndex): ProofPlan {
    const end = toIndexUpTo(size, this.size, 'the size');
    return new SubtreePlan(end > 0 ? [{ start: 0, end }] : [], this.#edge);
  }
}

function append(tiles: (Buffer | undefined)[], full: Tile[], level: number, index: number, hash: Uint8Array): void {
  const slot = index % TILE_WIDTH;
  const data = (slot > 0 ? tiles[level] : undefined) ?? Buffer.alloc(TILE_BYTES);
  tiles[level] = data;
  putEntry(data, slot, hash);
  if (slot < TILE_WIDTH - 1) return;
  const tile = Math.floor(index / TILE_WIDTH);
  full.push({ level, index: tile, data });
  append(tiles, full, level + 1, tile, topOf(data));
}

function rootOfEdge(edge: Edge): Buffer {
  if (edge.size === 0) return emptyRoot();
  const [root] = new SubtreePlan([{ start: 0, end: edge.size }], edge).build(NO_TILES);
  return root ?? emptyRoot();
}
