import type { VargateTree } from '@sallyport/verify';
import { bytes } from './inclusion.js';
import type { MerkleTreeInfo } from './types/index.js';

/** A tree as what verifies it takes it. */
export const toTree = ({
  treeIndex,
  merkleRoot,
  prevTreeRoot,
  ...rest
}: Pick<
  MerkleTreeInfo,
  'treeIndex' | 'merkleRoot' | 'prevTreeRoot' | 'recordCount' | 'fromRecordId' | 'toRecordId'
>): VargateTree => ({
  index: treeIndex,
  root: bytes(merkleRoot),
  previousRoot: bytes(prevTreeRoot),
  recordCount: rest.recordCount,
  fromRecordId: rest.fromRecordId,
  toRecordId: rest.toRecordId,
});
