import type { ChainFormula } from '@sallyport/verify';
import type { SealedRecord } from '../engine/unit.js';
import type { LogReport, ReadColumns } from './examination.js';

/** Which records to read. All filters are exact; times are milliseconds since the epoch, `from` inclusive, `to` exclusive. */
export interface RecordFilter {
  readonly chain: string;
  readonly from?: number;
  readonly to?: number;
  readonly actor?: string;
  readonly session?: string;
  readonly subject?: string;
  readonly verdict?: string;
  readonly fromSeq?: number;
  readonly toSeq?: number;
}

/** How to page through them. */
export interface RecordPage {
  readonly order: 'oldest' | 'newest';
  readonly limit: number;
  readonly offset?: number;
}

/** Where a chain stands. */
export interface ChainHead {
  readonly size: number;
  readonly hash: string;
}

/** The audit log: chains of sealed records, each with an RFC 9162 tree beside it. Only the lane appends. */
export interface Ledger {
  /**
   * Declares a chain, how its records are sealed, and how their columns can be told from their texts.
   *
   * @throws LedgerDamagedError when its last records or its tree were changed.
   * @throws CheckpointMismatchError when it does not go on from the checkpoint that was kept outside the store.
   */
  register(chain: string, formula: ChainFormula, columns?: ReadColumns): Promise<void>;
  /**
   * Looks through everything that this process has neither written itself nor looked through before. Lists and counts
   * come from columns, and mean what the records say only after this. A chain that is found damaged takes no more
   * records, until a `verify` finds it whole again.
   *
   * @throws LedgerDamagedError
   */
  assertSound(chain: string): Promise<void>;
  /** Looks through the whole chain: its links, its columns, and its tree. */
  verify(chain: string): Promise<LogReport>;
  head(chain: string): Promise<ChainHead>;
  find(chain: string, id: string): Promise<SealedRecord | undefined>;
  page(filter: RecordFilter, page: RecordPage): Promise<readonly SealedRecord[]>;
  count(filter: RecordFilter): Promise<number>;
  /** Counts by one column. */
  tally(
    filter: RecordFilter,
    by: 'actor' | 'session' | 'subject' | 'verdict',
  ): Promise<Readonly<Record<string, number>>>;
  /** UTC dates (`YYYY-MM-DD`) that have records, newest first. */
  dates(chain: string): Promise<readonly string[]>;
  /** Streams records oldest first, in bounded memory. */
  stream(filter: RecordFilter): AsyncIterable<SealedRecord>;
  /** What the chain's tree is called in its checkpoints: `sallyport/<chain>`. Watchers need it. */
  origin(chain: string): string;
  /** A C2SP checkpoint of the chain's tree, signed with the gateway's Ed25519 key. */
  checkpoint(chain: string): Promise<string>;
  /** The checkpoint key in `name+id+base64` form, for verifiers' configuration. */
  readonly publicKey: string;
  /** RFC 9162 inclusion proof, hex hashes from the leaf up. `size` defaults to the current one. */
  inclusion(chain: string, seq: number, size?: number): Promise<readonly string[]>;
  consistency(chain: string, fromSize: number, toSize?: number): Promise<readonly string[]>;
}
