import { leafHash, MerkleTree, TILE_BYTES } from '@sallyport/verify';
import type { Query } from '../engine/unit.js';
import type { Work } from '../store/work.js';

const HASH_BYTES = 32;
/** Up to so many missing leaves are appended one by one; beyond, the right edge is rebuilt. */
const CATCH_UP = 1024;

function* leavesOf(chain: string, from: number, to: number): Work<Buffer[]> {
  const { rows } = yield {
    sql: 'SELECT text FROM records WHERE chain = ? AND seq >= ? AND seq < ? ORDER BY seq',
    params: [chain, from, to],
  };
  return rows.map(({ text }) => leafHash(String(text)));
}

/** The hashes above some full tiles: the last that each tile holds. */
function* topsOf(chain: string, level: number, from: number, to: number): Work<Uint8Array[]> {
  const { rows } = yield {
    sql: 'SELECT substr(nodes, ?, ?) AS top FROM tiles WHERE chain = ? AND level = ? AND idx >= ? AND idx < ? ORDER BY idx',
    params: [TILE_BYTES - HASH_BYTES + 1, HASH_BYTES, chain, level, from, to],
  };
  return rows.map(({ top }) => (top instanceof Uint8Array ? top : Buffer.alloc(0)));
}

/** Brings a chain's tree to the size that is on disk; it may be behind or, after a reset, ahead. */
export function* treeAt(chain: string, size: number, known: MerkleTree): Work<MerkleTree> {
  if (known.size === size) return known;
  if (known.size < size && size - known.size <= CATCH_UP) {
    known.stage(yield* leavesOf(chain, known.size, size)).commit();
    return known;
  }
  const edge: Buffer[] = [];
  for (const { level, first, count } of MerkleTree.edgeEntries(size)) {
    const end = first + count;
    edge.push(
      Buffer.concat(level === 0 ? yield* leavesOf(chain, first, end) : yield* topsOf(chain, level - 1, first, end)),
    );
  }
  return MerkleTree.restore(size, edge);
}

/** Keeps a full tile. */
export const insertTile = (chain: string, level: number, index: number, nodes: Uint8Array): Query => ({
  sql: 'INSERT INTO tiles (chain, level, idx, nodes) VALUES (?, ?, ?, ?)',
  params: [chain, level, index, nodes],
});
