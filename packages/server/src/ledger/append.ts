import { ConfigurationError } from '@sallyport/core';
import { type ChainFormula, leafHash, type MerkleTree, type StagedAppend } from '@sallyport/verify';
import type { Query, RecordDraft, SealedRecord } from '../engine/unit.js';
import { StoreUnavailableError } from '../store/errors.js';
import { checkTexts } from '../store/values.js';
import type { Work } from '../store/work.js';
import type { ChainHead } from './ledger.js';
import { insertRecords } from './records.js';
import { insertTile } from './tree.js';

/** A chain that was declared, and how far this process has followed it. */
export interface Chain {
  readonly formula: ChainFormula<unknown>;
  /** Where it stands on disk; undefined when that must be read first. */
  head?: ChainHead | undefined;
  tree: MerkleTree;
}

/** Records of one unit, sealed on top of what the batch holds already. */
export interface Staged {
  readonly records: readonly SealedRecord[];
  readonly heads: ReadonlyMap<string, ChainHead>;
}

const NOTHING: Staged = { records: [], heads: new Map() };

/** What one batch appends to its chains. */
export class Append {
  readonly #chains: ReadonlyMap<string, Chain>;
  readonly #before: ReadonlyMap<string, ChainHead>;
  readonly #heads: Map<string, ChainHead>;
  readonly #leaves = new Map<string, Buffer[]>();
  readonly #growth: StagedAppend[] = [];
  #unwritten: SealedRecord[] = [];

  constructor(chains: ReadonlyMap<string, Chain>, heads: ReadonlyMap<string, ChainHead>) {
    this.#chains = chains;
    this.#before = heads;
    this.#heads = new Map(heads);
  }

  get hasUnwritten(): boolean {
    return this.#unwritten.length > 0;
  }

  /** Seals records on top of what was kept so far, without keeping them yet. */
  stage(drafts: readonly RecordDraft[]): Staged {
    if (drafts.length === 0) return NOTHING;
    const heads = new Map<string, ChainHead>();
    const records = drafts.map((wanted): SealedRecord => {
      const { chain, id, at, actor, session, subject, verdict, link } = wanted;
      const head = heads.get(chain) ?? this.#heads.get(chain);
      const formula = this.#chains.get(chain)?.formula;
      if (head === undefined || formula === undefined) {
        throw new ConfigurationError(`A unit may only append to the chains that it names: "${chain}" is none of them.`);
      }
      const { text, hash } = formula.seal(wanted.draft, head.hash);
      // Found here it refuses one unit; found when the batch is written, it would refuse them all.
      checkTexts([id, actor, session, subject, verdict, link, text, hash]);
      heads.set(chain, { size: head.size + 1, hash });
      return { chain, seq: head.size, id, at, actor, session, subject, verdict, link, text, hash };
    });
    return { records, heads };
  }

  keep({ records, heads }: Staged): void {
    for (const record of records) {
      this.#unwritten.push(record);
      const leaves = this.#leaves.get(record.chain) ?? [];
      if (leaves.push(leafHash(record.text)) === 1) this.#leaves.set(record.chain, leaves);
    }
    for (const [chain, head] of heads) this.#heads.set(chain, head);
  }

  /** Writes what was kept, so that it can be read. */
  *flush(): Work<void> {
    const records = this.#unwritten;
    this.#unwritten = [];
    for (const statement of insertRecords(records)) yield statement;
  }

  /** Writes all that is left: records, heads, and the tiles that have become full. */
  *close(): Work<void> {
    yield* this.flush();
    for (const [chain, leaves] of this.#leaves) {
      yield* this.#moveHead(chain);
      const growth = this.#chains.get(chain)?.tree.stage(leaves);
      if (growth === undefined) continue;
      for (const { level, index, data } of growth.tiles) yield insertTile(chain, level, index, data);
      this.#growth.push(growth);
    }
  }

  /** Believes what has been committed. */
  commit(): void {
    for (const [name, head] of this.#heads) {
      const chain = this.#chains.get(name);
      if (chain !== undefined) chain.head = head;
    }
    for (const growth of this.#growth) growth.commit();
  }

  *#moveHead(chain: string): Work<void> {
    const from = this.#before.get(chain);
    const to = this.#heads.get(chain);
    if (from === undefined || to === undefined) return;
    const { changes } = yield moveHead(chain, from, to);
    if (changes !== 1) throw new StoreUnavailableError(`Chain "${chain}" was moved by somebody else.`);
  }
}

const moveHead = (chain: string, from: ChainHead, to: ChainHead): Query => ({
  sql: 'UPDATE chains SET size = ?, hash = ? WHERE chain = ? AND size = ?',
  params: [to.size, to.hash, chain, from.size],
});
