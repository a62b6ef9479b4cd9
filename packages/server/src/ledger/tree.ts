import { leafHash, MerkleTree, TILE_BYTES } from '@sallyport/verify';
import type { Query, Row } from '../engine/unit.js';
import type { Work } from '../store/work.js';

const HASH_BYTES = 32;
/** Up to so many missing leaves are appended one by one; beyond, the right edge is rebuilt. */
const CATCH_UP = 1024;

/** Records as leaves, read by {@link leavesIn}. */
export const leavesQuery = (chain: string, from: number, to: number): Query => ({
  sql: 'SELECT text FROM records WHERE chain = ? AND seq >= ? AND seq < ? ORDER BY seq',
  params: [chain, from, to],
});

export const leavesIn = (rows: readonly Row[]): Buffer[] => rows.map(({ text }) => leafHash(String(text)));

/** The hashes above some full tiles, the last that each tile holds; read by {@link topsIn}. */
export const topsQuery = (chain: string, level: number, from: number, to: number): Query => ({
  sql: 'SELECT substr(nodes, ?, ?) AS top FROM tiles WHERE chain = ? AND level = ? AND idx >= ? AND idx < ? ORDER BY idx',
  params: [TILE_BYTES - HASH_BYTES + 1, HASH_BYTES, chain, level, from, to],
});

export const topsIn = (rows: readonly Row[]): Uint8Array[] =>
  rows.map(({ top }) => (top instanceof Uint8Array ? top : Buffer.alloc(0)));

/** One full tile, as `nodes`. */
export const tileQuery = (chain: string, level: number, index: number): Query => ({
  sql: 'SELECT nodes FROM tiles WHERE chain = ? AND level = ? AND idx = ?',
  params: [chain, level, index],
});

/** Brings a chain's tree to the size that is on disk; it may be behind or, after a reset, ahead. */
export function* treeAt(chain: string, size: number, known: MerkleTree): Work<MerkleTree> {
  if (known.size === size) return known;
  if (known.size < size && size - known.size <= CATCH_UP) {
    known.stage(leavesIn((yield leavesQuery(chain, known.size, size)).rows)).commit();
    return known;
  }
  const edge: Buffer[] = [];
  for (const { level, first, count } of MerkleTree.edgeEntries(size)) {
    const end = first + count;
    const { rows } = yield level === 0 ? leavesQuery(chain, first, end) : topsQuery(chain, level - 1, first, end);
    edge.push(Buffer.concat(level === 0 ? leavesIn(rows) : topsIn(rows)));
  }
  return MerkleTree.restore(size, edge);
}

/** Keeps a full tile. */
export const insertTile = (chain: string, level: number, index: number, nodes: Uint8Array): Query => ({
  sql: 'INSERT INTO tiles (chain, level, idx, nodes) VALUES (?, ?, ?, ?)',
  params: [chain, level, index, nodes],
});
