import { setImmediate as turn } from 'node:timers/promises';
import { ConfigurationError } from '@sallyport/core';
import {
  type ChainFormula,
  type ChainOptions,
  type ChainPosition,
  type MerkleTree,
  type ProofPlan,
  VerificationError,
} from '@sallyport/verify';
import type { Lane, Query, Row, SealedRecord } from '../engine/unit.js';
import type { Store } from '../store/store.js';
import type { ChainBook } from './book.js';
import type { CheckpointKeeper } from './checkpoint-keeper.js';
import { damaged, LedgerDamagedError } from './errors.js';
import { assertSound, damageIn, Examination, type LogReport, type ReadColumns } from './examination.js';
import { countQuery, pageQuery, tallyQuery } from './filter.js';
import type { ChainHead, Ledger, RecordFilter, RecordPage } from './ledger.js';
import { RECORD_COLUMNS, recordOf } from './records.js';
import { type CheckpointSigner, originOf } from './signer.js';
import { checkTail } from './tail.js';
import { TileCache } from './tile-cache.js';
import { checkTiles } from './tile-check.js';

/** Records in one read of a stream. */
const STREAM_PAGE = 500;

/** What the ledger works with. */
export interface LedgerParts {
  readonly store: Store;
  readonly lane: Lane;
  readonly book: ChainBook;
  readonly signer: CheckpointSigner;
  /** Where checkpoints are kept outside the store, if they are. */
  readonly checkpoints?: CheckpointKeeper | undefined;
}

interface Registered {
  readonly formula: ChainFormula;
  readonly columns: ReadColumns | undefined;
  /** How far it was looked through. */
  sound: Promise<ChainPosition | undefined>;
}

const NOTHING_YET: Registered['sound'] = Promise.resolve(undefined);

/** The audit log, read from the store; what is appended comes from the lane. */
export class SqlLedger implements Ledger {
  readonly #parts: LedgerParts;
  readonly #tiles: TileCache;
  readonly #registered = new Map<string, Registered>();

  constructor(parts: LedgerParts) {
    this.#parts = parts;
    this.#tiles = new TileCache(parts.store);
  }

  get publicKey(): string {
    return this.#parts.signer.publicKey;
  }

  async register(chain: string, formula: ChainFormula, columns?: ReadColumns): Promise<void> {
    const { book, store, checkpoints } = this.#parts;
    book.register(chain, formula);
    const tree = await this.#tree(chain).catch((error: unknown) => refuseTree(chain, error));
    const [size, root] = [tree.size, tree.root()];
    const { size: count, hash: head } = await this.head(chain);
    const whole = await checkTail(store, chain, formula, columns, { size: count, hash: head });
    await checkTiles(store, chain, size);
    await checkpoints?.confirm(chain, {
      size,
      root,
      prove: (from) => this.#build(chain, tree.consistency(from, size)),
    });
    const sound = whole ? Promise.resolve({ count, head }) : NOTHING_YET;
    this.#registered.set(chain, { formula, columns, sound });
  }

  async assertSound(chain: string): Promise<void> {
    const known = this.#known(chain);
    const { store, book } = this.#parts;
    const sound = known.sound.then(async (from) => {
      // What is in the file of this process alone was written by it since it has looked.
      if (from !== undefined && !store.shared) return from;
      const { size: count, hash: head } = await this.head(chain);
      const report = await this.#examine(chain, { expected: { count, head }, ...(from && { from }) });
      assertSound(chain, report);
      return { count: report.count, head: report.head };
    });
    sound.catch((error: unknown) => {
      if (error instanceof LedgerDamagedError) book.close(chain, error);
    });
    // A log that was mended, or could not be read for a moment, may be asked for again.
    known.sound = sound.catch(() => NOTHING_YET);
    await sound;
  }

  async verify(chain: string): Promise<LogReport> {
    const { size: count, hash: head } = await this.head(chain);
    const tree = await this.#tree(chain);
    const [root] = count === 0 ? [tree.root()] : await this.#build(chain, tree.rootAt(count));
    const report = await this.#examine(chain, {
      expected: { count, head },
      ...(root && { checkpoint: { size: count, root } }),
    });
    this.#parts.book.close(chain, damageIn(chain, report));
    return report;
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
    for (const known of this.#registered.values()) known.sound = NOTHING_YET;
  }

  async #examine(chain: string, range: Omit<ChainOptions, 'formula'>): Promise<LogReport> {
    const { formula, columns } = this.#known(chain);
    const examination = new Examination({ formula, ...range }, columns);
    const [fromSeq, toSeq] = [range.from?.count ?? 0, range.expected?.count ?? 0];
    for await (const record of this.stream({ chain, fromSeq, toSeq })) {
      if (!examination.push(record)) break;
      // Decisions go on meanwhile.
      if (record.seq % STREAM_PAGE === 0) await turn();
    }
    return examination.finish();
  }

  async #prove(chain: string, plan: ProofPlan): Promise<readonly string[]> {
    return (await this.#build(chain, plan)).map((hash) => hash.toString('hex'));
  }

  async #build(chain: string, plan: ProofPlan): Promise<readonly Buffer[]> {
    return plan.build(await this.#tiles.fetch(chain, plan.tiles));
  }

  #known(chain: string): Registered {
    const known = this.#registered.get(chain);
    if (known === undefined) throw new ConfigurationError(`Chain "${chain}" was never registered.`);
    return known;
  }

  /** The chain's tree, which reaches as far as the store does. */
  async #tree(chain: string): Promise<MerkleTree> {
    const { book, lane } = this.#parts;
    // A unit that does nothing brings the book up to date, in its turn with the others.
    if (!book.isCurrent(chain))
      await lane.run({ chains: [chain], readsOnly: true, load: [], decide: () => ({ answer: undefined }) });
    return book.tree(chain);
  }

  async #first(query: Query): Promise<Row | undefined> {
    return (await this.#parts.store.all(query))[0];
  }
}

/** The lane takes a tree that cannot be put together for a store that has failed. */
function refuseTree(chain: string, error: unknown): never {
  const cause = error instanceof Error ? error.cause : undefined;
  if (cause instanceof VerificationError)
    throw damaged(`Chain "${chain}": its tree is not whole (${cause.message}).`, cause);
  throw error;
}
