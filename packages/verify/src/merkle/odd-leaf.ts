import { VerificationError } from '../errors.js';
import { HASH_BYTES, sha256 } from '../hash.js';
import { checkHash, sameHash } from './hash.js';
import { floorLog2, type TreeIndex, toIndex, toIndexUpTo } from './index-range.js';

/** A sibling in a proof of a duplicate-last tree, and the side it stands on. */
export interface OddLeafStep {
  readonly sibling: Uint8Array;
  readonly position: 'left' | 'right';
}

/** The claim that a leaf is in a duplicate-last tree. Hashes are 32 bytes. */
export interface OddLeafClaim {
  /** The leaf itself: this tree does not hash it again. */
  readonly leaf: Uint8Array;
  readonly index: TreeIndex;
  readonly size: TreeIndex;
  readonly root: Uint8Array;
  /** Leaf upwards. */
  readonly proof: readonly OddLeafStep[];
}

const join = (left: Uint8Array, right: Uint8Array): Buffer => sha256(Buffer.concat([left, right], 2 * HASH_BYTES));

/** Levels above the leaves: a lone leaf has one too, being paired with itself. */
const heightOf = (size: number): number => (size > 1 ? floorLog2(size - 1) + 1 : 1);

const positionAt = (index: number, height: number): 'left' | 'right' =>
  Math.floor(index / 2 ** height) % 2 === 1 ? 'left' : 'right';

function siblingOf(row: readonly Uint8Array[], index: number): Uint8Array {
  const sibling = row[index % 2 === 1 ? index - 1 : index + 1] ?? row[index];
  if (sibling) return sibling;
  throw new VerificationError('index_range', `there is no node ${index} in a row of ${row.length}`);
}

const rowAbove = (row: readonly Uint8Array[]): Buffer[] =>
  row.flatMap((left, index) => (index % 2 === 0 ? [join(left, siblingOf(row, index))] : []));

function checkLeaves(leaves: readonly Uint8Array[]): void {
  for (const [index, leaf] of leaves.entries()) checkHash(leaf, `leaf ${index}`);
}

/**
 * The root of a duplicate-last tree, the form Bitcoin uses: nodes are SHA-256(left ‖ right) without prefixes, and the
 * last node of a row of odd length is paired with itself. This is **not** an RFC 6962 tree: it does not tell leaves
 * from nodes, and some different lists of leaves have one root. It is here because one gateway publishes such roots;
 * bind a leaf to its index and the tree's size, as {@link verifyOddLeafInclusion} does.
 *
 * @param leaves - hashes of 32 bytes, which are not hashed again.
 * @param empty - the root of a tree without leaves, which differs between users of this form.
 * @throws VerificationError `hash_length`, or `index_range` for no leaves without `empty`.
 * @example
 * ```ts
 * import { createHash } from 'node:crypto';
 * import { oddLeafRoot } from '@sallyport/verify';
 *
 * const leaves = ['a', 'b', 'c'].map((record) => createHash('sha256').update(record).digest());
 * oddLeafRoot(leaves);
 * ```
 */
export function oddLeafRoot(leaves: readonly Uint8Array[], empty?: Uint8Array): Buffer {
  checkLeaves(leaves);
  let row = leaves;
  if (leaves.length > 0) for (let height = heightOf(leaves.length); height > 0; height--) row = rowAbove(row);
  const root = row[0] ?? empty;
  if (root) return Buffer.from(root);
  throw new VerificationError('index_range', 'a duplicate-last tree needs a leaf, or the root that stands for none');
}

/**
 * The proof that a leaf is in a duplicate-last tree; see {@link oddLeafRoot}. Costs the whole tree.
 *
 * @throws VerificationError `hash_length` or `index_range`.
 * @example
 * ```ts
 * import { createHash } from 'node:crypto';
 * import { oddLeafProof } from '@sallyport/verify';
 *
 * const leaves = ['a', 'b', 'c'].map((record) => createHash('sha256').update(record).digest());
 * oddLeafProof(leaves, 2); // the last leaf's first sibling is itself
 * ```
 */
export function oddLeafProof(leaves: readonly Uint8Array[], index: TreeIndex): OddLeafStep[] {
  checkLeaves(leaves);
  const at = toIndexUpTo(index, leaves.length - 1, 'the index');
  const proof: OddLeafStep[] = [];
  let row = leaves;
  for (let height = 0; height < heightOf(leaves.length); height++) {
    proof.push({ sibling: siblingOf(row, Math.floor(at / 2 ** height)), position: positionAt(at, height) });
    row = rowAbove(row);
  }
  return proof;
}

/**
 * Verifies that a leaf is in a duplicate-last tree; see {@link oddLeafRoot}.
 *
 * @throws VerificationError `index_range`, `hash_length`, `proof_length`, `proof_position` or `root_mismatch`.
 * @example
 * ```ts
 * import { createHash } from 'node:crypto';
 * import { oddLeafProof, oddLeafRoot, verifyOddLeafInclusion } from '@sallyport/verify';
 *
 * const leaves = ['a', 'b', 'c'].map((record) => createHash('sha256').update(record).digest());
 * const [leaf] = leaves;
 * const proof = oddLeafProof(leaves, 0);
 * if (leaf) verifyOddLeafInclusion({ leaf, index: 0, size: 3, root: oddLeafRoot(leaves), proof });
 * ```
 */
export function verifyOddLeafInclusion({ proof, ...claim }: OddLeafClaim): void {
  const size = toIndex(claim.size, 'the size');
  const index = toIndexUpTo(claim.index, size - 1, 'the index');
  if (proof.length !== heightOf(size)) {
    throw new VerificationError(
      'proof_length',
      `the proof has ${proof.length} hashes: at this size it has ${heightOf(size)}`,
    );
  }
  checkHash(claim.leaf, 'the leaf');
  checkHash(claim.root, 'the root');
  let hash = claim.leaf;
  for (const [height, { sibling, position }] of proof.entries()) {
    checkHash(sibling, `hash ${height} of the proof`);
    if (position !== positionAt(index, height)) {
      throw new VerificationError(
        'proof_position',
        `hash ${height} of the proof stands on the wrong side for leaf ${index}`,
      );
    }
    hash = position === 'left' ? join(sibling, hash) : join(hash, sibling);
  }
  if (!sameHash(hash, claim.root)) {
    throw new VerificationError('root_mismatch', 'the proof does not lead to the root: they are not of one tree');
  }
}
