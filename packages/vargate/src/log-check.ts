import {
  type BadRecord,
  type ChainPosition,
  ChainVerifier,
  VargateTreesVerifier,
  VerificationError,
  vargateFormula,
} from '@sallyport/verify';
import { toTree } from './tree.js';
import type { MerkleTreeInfo } from './types/index.js';
import type { RawPage } from './wire/audit.js';

type RawRecord = RawPage['records'][number];

/** The record that was the last one before must still be there, as it was. */
function checkAnchor(record: RawRecord, { count, head }: ChainPosition): void {
  const line = JSON.stringify(record);
  const link = vargateFormula.read(line);
  if (link.hash === head && vargateFormula.rehash(line, link) === head) return;
  throw new VerificationError(
    'rewritten',
    `record ${count} is not the one that was verified before: history was rewritten`,
  );
}

/** Hashes the records that stream by, and builds the trees anew. */
export class LogCheck {
  /** The hash of each tree's last record. */
  readonly lastHashes = new Map<number, string>();
  readonly #chain: ChainVerifier;
  readonly #forest: VargateTreesVerifier;
  readonly #lastIds: ReadonlySet<number>;
  #anchor: ChainPosition | undefined;

  constructor(trees: readonly MerkleTreeInfo[], from: ChainPosition | undefined) {
    this.#chain = new ChainVerifier({ formula: vargateFormula, ...(from && { from }) });
    this.#forest = new VargateTreesVerifier({ trees: trees.map(toTree), partial: (from?.count ?? 0) > 0 });
    this.#lastIds = new Set(trees.map(({ toRecordId }) => toRecordId));
    this.#anchor = from?.count ? from : undefined;
  }

  get position(): ChainPosition {
    const { count, head } = this.#chain.finish();
    return { count, head };
  }

  get firstBad(): BadRecord | undefined {
    return this.#chain.finish().firstBad;
  }

  /** Returns false once a record is bad. @throws VerificationError for a tree that is not of its records. */
  push(record: RawRecord): boolean {
    if (this.#anchor) {
      checkAnchor(record, this.#anchor);
      this.#anchor = undefined;
      return true;
    }
    if (!this.#chain.push(JSON.stringify(record))) return false;
    const hash = String(record['record_hash']);
    this.#forest.push(record.id, Buffer.from(hash, 'hex'));
    if (this.#lastIds.has(record.id)) this.lastHashes.set(record.id, hash);
    return true;
  }

  /** Returns how many trees were built. @throws VerificationError when records are missing at the end. */
  finish(): number {
    if (this.#anchor) throw new VerificationError('cut_tail', `the log has fewer than ${this.#anchor.count} records`);
    return this.#forest.finish();
  }
}
