import { VerificationError } from '../errors.js';
import { checkHash, emptyRoot, nodeHash, sameHash } from './hash.js';
import { type TreeIndex, toIndex, toIndexUpTo } from './index-range.js';
import { consistencyPath, inclusionPath, type Subtree } from './paths.js';

/** The claim that a leaf is in a tree. Hashes are 32 bytes. */
export interface InclusionClaim {
  readonly leaf: Uint8Array;
  readonly index: TreeIndex;
  readonly size: TreeIndex;
  readonly root: Uint8Array;
  /** Leaf upwards. */
  readonly proof: readonly Uint8Array[];
}

/** The claim that one tree is another with leaves appended. Hashes are 32 bytes. */
export interface ConsistencyClaim {
  readonly first: { readonly size: TreeIndex; readonly root: Uint8Array };
  readonly second: { readonly size: TreeIndex; readonly root: Uint8Array };
  readonly proof: readonly Uint8Array[];
}

interface Step extends Subtree {
  readonly hash: Uint8Array;
}

/** Pairs each hash of a proof with the leaves it stands for; a proof of another length is refused before any hashing. */
function steps(path: readonly Subtree[], proof: readonly Uint8Array[]): Step[] {
  if (proof.length !== path.length) {
    throw new VerificationError(
      'proof_length',
      `the proof has ${proof.length} hashes: between these sizes it has ${path.length}`,
    );
  }
  const paired: Step[] = [];
  for (const [position, hash] of proof.entries()) {
    checkHash(hash, `hash ${position} of the proof`);
    const subtree = path[position];
    if (subtree) paired.push({ ...subtree, hash });
  }
  return paired;
}

function checkRoot(computed: Uint8Array, stated: Uint8Array, what: string): void {
  if (!sameHash(computed, stated)) {
    throw new VerificationError('root_mismatch', `the proof does not lead to the ${what}: they are not of one tree`);
  }
}

/**
 * Verifies that a leaf is in a tree (RFC 9162 §2.1.3.2).
 *
 * @throws VerificationError `index_range`, `hash_length`, `proof_length` or `root_mismatch`.
 * @example
 * ```ts
 * import { leafHash, verifyInclusion } from '@sallyport/verify';
 *
 * const leaf = leafHash('the only record');
 * verifyInclusion({ leaf, index: 0, size: 1, root: leaf, proof: [] });
 * ```
 */
export function verifyInclusion(claim: InclusionClaim): void {
  const size = toIndex(claim.size, 'the size');
  const index = toIndexUpTo(claim.index, size - 1, 'the index');
  const path = steps(inclusionPath(index, size), claim.proof);
  checkHash(claim.leaf, 'the leaf');
  checkHash(claim.root, 'the root');
  let hash = claim.leaf;
  for (const sibling of path) {
    hash = sibling.end <= index ? nodeHash(sibling.hash, hash) : nodeHash(hash, sibling.hash);
  }
  checkRoot(hash, claim.root, 'root');
}

/**
 * Verifies that a tree only grew (RFC 9162 §2.1.4.2). Any tree grew from the empty one.
 *
 * @throws VerificationError `index_range`, `hash_length`, `proof_length` or `root_mismatch`.
 * @example
 * ```ts
 * import { leafHash, nodeHash, verifyConsistency } from '@sallyport/verify';
 *
 * const [a, b] = [leafHash('a'), leafHash('b')];
 * verifyConsistency({ first: { size: 1, root: a }, second: { size: 2, root: nodeHash(a, b) }, proof: [b] });
 * ```
 */
export function verifyConsistency({ first, second, proof }: ConsistencyClaim): void {
  const newer = toIndex(second.size, 'the second size');
  const older = toIndexUpTo(first.size, newer, 'the first size');
  checkHash(first.root, 'the first root');
  checkHash(second.root, 'the second root');
  const path = steps(consistencyPath(older, newer), proof);
  if (older === 0) {
    checkRoot(emptyRoot(), first.root, 'first root');
    return;
  }

  // The walk begins at the subtree where the old tree ends: at its root if the new tree has that whole, else it is sent.
  const seed = path[0] && path[0].end <= older ? path.shift() : undefined;
  let oldRoot = seed?.hash ?? first.root;
  let newRoot = oldRoot;
  for (const { end, hash } of path) {
    const left = end <= older;
    if (left) oldRoot = nodeHash(hash, oldRoot);
    newRoot = left ? nodeHash(hash, newRoot) : nodeHash(newRoot, hash);
  }
  checkRoot(oldRoot, first.root, 'first root');
  checkRoot(newRoot, second.root, 'second root');
}
