import type { BadRecord, ChainPosition } from '@sallyport/verify';

/**
 * One of the hourly Merkle trees over the audit log. Not an RFC 6962 tree: leaves are the record hashes themselves, and the
 * last node of an odd row is paired with itself.
 *
 * @example
 * ```ts
 * import type { MerkleTreeInfo } from '@sallyport/vargate';
 *
 * const line = ({ treeIndex, merkleRoot }: MerkleTreeInfo): string => `${treeIndex}: ${merkleRoot}`;
 * ```
 */
export interface MerkleTreeInfo {
  /** From 0. */
  readonly treeIndex: number;
  /** 64 hex digits. */
  readonly merkleRoot: string;
  readonly prevTreeRoot: string;
  readonly recordCount: number;
  readonly treeHeight?: number;
  readonly fromRecordId: number;
  readonly toRecordId: number;
  readonly periodStart?: string;
  readonly periodEnd?: string;
  readonly createdAt?: string;
  readonly anchored?: boolean;
  readonly anchorTxHash?: string;
  readonly anchorChain?: string;
}

/**
 * The newest trees, newest first.
 *
 * @example
 * ```ts
 * import type { MerkleRoots } from '@sallyport/vargate';
 *
 * const latest = ({ trees }: MerkleRoots): string | undefined => trees[0]?.merkleRoot;
 * ```
 */
export interface MerkleRoots {
  readonly trees: readonly MerkleTreeInfo[];
  readonly tenantId?: string;
}

/**
 * That a record is in a tree. `verified` is what this client computed; the gateway's own word is not asked.
 *
 * @example
 * ```ts
 * import type { InclusionProof } from '@sallyport/vargate';
 *
 * const holds = ({ verified }: InclusionProof): boolean => verified;
 * ```
 */
export interface InclusionProof {
  readonly recordHash: string;
  readonly actionId?: string;
  readonly leafIndex: number;
  readonly treeIndex?: number;
  readonly treeRoot: string;
  readonly treeSize: number;
  /** From the leaf upwards: each sibling, and its side. */
  readonly proof: readonly { readonly sibling: string; readonly position: 'left' | 'right' }[];
  /** Whether the proof leads from the record that was asked about to `treeRoot`. */
  readonly verified: boolean;
  readonly periodStart?: string;
  readonly periodEnd?: string;
  readonly anchorTxHash?: string;
  readonly anchorChain?: string;
}

/**
 * One of two trees that were held against each other.
 *
 * @example
 * ```ts
 * import type { ConsistencySide } from '@sallyport/vargate';
 *
 * const root = ({ merkleRoot = '' }: ConsistencySide): string => merkleRoot;
 * ```
 */
export interface ConsistencySide {
  readonly index: number;
  readonly merkleRoot?: string;
  readonly recordCount?: number;
  readonly rootVerified?: boolean;
}

/**
 * What the gateway found between two of its trees.
 *
 * @example
 * ```ts
 * import type { Consistency } from '@sallyport/vargate';
 *
 * const explain = ({ consistent, reason = '' }: Consistency): string => (consistent ? 'append-only' : reason);
 * ```
 */
export interface Consistency {
  readonly treeN: ConsistencySide;
  readonly treeM: ConsistencySide;
  readonly consistent: boolean;
  readonly chainValid?: boolean;
  readonly brokenAtTree?: number;
  readonly treesBetween?: number;
  readonly totalRecordsSpanned?: number;
  readonly reason?: string;
}

/**
 * How far to look.
 *
 * @example
 * ```ts
 * import type { VerifyLocallyOptions } from '@sallyport/vargate';
 *
 * const options: VerifyLocallyOptions = { proofs: 100, onProgress: ({ checked, total }) => process.stdout.write(`${checked}/${total}\n`) };
 * ```
 */
export interface VerifyLocallyOptions {
  readonly signal?: AbortSignal;
  /** A position that was verified before, such as an earlier report: only what came after it is fetched. */
  readonly from?: ChainPosition;
  /**
   * Inclusion proofs to ask for, of the last record of each of the newest trees; 0 to 500.
   * @defaultValue `16`
   */
  readonly proofs?: number;
  /** Told after each page. */
  readonly onProgress?: (progress: { readonly checked: number; readonly total: number }) => void;
}

/**
 * What this client found in the audit log. It is itself a position: hand it in as `from` next time.
 *
 * @example
 * ```ts
 * import type { LocalVerification } from '@sallyport/vargate';
 *
 * const verdict = ({ ok, firstBad }: LocalVerification): string => (ok ? 'whole' : (firstBad?.message ?? 'broken'));
 * ```
 */
export interface LocalVerification extends ChainPosition {
  readonly ok: boolean;
  /** The first record, tree or proof that does not verify; `line` counts records from 1. */
  readonly firstBad?: Omit<BadRecord, 'line'> & { readonly line?: number };
  /** Trees that were built anew from their records, out of those the gateway lists (at most 500). */
  readonly trees: { readonly checked: number; readonly listed: number };
  /** Inclusion proofs that lead to a root which was built here. */
  readonly proofs: number;
  /** What the gateway said of itself (`GET /audit/verify`). */
  readonly claimed: { readonly valid: boolean; readonly recordCount?: number };
}

/**
 * What `watchTree()` remembers, as plain JSON: keep it where the gateway's operator cannot write.
 *
 * @example
 * ```ts
 * import type { TreeWatchState } from '@sallyport/vargate';
 *
 * const store = (state: TreeWatchState): string => JSON.stringify(state);
 * ```
 */
export interface TreeWatchState {
  readonly treeIndex: number;
  /** The roots of the last trees, at most 500, by their indices upwards; the last is that of `treeIndex`. */
  readonly roots: readonly string[];
  readonly recordCount: number;
  readonly fromRecordId: number;
  readonly toRecordId: number;
}

/**
 * How to watch the trees.
 *
 * @example
 * ```ts
 * import type { WatchTreeOptions } from '@sallyport/vargate';
 *
 * const resume = (saved: string): WatchTreeOptions => ({ state: JSON.parse(saved) });
 * ```
 */
export interface WatchTreeOptions {
  readonly signal?: AbortSignal;
  /** What an earlier call remembered; the client's own memory when absent. */
  readonly state?: TreeWatchState;
}

/**
 * What a look at the trees brought. A tree seen for the first time is taken on trust, every later one only when it goes on
 * from those that are known.
 *
 * @example
 * ```ts
 * import type { TreeObservation } from '@sallyport/vargate';
 *
 * const grew = ({ outcome }: TreeObservation): boolean => outcome === 'advanced';
 * ```
 */
export interface TreeObservation {
  /** `empty`: there is no tree yet. */
  readonly outcome: 'empty' | 'first' | 'unchanged' | 'advanced';
  /** Save it; absent while there is no tree. */
  readonly state?: TreeWatchState;
  /** Trees that are new since the last look, newest first. */
  readonly added: readonly MerkleTreeInfo[];
}
