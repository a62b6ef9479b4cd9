import { createHash } from 'node:crypto';
import { MemoryTiles, MerkleTree } from '@sallyport/verify';
import { interleave } from '../harness/interleave.js';
import { nanosecondsPer } from '../harness/measure.js';
import type { Row } from '../harness/row.js';

const SMALL = 1000;
const LARGE = 1_000_000;
/** Few enough for a round to be over before a busy machine takes the processor away. */
const PROOFS = 50;
const ROUNDS = 2001;
/** A prime, so that the proofs are of leaves all over the tree. */
const STRIDE = 7919;

function grow(size: number): () => number {
  const tree = new MerkleTree();
  const tiles = new MemoryTiles();
  const leaf = createHash('sha256').update('leaf').digest();
  const group = new Array<Buffer>(SMALL).fill(leaf);
  for (let grown = 0; grown < size; grown += SMALL) {
    const staged = tree.stage(group);
    for (const tile of staged.tiles) tiles.write(tile);
    staged.commit();
  }
  let index = 0;
  const prove = (): void => {
    index = (index + STRIDE) % size;
    tree.inclusion(index).build(tiles);
  };
  return () => nanosecondsPer(PROOFS, prove) / 1000;
}

/** A proof of twice as many hashes, most of them out of memory that no cache holds, against one at a new log. */
export async function inclusionCost(): Promise<readonly Row[]> {
  const { small, large } = await interleave(ROUNDS, { small: grow(SMALL), large: grow(LARGE) });
  return [
    { name: 'inclusion proof, 1,000,000 leaves ÷ 1,000', value: large / small, unit: '×', better: 'less', limit: 2 },
    { name: 'inclusion proof at 1,000,000 leaves', value: large, unit: 'µs', better: 'less', aim: 50 },
  ];
}
