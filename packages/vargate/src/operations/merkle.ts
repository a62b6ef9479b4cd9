import type { Operation } from '@sallyport/core';
import { path, zodDecoder } from '@sallyport/core/internal';
import type { Consistency, MerkleRoots } from '../types/index.js';
import { consistency, inclusionProof, merkleRoots, type UncheckedProof } from '../wire/merkle.js';

const read = { method: 'GET', auth: 'tenant', retry: 'safe' } as const;

export const listRoots: Operation<{ readonly limit?: number }, MerkleRoots> = {
  ...read,
  name: 'vargate.audit.merkleRoots',
  path: () => '/audit/merkle/roots',
  query: ({ limit }) => ({ limit }),
  decode: zodDecoder(merkleRoots),
};

export const getProof: Operation<string, UncheckedProof> = {
  ...read,
  name: 'vargate.audit.merkleProof',
  path: (recordHash) => path`/audit/merkle/proof/${recordHash}`,
  decode: zodDecoder(inclusionProof),
};

/** Two trees by their indices, the older first. */
export interface TreePair {
  readonly n: number;
  readonly m: number;
}

export const getConsistency: Operation<TreePair, Consistency> = {
  ...read,
  name: 'vargate.audit.consistency',
  path: ({ n, m }) => path`/audit/merkle/consistency/${n}/${m}`,
  decode: zodDecoder(consistency),
};
