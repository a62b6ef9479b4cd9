import { leafHash } from '../merkle/hash.js';
import { MemoryTiles } from '../merkle/tile.js';
import { MerkleTree } from '../merkle/tree.js';

export const leavesUpTo = (count: number): Buffer[] =>
  Array.from({ length: count }, (_, index) => leafHash(`record ${index}`));

/** A tree that was grown in batches, and its full tiles. */
export function grown(leaves: readonly Buffer[], batch = 32): { tree: MerkleTree; tiles: MemoryTiles } {
  const [tree, tiles] = [new MerkleTree(), new MemoryTiles()];
  for (let at = 0; at < leaves.length; at += batch) {
    const append = tree.stage(leaves.slice(at, at + batch));
    for (const tile of append.tiles) tiles.write(tile);
    append.commit();
  }
  return { tree, tiles };
}
