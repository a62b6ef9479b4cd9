import { VerificationError } from '../errors.js';
import { HASH_BYTES, sha256 } from '../hash.js';
import { sameHash } from './hash.js';
import { oddLeafRoot } from './odd-leaf.js';

/** One of Vargate's hourly trees: a tenant's records of one period, their hashes being its leaves. */
export interface VargateTree {
  /** From 0. */
  readonly index: number;
  readonly root: Uint8Array;
  /** The root of the tree before; {@link vargateEmptyRoot} for the first. */
  readonly previousRoot: Uint8Array;
  readonly recordCount: number;
  /** Ids are the log's own numbers, which several tenants share: they have gaps. */
  readonly fromRecordId: number;
  readonly toRecordId: number;
}

/** How to hold trees against records. */
export interface VargateTreesVerifierOptions {
  /** Without a gap, by their indices upwards. */
  readonly trees: readonly VargateTree[];
  /**
   * The records begin in the middle of the log: a tree that began before them is passed over.
   *
   * @defaultValue `false`
   */
  readonly partial?: boolean;
}

/**
 * The root of a Vargate tree without leaves, which the first tree names as its predecessor: SHA-256 of `VARGATE_GENESIS`.
 *
 * @example
 * ```ts
 * import { vargateEmptyRoot } from '@sallyport/verify';
 *
 * vargateEmptyRoot().toString('hex'); // 985b9a42b5bb7f8c229b6dfd8d10624037c02eaad045ebe6bbf77b2689cc4d83
 * ```
 */
export const vargateEmptyRoot = (): Buffer => sha256('VARGATE_GENESIS');

const fault = (code: 'broken_link' | 'cut_tail' | 'root_mismatch', message: string): VerificationError =>
  new VerificationError(code, message);

/**
 * Verifies that trees follow each other: index by index, record after record, each naming the root of the one before.
 *
 * @param trees - by their indices upwards.
 * @param before - the tree that the first of them follows, when it is not tree 0 or is to be held against one that is known.
 * @throws VerificationError `broken_link`.
 * @example
 * ```ts
 * import { type VargateTree, verifyVargateTreeLinks } from '@sallyport/verify';
 *
 * const grows = (known: VargateTree, later: readonly VargateTree[]) => verifyVargateTreeLinks(later, known);
 * ```
 */
export function verifyVargateTreeLinks(trees: readonly VargateTree[], before?: VargateTree): void {
  let last = before;
  for (const tree of trees) {
    const { index, previousRoot, fromRecordId, toRecordId } = tree;
    const expected = last?.root ?? (index === 0 ? vargateEmptyRoot() : undefined);
    if (last && index !== last.index + 1) throw fault('broken_link', `tree ${index} follows on tree ${last.index}`);
    if (expected && !sameHash(previousRoot, expected)) {
      throw fault('broken_link', `tree ${index} does not name the root of the tree before it`);
    }
    if (fromRecordId > toRecordId || (last && fromRecordId <= last.toRecordId)) {
      throw fault('broken_link', `tree ${index} does not begin after the records of the tree before it`);
    }
    last = tree;
  }
}

/**
 * Builds trees anew from the records that stream by, and compares their roots; holds the leaves of one tree at a time.
 *
 * Check the records' own hashes before (`vargateFormula`): here they are taken as they are.
 *
 * @throws VerificationError `broken_link` at construction, when the trees do not follow each other.
 * @example
 * ```ts
 * import { type VargateTree, VargateTreesVerifier } from '@sallyport/verify';
 *
 * function check(trees: readonly VargateTree[], records: Iterable<{ id: number; hash: Uint8Array }>): number {
 *   const verifier = new VargateTreesVerifier({ trees });
 *   for (const { id, hash } of records) verifier.push(id, hash);
 *   return verifier.finish();
 * }
 * ```
 */
export class VargateTreesVerifier {
  readonly #trees: readonly VargateTree[];
  readonly #partial: boolean;
  #leaves: Uint8Array[] = [];
  #at = 0;
  #checked = 0;
  /** The first tree that can be built; undefined before the first record. */
  #first: number | undefined;

  constructor({ trees, partial = false }: VargateTreesVerifierOptions) {
    verifyVargateTreeLinks(trees);
    this.#trees = trees;
    this.#partial = partial;
  }

  /**
   * Takes the next record, by its id in the log.
   *
   * @throws VerificationError `root_mismatch`, `broken_link` for a record between two trees, `hash_length`.
   */
  push(recordId: number, recordHash: Uint8Array): void {
    this.#first ??= this.#begin(recordId);
    this.#close(recordId);
    const tree = this.#trees[this.#at];
    if (!tree) return;
    if (recordId >= tree.fromRecordId) this.#leaves.push(recordHash);
    else if (this.#at > this.#first) throw fault('broken_link', `record ${recordId} is in no tree`);
  }

  /** Ends the records. Returns how many trees were built anew. @throws VerificationError `root_mismatch` or `cut_tail`. */
  finish(): number {
    if (this.#partial && this.#first === undefined) return 0;
    this.#close(Number.POSITIVE_INFINITY);
    return this.#checked;
  }

  /** The trees that end before the first record, or hold it and more before it, cannot be built. */
  #begin(recordId: number): number {
    while (this.#partial && (this.#trees[this.#at]?.fromRecordId ?? recordId) < recordId) this.#at++;
    return this.#at;
  }

  #close(recordId: number): void {
    for (let tree = this.#trees[this.#at]; tree && tree.toRecordId < recordId; tree = this.#trees[++this.#at]) {
      this.#compare(tree);
    }
  }

  #compare({ index, root, recordCount }: VargateTree): void {
    const leaves = this.#leaves;
    this.#leaves = [];
    if (leaves.length < recordCount) {
      throw fault('cut_tail', `the log shows ${leaves.length} of the ${recordCount} records of tree ${index}`);
    }
    if (leaves.length > recordCount || !sameHash(oddLeafRoot(leaves, Buffer.alloc(HASH_BYTES)), root)) {
      throw fault('root_mismatch', `tree ${index} is not the tree of its ${leaves.length} records`);
    }
    this.#checked++;
  }
}
