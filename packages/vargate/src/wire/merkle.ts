import { compact, field } from '@sallyport/core/internal';
import { z } from 'zod';
import type { Consistency, ConsistencySide, InclusionProof, MerkleRoots, MerkleTreeInfo } from '../types/index.js';

export const hash = z.string().regex(/^[0-9a-f]{64}$/i, 'must be 64 hex digits');
const index = z.number().int().nonnegative();

const tree = z
  .object({
    tree_index: index,
    merkle_root: hash,
    prev_tree_root: hash,
    record_count: index,
    tree_height: field.number,
    from_record_id: index,
    to_record_id: index,
    period_start: field.text,
    period_end: field.text,
    created_at: field.text,
    anchored: z.union([z.boolean(), z.number().transform((value) => value !== 0)]).nullish(),
    anchor_tx_hash: field.text,
    anchor_chain: field.text,
  })
  .transform(
    (body): MerkleTreeInfo =>
      compact({
        treeIndex: body.tree_index,
        merkleRoot: body.merkle_root,
        prevTreeRoot: body.prev_tree_root,
        recordCount: body.record_count,
        treeHeight: body.tree_height,
        fromRecordId: body.from_record_id,
        toRecordId: body.to_record_id,
        periodStart: body.period_start,
        periodEnd: body.period_end,
        createdAt: body.created_at,
        anchored: body.anchored,
        anchorTxHash: body.anchor_tx_hash,
        anchorChain: body.anchor_chain,
      }),
  );

export const merkleRoots = z
  .object({ trees: z.array(tree), tenant_id: field.text })
  .transform((body): MerkleRoots => compact({ trees: body.trees, tenantId: body.tenant_id }));

/** Some gateways send bare hashes: their sides follow from the leaf's index. */
const step = z.union([z.object({ sibling: hash, position: z.enum(['left', 'right']) }), hash]);

/** A proof that nobody has checked yet. */
export type UncheckedProof = Omit<InclusionProof, 'verified'>;

export const inclusionProof = z
  .object({
    record_hash: hash,
    action_id: field.text,
    leaf_index: index,
    tree_index: field.number,
    tree_root: hash.nullish(),
    merkle_root: hash.nullish(),
    tree_size: index,
    proof: z.array(step),
    period_start: field.text,
    period_end: field.text,
    anchor_tx_hash: field.text,
    anchor_chain: field.text,
  })
  .transform((body, context): UncheckedProof => {
    const root = body.tree_root ?? body.merkle_root;
    if (root == null) {
      context.addIssue({ code: 'custom', message: 'there is no root', path: ['tree_root'] });
      return z.NEVER;
    }
    const sideAt = (height: number): 'left' | 'right' =>
      Math.floor(body.leaf_index / 2 ** height) % 2 === 1 ? 'left' : 'right';
    return compact({
      recordHash: body.record_hash,
      actionId: body.action_id,
      leafIndex: body.leaf_index,
      treeIndex: body.tree_index,
      treeRoot: root,
      treeSize: body.tree_size,
      proof: body.proof.map((each, height) =>
        typeof each === 'string' ? { sibling: each, position: sideAt(height) } : each,
      ),
      periodStart: body.period_start,
      periodEnd: body.period_end,
      anchorTxHash: body.anchor_tx_hash,
      anchorChain: body.anchor_chain,
    });
  });

const side = z.union([
  z.number().transform((at): ConsistencySide => ({ index: at })),
  z.object({ index, merkle_root: field.text, record_count: field.number, root_verified: field.flag }).transform(
    (body): ConsistencySide =>
      compact({
        index: body.index,
        merkleRoot: body.merkle_root,
        recordCount: body.record_count,
        rootVerified: body.root_verified,
      }),
  ),
]);

export const consistency = z
  .object({
    tree_n: side,
    tree_m: side,
    consistent: z.boolean(),
    chain_valid: field.flag,
    broken_at_tree: field.number,
    trees_between: field.number,
    total_records_spanned: field.number,
    reason: field.text,
  })
  .transform(
    (body): Consistency =>
      compact({
        treeN: body.tree_n,
        treeM: body.tree_m,
        consistent: body.consistent,
        chainValid: body.chain_valid,
        brokenAtTree: body.broken_at_tree,
        treesBetween: body.trees_between,
        totalRecordsSpanned: body.total_records_spanned,
        reason: body.reason,
      }),
  );
