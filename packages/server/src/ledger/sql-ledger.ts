import type { ChainFormula, MerkleTree, ProofPlan } from '@sallyport/verify';
import type { Lane, Query, Row, SealedRecord } from '../engine/unit.js';
import type { Store } from '../store/store.js';
import type { ChainBook } from './book.js';
import { countQuery, pageQuery, tallyQuery } from './filter.js';
import type { ChainHead, Ledger, RecordFilter, RecordPage } from './ledger.js';
import { RECORD_COLUMNS, recordOf } from './records.js';
import { type CheckpointSigner, originOf } from './signer.js';
import { checkTail } from './tail.js';
import { TileCache } from './tile-cache.js';

/** Records in one read of a stream. */
const STREAM_PAGE = 500;

/** What the ledger works with. */
export interface LedgerParts {
  readonly store: Store;
  readonly lane: Lane;
  readonly book: ChainBook;
  readonly signer: CheckpointSigner;
}

/** The audit log, read from the store; what is appended comes from the lane. */
export class SqlLedger implements Ledger {
  readonly #parts: LedgerParts;
  readonly #tiles: TileCache;

  constructor(parts: LedgerParts) {
    this.#parts = parts;
    this.#tiles = new TileCache(parts.store);
  }

  get publicKey(): string {
    return this.#parts.signer.publicKey;
  }

  async register(chain: string, formula: ChainFormula): Promise<void> {
    this.#parts.book.register(chain, formula);
    await this.#tree(chain);
    await checkTail(this.#parts.store, chain, formula, await this.head(chain));
  }

  async head(chain: string): Promise<ChainHead> {
    const row = await this.#first({ sql: 'SELECT size, hash FROM chains WHERE chain = ?', params: [chain] });
    if (row === undefined) return { size: 0, hash: this.#parts.book.genesis(chain) };
    return { size: Number(row['size']), hash: String(row['hash']) };
  }

  async find(chain: string, id: string): Promise<SealedRecord | undefined> {
    // A record that says how something ended may carry the id of the one that began it: the first counts.
    const sql = `SELECT ${RECORD_COLUMNS} FROM records WHERE chain = ? AND id = ? ORDER BY seq LIMIT 1`;
    const row = await this.#first({ sql, params: [chain, id] });
    return row && recordOf(row);
  }

  async page(filter: RecordFilter, page: RecordPage): Promise<readonly SealedRecord[]> {
    return (await this.#parts.store.all(pageQuery(filter, page))).map(recordOf);
  }

  async count(filter: RecordFilter): Promise<number> {
    return Number((await this.#first(countQuery(filter)))?.['n'] ?? 0);
  }

  async tally(
    filter: RecordFilter,
    by: 'actor' | 'session' | 'subject' | 'verdict',
  ): Promise<Readonly<Record<string, number>>> {
    const rows = await this.#parts.store.all(tallyQuery(filter, by));
    return Object.fromEntries(rows.map(({ value, n }) => [String(value), Number(n)]));
  }

  async dates(chain: string): Promise<readonly string[]> {
    const dates: string[] = [];
    const latestBefore = async (at: number) => {
      const sql = 'SELECT max(at) AS at FROM records WHERE chain = ? AND at < ?';
      return (await this.#first({ sql, params: [chain, at] }))?.['at'];
    };
    // One step of an index for each day, however many records it has.
    for (let at = await latestBefore(Number.MAX_SAFE_INTEGER); typeof at === 'number'; ) {
      const date = new Date(at).toISOString().slice(0, 10);
      dates.push(date);
      at = await latestBefore(Date.parse(date));
    }
    return dates;
  }

  async *stream(filter: RecordFilter): AsyncGenerator<SealedRecord> {
    for (let from = filter.fromSeq ?? 0; ; ) {
      const records = await this.page({ ...filter, fromSeq: from }, { order: 'oldest', limit: STREAM_PAGE });
      yield* records;
      const last = records.at(-1);
      if (last === undefined || records.length < STREAM_PAGE) return;
      from = last.seq + 1;
    }
  }

  origin(chain: string): string {
    return originOf(chain);
  }

  async checkpoint(chain: string): Promise<string> {
    const tree = await this.#tree(chain);
    return this.#parts.signer.sign(chain, tree.size, tree.root());
  }

  async inclusion(chain: string, seq: number, size?: number): Promise<readonly string[]> {
    return this.#prove(chain, (await this.#tree(chain)).inclusion(seq, size));
  }

  async consistency(chain: string, fromSize: number, toSize?: number): Promise<readonly string[]> {
    return this.#prove(chain, (await this.#tree(chain)).consistency(fromSize, toSize));
  }

  /** Drops what a reset or a restored snapshot has made wrong. */
  forget(): void {
    this.#tiles.clear();
  }

  async #prove(chain: string, plan: ProofPlan): Promise<readonly string[]> {
    const tiles = await this.#tiles.fetch(chain, plan.tiles);
    return plan.build(tiles).map((hash) => hash.toString('hex'));
  }

  /** The chain's tree, which reaches as far as the store does. */
  async #tree(chain: string): Promise<MerkleTree> {
    const { book, lane } = this.#parts;
    // A unit that does nothing brings the book up to date, in its turn with the others.
    if (!book.isCurrent(chain)) await lane.run({ chains: [chain], load: [], decide: () => ({ answer: undefined }) });
    return book.tree(chain);
  }

  async #first(query: Query): Promise<Row | undefined> {
    return (await this.#parts.store.all(query))[0];
  }
}
