import type { RequestOptions } from '@sallyport/core';
import { checkNames } from '@sallyport/core/internal';
import { VerificationError, verifyVargateTreeLinks } from '@sallyport/verify';
import { z } from 'zod';
import { type Connection, owned, rejectAdopted } from './connection.js';
import { getConsistency, listRoots } from './operations/merkle.js';
import { WATCH_TREE_NAMES } from './option-names.js';
import { toTree } from './tree.js';
import type { MerkleTreeInfo, TreeObservation, TreeWatchState, WatchTreeOptions } from './types/index.js';
import { hash } from './wire/merkle.js';

/** As many as a gateway lists at once. */
const MAX_TREES = 500;

const count = z.number().int().nonnegative();

const state = z.object({
  treeIndex: count,
  roots: z.array(hash).min(1).max(MAX_TREES),
  recordCount: count,
  fromRecordId: count,
  toRecordId: count,
});

function checkState(given: TreeWatchState): void {
  const parsed = state.safeParse(given);
  if (parsed.success && parsed.data.roots.length <= parsed.data.treeIndex + 1) return;
  throw new VerificationError('malformed_state', 'the saved state is not that of a watch on trees: restore it');
}

const rewritten = (index: number): VerificationError =>
  new VerificationError('rewritten', `tree ${index} is not the one that was seen before: history was rewritten`);

/** The root that was seen at an index; undefined for one that is too old to be remembered, or new. */
const knownRoot = ({ treeIndex, roots }: TreeWatchState, index: number): string | undefined =>
  roots[roots.length - 1 - (treeIndex - index)];

/** What is remembered must be there unchanged, as far as it is shown. */
function checkKnown(known: TreeWatchState, trees: readonly MerkleTreeInfo[]): void {
  const newest = trees.at(-1)?.treeIndex ?? -1;
  if (newest < known.treeIndex) {
    throw new VerificationError('cut_tail', `there was a tree ${known.treeIndex}, and the last one is ${newest} now`);
  }
  for (const { treeIndex, merkleRoot } of trees) {
    if (treeIndex > known.treeIndex) break;
    if ((knownRoot(known, treeIndex) ?? merkleRoot).toLowerCase() !== merkleRoot.toLowerCase())
      throw rewritten(treeIndex);
  }
  const last = trees.find(({ treeIndex }) => treeIndex === known.treeIndex);
  const same = (field: 'recordCount' | 'fromRecordId' | 'toRecordId') =>
    last === undefined || last[field] === known[field];
  if (!same('recordCount') || !same('fromRecordId') || !same('toRecordId')) throw rewritten(known.treeIndex);
}

/** The trees after the last one that is known, which they must go on from. */
function newTrees(known: TreeWatchState, trees: readonly MerkleTreeInfo[]): readonly MerkleTreeInfo[] {
  const added = trees.filter(({ treeIndex }) => treeIndex > known.treeIndex);
  const [first] = added;
  if (first && first.treeIndex !== known.treeIndex + 1) {
    throw new VerificationError(
      'unanchored_range',
      `nothing shows what happened between trees ${known.treeIndex} and ${first.treeIndex}: watch more often`,
    );
  }
  const { treeIndex, recordCount, fromRecordId, toRecordId } = known;
  const merkleRoot = known.roots.at(-1) ?? '';
  // Nobody looks at what came before the tree that is known.
  const before = toTree({ treeIndex, merkleRoot, prevTreeRoot: merkleRoot, recordCount, fromRecordId, toRecordId });
  verifyVargateTreeLinks(added.map(toTree), before);
  return added;
}

/** The gateway builds both trees anew, and has to come to the roots that are known here. */
async function checkConsistency(
  connection: Connection,
  known: TreeWatchState,
  newest: MerkleTreeInfo,
  request: RequestOptions,
): Promise<void> {
  const pair = { n: known.treeIndex, m: newest.treeIndex };
  const { consistent, treeN, treeM } = await connection.call(getConsistency, pair, request);
  const says = (side: typeof treeN, index: number, root: string | undefined) =>
    side.index === index && (side.merkleRoot ?? root) === root;
  const same = says(treeN, pair.n, known.roots.at(-1)) && says(treeM, pair.m, newest.merkleRoot);
  if (consistent && same) return;
  throw new VerificationError(
    'rewritten',
    `the gateway itself does not find tree ${pair.m} consistent with tree ${pair.n}`,
  );
}

function remember(trees: readonly MerkleTreeInfo[], known?: TreeWatchState): TreeWatchState | undefined {
  const newest = trees.at(-1);
  if (!newest) return known;
  const { treeIndex, recordCount, fromRecordId, toRecordId } = newest;
  const earlier = known ? known.roots : [];
  const added = trees.filter((tree) => tree.treeIndex > (known?.treeIndex ?? -1)).map(({ merkleRoot }) => merkleRoot);
  return { treeIndex, roots: [...earlier, ...added].slice(-MAX_TREES), recordCount, fromRecordId, toRecordId };
}

/** Looks at the trees, and holds them against those that were seen before. */
export async function watchTree(
  connection: Connection,
  options: WatchTreeOptions,
  remembered: TreeWatchState | undefined,
): Promise<TreeObservation> {
  const known = options.state ?? remembered;
  const request: RequestOptions = options.signal ? { signal: options.signal } : {};
  owned(() => {
    checkNames(options, WATCH_TREE_NAMES, 'vargate.watchTree');
    if (known) checkState(known);
  });
  const listed = await connection.call(listRoots, { limit: MAX_TREES }, request);
  const trees = listed.trees.toSorted((a, b) => a.treeIndex - b.treeIndex);
  const added = owned(() => {
    verifyVargateTreeLinks(trees.map(toTree));
    if (!known) return trees;
    checkKnown(known, trees);
    return newTrees(known, trees);
  });
  const newest = added.at(-1);
  if (known && newest) await checkConsistency(connection, known, newest, request).catch(rejectAdopted);
  const state = remember(trees, known);
  const outcome = !known ? (state ? 'first' : 'empty') : newest ? 'advanced' : 'unchanged';
  return { outcome, added: added.toReversed(), ...(state && { state }) };
}
