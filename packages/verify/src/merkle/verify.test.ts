import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { codeOf, flipped } from '../testing/codes.js';
import { naiveRoot } from '../testing/naive-tree.js';
import { grown, leavesUpTo } from '../testing/trees.js';
import { emptyRoot } from './hash.js';
import { verifyConsistency, verifyInclusion } from './verify.js';

const SIZE = 300;
const leaves = leavesUpTo(SIZE);
const { tree, tiles } = grown(leaves);
const rootAt = (size: number) => tree.rootAt(size).build(tiles)[0] ?? emptyRoot();

const claimOf = (index: number, size: number) => ({
  leaf: leaves[index] ?? Buffer.alloc(0),
  index,
  size,
  root: rootAt(size),
  proof: tree.inclusion(index, size).build(tiles),
});

const growthOf = (first: number, second: number) => ({
  first: { size: first, root: rootAt(first) },
  second: { size: second, root: rootAt(second) },
  proof: tree.consistency(first, second).build(tiles),
});

/** An index and a size above it. */
const place = fc
  .tuple(fc.nat(SIZE - 1), fc.nat(SIZE - 1))
  .map(([a, b]) => [Math.min(a, b), Math.max(a, b) + 1] as const);

describe('inclusion', () => {
  test('bigints and numbers are the same index', () => {
    const claim = claimOf(17, 299);
    verifyInclusion(claim);
    verifyInclusion({ ...claim, index: 17n, size: 299n });
  });

  test('property: any flipped bit of leaf, root or proof is found', () => {
    fc.assert(
      fc.property(place, fc.nat(), fc.nat(), ([index, size], element, bit) => {
        const claim = claimOf(index, size);
        const parts = [claim.leaf, claim.root, ...claim.proof];
        const at = element % parts.length;
        const changed = flipped(parts[at] ?? Buffer.alloc(1), bit);
        const forged =
          at === 0
            ? { ...claim, leaf: changed }
            : at === 1
              ? { ...claim, root: changed }
              : { ...claim, proof: claim.proof.with(at - 2, changed) };
        expect(codeOf(() => verifyInclusion(forged))).toBe('root_mismatch');
      }),
    );
  });

  test('property: a proof holds for no other index', () => {
    fc.assert(
      fc.property(place, fc.nat(SIZE - 1), ([index, size], other) => {
        fc.pre(other !== index);
        expect(['index_range', 'proof_length', 'root_mismatch']).toContain(
          codeOf(() => verifyInclusion({ ...claimOf(index, size), index: other })),
        );
      }),
    );
  });

  test('property: a hash too many or too few is refused before hashing', () => {
    fc.assert(
      fc.property(place, ([index, size]) => {
        const claim = claimOf(index, size);
        expect(codeOf(() => verifyInclusion({ ...claim, proof: [...claim.proof, claim.root] }))).toBe('proof_length');
        fc.pre(size > 1);
        expect(codeOf(() => verifyInclusion({ ...claim, proof: claim.proof.slice(1) }))).toBe('proof_length');
      }),
    );
  });

  test('hashes of another length are refused', () => {
    const claim = claimOf(5, 20);
    const short = Buffer.alloc(31);
    expect(codeOf(() => verifyInclusion({ ...claim, leaf: short }))).toBe('hash_length');
    expect(codeOf(() => verifyInclusion({ ...claim, root: short }))).toBe('hash_length');
    expect(codeOf(() => verifyInclusion({ ...claim, proof: claim.proof.with(1, short) }))).toBe('hash_length');
  });

  test.each([
    [20, 20],
    [0, 0],
    [-1, 20],
    [0.5, 20],
    [0, Number.NaN],
    [0, 2n ** 53n],
  ])('index %s of size %s is refused', (index, size) => {
    expect(codeOf(() => verifyInclusion({ ...claimOf(5, 20), index, size }))).toBe('index_range');
  });
});

describe('consistency', () => {
  test('property: any flipped bit of roots or proof is found', () => {
    fc.assert(
      fc.property(place, fc.nat(), fc.nat(), ([index, size], element, bit) => {
        const growth = growthOf(index + 1, size);
        const parts = [growth.first.root, growth.second.root, ...growth.proof];
        const at = element % parts.length;
        const changed = flipped(parts[at] ?? Buffer.alloc(1), bit);
        const forged =
          at === 0
            ? { ...growth, first: { ...growth.first, root: changed } }
            : at === 1
              ? { ...growth, second: { ...growth.second, root: changed } }
              : { ...growth, proof: growth.proof.with(at - 2, changed) };
        verifyConsistency(growth);
        expect(codeOf(() => verifyConsistency(forged))).toBe('root_mismatch');
      }),
    );
  });

  test('property: a tree with one leaf changed is no extension', () => {
    fc.assert(
      fc.property(place, ([index, size]) => {
        const changed = leaves.slice(0, size).with(index, flipped(leaves[index] ?? Buffer.alloc(1), 0));
        const second = { size, root: naiveRoot(changed) };
        const forged = grown(changed);
        const proof = forged.tree.consistency(index + 1).build(forged.tiles);
        const first = { size: index + 1, root: rootAt(index + 1) };
        expect(codeOf(() => verifyConsistency({ first, second, proof }))).toBe('root_mismatch');
      }),
    );
  });

  test('any tree extends the empty one, whose root is known', () => {
    verifyConsistency(growthOf(0, 7));
    verifyConsistency(growthOf(0, 0));
    const growth = { ...growthOf(0, 7), first: { size: 0, root: rootAt(1) } };
    expect(codeOf(() => verifyConsistency(growth))).toBe('root_mismatch');
  });

  test('a proof of another length, a shrinking tree and what is no hash are refused', () => {
    const growth = growthOf(5, 20);
    expect(codeOf(() => verifyConsistency({ ...growth, proof: growth.proof.slice(1) }))).toBe('proof_length');
    expect(codeOf(() => verifyConsistency({ ...growthOf(7, 7), proof: growth.proof }))).toBe('proof_length');
    expect(codeOf(() => verifyConsistency({ ...growth, first: growth.second, second: growth.first }))).toBe(
      'index_range',
    );
    expect(codeOf(() => verifyConsistency({ ...growth, proof: growth.proof.with(0, Buffer.alloc(33)) }))).toBe(
      'hash_length',
    );
    expect(codeOf(() => verifyConsistency({ ...growth, first: { size: 5, root: Buffer.alloc(1) } }))).toBe(
      'hash_length',
    );
  });
});

test('proofs stay logarithmic', () => {
  expect(claimOf(0, 256).proof).toHaveLength(8);
  expect(claimOf(0, 257).proof).toHaveLength(9);
  expect(claimOf(256, 257).proof).toHaveLength(1);
});
