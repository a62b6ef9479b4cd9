import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { codeOf, flipped } from '../testing/codes.js';
import { rootOf } from './frontier.js';
import { oddLeafProof, oddLeafRoot, verifyOddLeafInclusion } from './odd-leaf.js';

const sha256 = (data: Uint8Array | string): Buffer => createHash('sha256').update(data).digest();
const leavesUpTo = (count: number) => Array.from({ length: count }, (_, index) => sha256(Buffer.from([index])));

test.each([
  [1, 'b289dea92ca5aba5f2e1891a1af11be27914c48854db0fe5b4bb95c137e0f2d6'],
  [2, '30e1867424e66e8b6d159246db94e3486778136f7e386ff5f001859d6b8484ab'],
  [3, 'f2dcdd96791b6bac5d554f2d320e594b834f5da1981812c3707e7772234cb0ad'],
  [4, '9675e04b4ba9dc81b06e81731e2d21caa2c95557a85dcfa3fff70c9ff0f30b2e'],
  [5, '9674600fd139741c0f7dd7a32d984a0e74401cc90e6e8e5d203ed973d27324fe'],
  [7, 'e263b77a6d80c1c56f3f67d1e0d803ad8eb2ac9d66c82f78735207c886a1592c'],
])('the root over %i leaves', (size, root) => {
  expect(oddLeafRoot(leavesUpTo(size)).toString('hex')).toBe(root);
});

test('the empty root is the caller’s', () => {
  const genesis = sha256('VARGATE_GENESIS');
  expect(oddLeafRoot([], genesis)).toEqual(genesis);
  expect(codeOf(() => oddLeafRoot([]))).toBe('index_range');
});

test('the last of five leaves is paired with itself', () => {
  const proof = oddLeafProof(leavesUpTo(5), 4).map(({ sibling, position }) => [
    Buffer.from(sibling).toString('hex').slice(0, 8),
    position,
  ]);
  expect(proof).toEqual([
    ['e52d9c50', 'right'],
    ['0e68f91a', 'right'],
    ['9675e04b', 'left'],
  ]);
});

test('it is not the RFC 6962 tree', () => {
  expect(oddLeafRoot(leavesUpTo(4))).not.toEqual(rootOf(leavesUpTo(4)));
});

const claimOf = (index: number, size: number) => {
  const leaves = leavesUpTo(size);
  const leaf = leaves[index] ?? Buffer.alloc(0);
  return { leaf, index, size, root: oddLeafRoot(leaves), proof: oddLeafProof(leaves, index) };
};

const place = fc.tuple(fc.nat(69), fc.nat(69)).map(([a, b]) => [Math.min(a, b), Math.max(a, b) + 1] as const);

test('property: proofs verify, and any flipped bit is found', () => {
  fc.assert(
    fc.property(place, fc.nat(), fc.nat(), ([index, size], element, bit) => {
      const claim = claimOf(index, size);
      verifyOddLeafInclusion(claim);
      const at = element % claim.proof.length;
      const step = claim.proof[at] ?? { sibling: Buffer.alloc(1), position: 'left' };
      const changed = { ...step, sibling: flipped(step.sibling, bit) };
      expect(codeOf(() => verifyOddLeafInclusion({ ...claim, proof: claim.proof.with(at, changed) }))).toBe(
        'root_mismatch',
      );
      expect(codeOf(() => verifyOddLeafInclusion({ ...claim, leaf: flipped(claim.leaf, bit) }))).toBe('root_mismatch');
      expect(codeOf(() => verifyOddLeafInclusion({ ...claim, root: flipped(claim.root, bit) }))).toBe('root_mismatch');
      const moved = { ...step, position: step.position === 'left' ? ('right' as const) : ('left' as const) };
      expect(codeOf(() => verifyOddLeafInclusion({ ...claim, proof: claim.proof.with(at, moved) }))).toBe(
        'proof_position',
      );
      expect(codeOf(() => verifyOddLeafInclusion({ ...claim, proof: claim.proof.slice(1) }))).toBe('proof_length');
    }),
  );
});

test('the duplicate of a last leaf is no leaf of its own', () => {
  const claim = claimOf(4, 5);
  expect(codeOf(() => verifyOddLeafInclusion({ ...claim, index: 5 }))).toBe('index_range');
});

test('what is no hash is refused', () => {
  const claim = claimOf(1, 3);
  expect(codeOf(() => verifyOddLeafInclusion({ ...claim, leaf: Buffer.alloc(5) }))).toBe('hash_length');
  expect(codeOf(() => oddLeafRoot([Buffer.alloc(5)]))).toBe('hash_length');
  expect(codeOf(() => oddLeafProof([Buffer.alloc(5)], 0))).toBe('hash_length');
  expect(codeOf(() => oddLeafProof(leavesUpTo(3), 3))).toBe('index_range');
});
