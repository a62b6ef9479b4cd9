import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { codeOf, flipped } from '../testing/codes.js';
import { oddLeafRoot } from './odd-leaf.js';
import { type VargateTree, VargateTreesVerifier, vargateEmptyRoot, verifyVargateTreeLinks } from './vargate-trees.js';

const hashOf = (id: number): Buffer => createHash('sha256').update(String(id)).digest();

/** Trees over records of which another tenant has every third. */
function treesOver(...groups: readonly (readonly number[])[]): VargateTree[] {
  let previousRoot = vargateEmptyRoot();
  return groups.map((ids, index) => {
    const root = oddLeafRoot(ids.map(hashOf));
    const tree = {
      index,
      root,
      previousRoot,
      recordCount: ids.length,
      fromRecordId: ids[0] ?? 0,
      toRecordId: ids.at(-1) ?? 0,
    };
    previousRoot = root;
    return tree;
  });
}

const GROUPS = [[1, 2, 4], [5], [7, 8, 10, 11, 13]] as const;
const IDS = [...GROUPS.flat(), 14];
const trees = treesOver(...GROUPS);

function check(given: readonly VargateTree[], ids: readonly number[], partial = false): number {
  const verifier = new VargateTreesVerifier({ trees: given, partial });
  for (const id of ids) verifier.push(id, hashOf(id));
  return verifier.finish();
}

const changed = (index: number, changes: Partial<VargateTree>): VargateTree[] =>
  trees.map((tree) => (tree.index === index ? { ...tree, ...changes } : tree));

test('the empty root is SHA-256 of VARGATE_GENESIS', () => {
  expect(vargateEmptyRoot().toString('hex')).toBe('985b9a42b5bb7f8c229b6dfd8d10624037c02eaad045ebe6bbf77b2689cc4d83');
});

test('trees are built anew from the records; records after the last tree have none yet', () => {
  expect(check(trees, IDS)).toBe(3);
  expect(check([], IDS)).toBe(0);
});

test('a part of the log shows the trees that begin in it', () => {
  expect(check(trees, [4, 5, 7, 8, 10, 11, 13], true)).toBe(2);
  expect(check(trees, [13, 14], true)).toBe(0);
  expect(check(trees, [], true)).toBe(0);
  expect(codeOf(() => check(trees, []))).toBe('cut_tail');
  expect(codeOf(() => check(trees, [4, 5, 7, 8, 10, 11, 13]))).toBe('cut_tail');
});

test('a record that was removed, added or changed is found', () => {
  expect(
    codeOf(() =>
      check(
        trees,
        IDS.filter((id) => id !== 8),
      ),
    ),
  ).toBe('cut_tail');
  expect(codeOf(() => check(trees, [...IDS.slice(0, 4), 6, ...IDS.slice(4)]))).toBe('broken_link');
  expect(codeOf(() => check(trees, [...IDS.slice(0, 6), 9, ...IDS.slice(6)]))).toBe('root_mismatch');
  expect(codeOf(() => check(trees, [1, 2, 3, 5, 7, 8, 10, 11, 13]))).toBe('root_mismatch');
  expect(codeOf(() => check(trees, IDS.slice(0, 6)))).toBe('cut_tail');
});

test('a tree that is not of its records, or not of its chain, is found', () => {
  const { root, previousRoot } = trees[1] ?? { root: Buffer.alloc(32), previousRoot: Buffer.alloc(32) };
  expect(codeOf(() => check([...changed(2, { root: flipped(root, 3) })], IDS))).toBe('root_mismatch');
  expect(codeOf(() => check(changed(1, { previousRoot: flipped(previousRoot, 3) }), IDS))).toBe('broken_link');
  expect(codeOf(() => check(changed(0, { previousRoot: flipped(previousRoot, 3) }), IDS))).toBe('broken_link');
  expect(codeOf(() => check(changed(1, { fromRecordId: 4 }), IDS))).toBe('broken_link');
  expect(codeOf(() => check(changed(1, { fromRecordId: 6 }), IDS))).toBe('broken_link');
});

test('links can be verified alone, on from a tree that is known', () => {
  const [first, ...later] = trees;
  verifyVargateTreeLinks(trees);
  verifyVargateTreeLinks(later, first);
  expect(codeOf(() => verifyVargateTreeLinks(later.slice(1), first))).toBe('broken_link');
});
