import { expect, test } from 'vitest';
import { codeOf } from '../testing/codes.js';
import { naiveRoot } from '../testing/naive-tree.js';
import { leavesUpTo } from '../testing/trees.js';
import { Frontier, rootOf } from './frontier.js';
import { emptyRoot, leafHash, nodeHash } from './hash.js';

// The inputs and roots that implementations of RFC 6962 share as test vectors.
const inputs = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];
const roots = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

test.each(roots.map((root, size) => [size, root] as const))('the RFC 6962 tree of %i known inputs', (size, root) => {
  const leaves = inputs.slice(0, size).map((hex) => leafHash(Buffer.from(hex, 'hex')));
  expect(rootOf(leaves).toString('hex')).toBe(root);
});

test('text is hashed as its UTF-8 bytes', () => {
  expect(leafHash('é😂')).toEqual(leafHash(Buffer.from('é😂')));
});

test('leaves and nodes are told apart', () => {
  const [a, b] = [leafHash('a'), leafHash('b')];
  expect(nodeHash(a, b)).not.toEqual(leafHash(Buffer.concat([a, b])));
});

test('the root is right after each append', () => {
  const leaves = leavesUpTo(130);
  const edge = new Frontier();
  expect(edge.root()).toEqual(emptyRoot());
  for (const [index, leaf] of leaves.entries()) {
    edge.append(leaf);
    expect(edge.root()).toEqual(naiveRoot(leaves.slice(0, index + 1)));
  }
  expect(edge.size).toBe(130);
});

test('a root that was handed out does not change the tree', () => {
  const edge = new Frontier();
  edge.append(leafHash('a'));
  edge.root().fill(0);
  expect(edge.root()).toEqual(leafHash('a'));
});

test('what is no hash is refused', () => {
  expect(codeOf(() => new Frontier().append(Buffer.alloc(31)))).toBe('hash_length');
});
