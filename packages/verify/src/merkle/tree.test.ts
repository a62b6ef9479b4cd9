import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { codeOf } from '../testing/codes.js';
import { naiveConsistency, naivePath, naiveRoot } from '../testing/naive-tree.js';
import { grown, leavesUpTo } from '../testing/trees.js';
import { emptyRoot } from './hash.js';
import { MemoryTiles, TILE_BYTES, type TileId } from './tile.js';
import { MerkleTree } from './tree.js';
import { verifyConsistency, verifyInclusion } from './verify.js';

const SMALL = 600;
const leaves = leavesUpTo(SMALL);
const { tree, tiles } = grown(leaves);

/** 65,536 leaves fill a tile of tiles, so that the third level of tiles is in use. */
const LARGE = 66_000;
const large = leavesUpTo(LARGE);
const largeLog = grown(large, 1000);

test('the root equals the definition at every size up to 600, as it grows and in retrospect', () => {
  const growing = new MerkleTree();
  expect(growing.root()).toEqual(emptyRoot());
  expect(tree.rootAt(0).build(tiles)).toEqual([]);
  for (let size = 1; size <= SMALL; size++) {
    const append = growing.stage(leaves.slice(size - 1, size));
    append.commit();
    const root = naiveRoot(leaves.slice(0, size));
    expect(append.root).toEqual(root);
    expect(growing.root()).toEqual(root);
    expect(tree.rootAt(size).build(tiles)).toEqual([root]);
  }
});

test('inclusion proofs equal the definition at every size up to 600', () => {
  for (let size = 1; size <= SMALL; size++) {
    const index = ((size * 7919) % 1009) % size;
    for (const at of new Set([0, index, size - 1])) {
      expect(tree.inclusion(at, size).build(tiles)).toEqual(naivePath(at, leaves.slice(0, size)));
    }
  }
});

test('consistency proofs equal the definition at every size up to 600', () => {
  for (let second = 1; second <= SMALL; second++) {
    const between = 1 + (((second * 7919) % 1009) % second);
    for (const first of new Set([1, between, second - 1 || 1, second])) {
      expect(tree.consistency(first, second).build(tiles)).toEqual(naiveConsistency(first, leaves.slice(0, second)));
    }
    expect(tree.consistency(0, second).build(tiles)).toEqual([]);
  }
});

test('property: proofs of any size and shape verify', () => {
  const roots = new Map<number, Buffer>();
  const rootAt = (size: number): Buffer => {
    const root = roots.get(size) ?? largeLog.tree.rootAt(size).build(largeLog.tiles)[0] ?? emptyRoot();
    roots.set(size, root);
    return root;
  };
  fc.assert(
    fc.property(fc.nat(LARGE - 1), fc.nat(LARGE - 1), (a, b) => {
      const [index, size] = [Math.min(a, b), Math.max(a, b) + 1];
      const proof = largeLog.tree.inclusion(index, size).build(largeLog.tiles);
      verifyInclusion({ leaf: large[index] ?? Buffer.alloc(0), index, size, root: rootAt(size), proof });
      const first = { size: index + 1, root: rootAt(index + 1) };
      const grownProof = largeLog.tree.consistency(index + 1, size).build(largeLog.tiles);
      verifyConsistency({ first, second: { size, root: rootAt(size) }, proof: grownProof });
    }),
  );
  expect(rootAt(LARGE)).toEqual(naiveRoot(large));
});

test('the size of a batch makes no difference', () => {
  const [one, other] = [grown(large, 1).tree, grown(large, LARGE).tree];
  expect(one.root()).toEqual(other.root());
});

describe('tiles', () => {
  test('are full, come once each, and hold their own root as the last hash', () => {
    const append = new MerkleTree().stage(large);
    expect(append.tiles.filter(({ level }) => level === 0).map(({ index }) => index)).toEqual([...Array(257).keys()]);
    expect(append.tiles.filter(({ level }) => level > 0)).toMatchObject([{ level: 1, index: 0 }]);
    for (const { level, index, data } of append.tiles.slice(250)) {
      expect(data).toHaveLength(TILE_BYTES);
      const width = 256 ** (level + 1);
      expect(data.subarray(-32)).toEqual(naiveRoot(large.slice(index * width, (index + 1) * width)));
    }
  });

  test('a plan names the full tiles it needs, and no others', () => {
    const { tree: bigTree, tiles: bigTiles } = largeLog;
    const plan = bigTree.inclusion(300);
    expect(plan.tiles).toEqual([
      { level: 0, index: 1 },
      { level: 1, index: 0 },
    ]);
    const read: TileId[] = [];
    plan.build({
      read(level, index) {
        read.push({ level, index });
        return bigTiles.read(level, index);
      },
    });
    expect(read).toEqual(plan.tiles);
    expect(bigTree.inclusion(LARGE - 1).tiles).toEqual([]);
  });

  test('that are not at hand or damaged are named', () => {
    const plan = tree.inclusion(3);
    expect(() => plan.build(new MemoryTiles())).toThrow(/tile 0\/0 is not at hand/);
    expect(codeOf(() => plan.build(new MemoryTiles()))).toBe('missing_tile');
    expect(codeOf(() => plan.build({ read: () => Buffer.alloc(5) }))).toBe('malformed_tile');
  });

  test('may be plain Uint8Arrays', () => {
    const plain = { read: (level: number, index: number) => new Uint8Array(tiles.read(level, index) ?? []) };
    expect(tree.inclusion(3).build(plain)).toEqual(tree.inclusion(3).build(tiles));
  });

  test('a plan stays good while the tree grows', () => {
    const { tree: growing, tiles: kept } = grown(leaves.slice(0, 500));
    const plan = growing.inclusion(400);
    const append = growing.stage(leaves.slice(500));
    append.commit();
    for (const tile of append.tiles) kept.write(tile);
    expect(plan.build(kept)).toEqual(naivePath(400, leaves.slice(0, 500)));
    expect(growing.inclusion(400).build(kept)).toEqual(naivePath(400, leaves));
  });

  test('a proof can be changed without changing the tree', () => {
    const proof = tree.inclusion(3).build(tiles);
    for (const hash of proof) hash.fill(0);
    expect(tree.inclusion(3).build(tiles)).toEqual(naivePath(3, leaves));
  });
});

describe('an append', () => {
  test('that is not committed never happened', () => {
    const { tree: committed, tiles: kept } = grown(leaves.slice(0, 250));
    const before = committed.root();
    const dropped = committed.stage(leavesUpTo(300).reverse());
    expect(dropped.size).toBe(550);
    expect([committed.size, committed.root()]).toEqual([250, before]);

    const append = committed.stage(leaves.slice(250));
    for (const tile of append.tiles) kept.write(tile);
    append.commit();
    expect(committed.root()).toEqual(naiveRoot(leaves));
    expect(committed.inclusion(251).build(kept)).toEqual(naivePath(251, leaves));
  });

  test('cannot be committed after another was staged, nor twice', () => {
    const fresh = new MerkleTree();
    const first = fresh.stage(leaves.slice(0, 2));
    const second = fresh.stage(leaves.slice(0, 3));
    expect(codeOf(first.commit)).toBe('stale_append');
    second.commit();
    expect(codeOf(second.commit)).toBe('stale_append');
    expect(fresh.size).toBe(3);
  });

  test('of what is no hash is refused and leaves the tree as it was', () => {
    const fresh = new MerkleTree();
    expect(codeOf(() => fresh.stage([leaves[0] ?? Buffer.alloc(0), Buffer.alloc(20)]))).toBe('hash_length');
    expect(fresh.size).toBe(0);
  });

  test('of nothing is fine', () => {
    const fresh = new MerkleTree();
    fresh.stage([]).commit();
    expect(fresh.root()).toEqual(emptyRoot());
  });
});

describe('restoring', () => {
  function restore(all: readonly Buffer[], size: number, kept: MemoryTiles): MerkleTree {
    const entries = MerkleTree.edgeEntries(size).map(({ level, first, count }) =>
      Buffer.concat(
        level === 0
          ? all.slice(first, first + count)
          : Array.from(
              { length: count },
              (_, at) => kept.read(level - 1, first + at)?.subarray(-32) ?? Buffer.alloc(0),
            ),
      ),
    );
    return MerkleTree.restore(size, entries);
  }

  test('rebuilds the right edge from at most 255 entries a level', () => {
    expect(MerkleTree.edgeEntries(0)).toEqual([]);
    expect(MerkleTree.edgeEntries(256)).toEqual([{ level: 1, first: 0, count: 1 }]);
    expect(MerkleTree.edgeEntries(66_000n)).toEqual([
      { level: 0, first: 65_792, count: 208 },
      { level: 1, first: 256, count: 1 },
      { level: 2, first: 0, count: 1 },
    ]);
  });

  test.each([0, 1, 255, 256, 257, 511, 512, 600])('at %i leaves, the tree goes on as if nothing happened', (size) => {
    const restored = restore(leaves, size, tiles);
    expect(restored.root()).toEqual(naiveRoot(leaves.slice(0, size)));
    const kept = grown(leaves.slice(0, size)).tiles;
    const append = restored.stage(leaves.slice(size));
    for (const tile of append.tiles) kept.write(tile);
    append.commit();
    expect(restored.root()).toEqual(tree.root());
    expect(restored.inclusion(10).build(kept)).toEqual(tree.inclusion(10).build(tiles));
  });

  test.each([65_535, 65_536, 65_537, 66_000])('at %i leaves, across three levels of tiles', (size) => {
    const restored = restore(large, size, largeLog.tiles);
    expect(restored.root()).toEqual(naiveRoot(large.slice(0, size)));
    expect(restored.inclusion(12_345).build(largeLog.tiles)).toEqual(
      largeLog.tree.inclusion(12_345, size).build(largeLog.tiles),
    );
  });

  test('is refused when hashes are missing', () => {
    expect(codeOf(() => MerkleTree.restore(3, []))).toBe('malformed_tile');
    expect(codeOf(() => MerkleTree.restore(3, [Buffer.alloc(64)]))).toBe('malformed_tile');
  });
});

test.each([
  ['an index beyond the size', () => tree.inclusion(5, 5)],
  ['a leaf of the empty tree', () => tree.inclusion(0, 0)],
  ['a size beyond the tree', () => tree.inclusion(0, SMALL + 1)],
  ['a negative index', () => tree.inclusion(-1)],
  ['a fraction', () => tree.inclusion(1.5)],
  ['an unsafe bigint', () => tree.inclusion(2n ** 60n)],
  ['a first size beyond the second', () => tree.consistency(7, 6)],
  ['a root beyond the tree', () => tree.rootAt(SMALL + 1)],
])('%s is refused', (_, action) => {
  expect(codeOf(action)).toBe('index_range');
});
