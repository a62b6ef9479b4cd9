import type { RequestOptions } from '@sallyport/core';
import { checkNames } from '@sallyport/core/internal';
import { type ChainPosition, VerificationError, vargateFormula } from '@sallyport/verify';
import { type Connection, owned } from './connection.js';
import { verifyProof } from './inclusion.js';
import { LogCheck } from './log-check.js';
import { walkLog } from './log-walk.js';
import { checkWhole } from './numbers.js';
import { getRawLog, verifyChain } from './operations/audit.js';
import { getProof, listRoots } from './operations/merkle.js';
import { VERIFY_NAMES } from './option-names.js';
import type { LocalVerification, MerkleTreeInfo, VerifyLocallyOptions } from './types/index.js';

const MAX_TREES = 500;
const DEFAULT_PROOFS = 16;

type Bad = NonNullable<LocalVerification['firstBad']>;

interface Walked {
  readonly position: ChainPosition;
  /** The hash of each tree's last record. */
  readonly lastHashes: ReadonlyMap<number, string>;
  readonly treesChecked: number;
  readonly firstBad?: Bad;
}

function badOf(error: unknown): Bad {
  if (!(error instanceof VerificationError)) throw error;
  return { code: error.code, message: error.message };
}

/** Fetches the log, oldest first, and checks every record and tree. */
async function walk(
  connection: Connection,
  trees: readonly MerkleTreeInfo[],
  { from, onProgress }: VerifyLocallyOptions,
  request: RequestOptions,
): Promise<Walked> {
  let check: LogCheck | undefined;
  const found = (firstBad: Bad | undefined, treesChecked = 0): Walked => ({
    position: check?.position ?? from ?? { count: 0, head: vargateFormula.genesis },
    lastHashes: check?.lastHashes ?? new Map(),
    treesChecked,
    ...(firstBad && { firstBad }),
  });
  try {
    check = new LogCheck(trees, from);
    for await (const { records, total, checked } of walkLog(connection, Math.max((from?.count ?? 0) - 1, 0), request)) {
      for (const record of records) if (!check.push(record)) return found(check.firstBad);
      onProgress?.({ checked, total });
    }
    return found(undefined, check.finish());
  } catch (error) {
    return found(badOf(error));
  }
}

/** Proves the last record of each of the newest trees; roots are those that were built here. */
async function prove(
  connection: Connection,
  trees: readonly MerkleTreeInfo[],
  { lastHashes }: Walked,
  most: number,
  request: RequestOptions,
): Promise<Pick<LocalVerification, 'proofs' | 'firstBad'>> {
  let proofs = 0;
  const built = trees.filter(({ toRecordId }) => lastHashes.has(toRecordId));
  for (const { merkleRoot, toRecordId } of most === 0 ? [] : built.slice(-most)) {
    const hash = lastHashes.get(toRecordId) ?? '';
    const proof = await connection.call(getProof, hash, request);
    try {
      verifyProof(hash, merkleRoot, proof);
    } catch (error) {
      return { proofs, firstBad: badOf(error) };
    }
    proofs++;
  }
  return { proofs };
}

/** Checks the audit log, its trees and proofs of inclusion without believing anything the gateway says of them. */
export async function verifyLocally(
  connection: Connection,
  options: VerifyLocallyOptions = {},
): Promise<LocalVerification> {
  const { signal, proofs: most = DEFAULT_PROOFS } = options;
  owned(() => {
    checkNames(options, VERIFY_NAMES, getRawLog.name);
    checkWhole('proofs', most, 0, MAX_TREES);
    checkWhole('from.count', options.from?.count, 0, Number.MAX_SAFE_INTEGER);
  });
  const request: RequestOptions = signal ? { signal } : {};
  const listed = await connection.call(listRoots, { limit: MAX_TREES }, request);
  const trees = listed.trees.toSorted((a, b) => a.treeIndex - b.treeIndex);
  const walked = await walk(connection, trees, options, request);
  const proved = walked.firstBad ? { proofs: 0 } : await prove(connection, trees, walked, most, request);
  const { valid, recordCount } = await connection.call(verifyChain, undefined, request);
  const firstBad = walked.firstBad ?? proved.firstBad;
  return {
    ok: firstBad === undefined,
    ...walked.position,
    ...(firstBad && { firstBad }),
    trees: { checked: walked.treesChecked, listed: trees.length },
    proofs: proved.proofs,
    claimed: { valid, ...(recordCount !== undefined && { recordCount }) },
  };
}
