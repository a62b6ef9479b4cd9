import { VerificationError, verifyOddLeafInclusion } from '@sallyport/verify';
import type { InclusionProof } from './types/index.js';
import type { UncheckedProof } from './wire/merkle.js';

export const bytes = (hex: string): Buffer => Buffer.from(hex, 'hex');

/** @throws VerificationError when the proof does not lead from a record to a root. */
export function verifyProof(recordHash: string, root: string, { leafIndex, treeSize, proof }: UncheckedProof): void {
  verifyOddLeafInclusion({
    leaf: bytes(recordHash),
    index: leafIndex,
    size: treeSize,
    root: bytes(root),
    proof: proof.map(({ sibling, position }) => ({ sibling: bytes(sibling), position })),
  });
}

/** A proof, and whether it holds for the record that was asked about, whatever record it speaks of. */
export function checkProof(recordHash: string, proof: UncheckedProof): InclusionProof {
  try {
    verifyProof(recordHash, proof.treeRoot, proof);
    return { ...proof, verified: proof.recordHash.toLowerCase() === recordHash.toLowerCase() };
  } catch (error) {
    if (error instanceof VerificationError) return { ...proof, verified: false };
    throw error;
  }
}
