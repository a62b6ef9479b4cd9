import { ConfigurationError } from '@sallyport/core';
import { type ChainFormula, MerkleTree } from '@sallyport/verify';
import type { Work } from '../store/work.js';
import { Append, type Chain } from './append.js';
import type { LedgerDamagedError } from './errors.js';
import type { ChainHead } from './ledger.js';
import { treeAt } from './tree.js';

/** Which chains there are and where they stand. */
export class ChainBook {
  readonly #chains = new Map<string, Chain>();
  readonly #damage = new Map<string, LedgerDamagedError>();
  readonly #shared: boolean;

  /** @param shared - whether other processes append to the same chains. */
  constructor(shared: boolean) {
    this.#shared = shared;
  }

  register(chain: string, formula: ChainFormula<unknown>): void {
    this.#chains.set(chain, { formula, tree: new MerkleTree() });
  }

  /** Closes a chain that is damaged, or opens it again. */
  close(chain: string, damage: LedgerDamagedError | undefined): void {
    if (damage === undefined) this.#damage.delete(chain);
    else this.#damage.set(chain, damage);
  }

  /** What is wrong with a chain, as far as anybody has looked. */
  damageOf(chain: string): LedgerDamagedError | undefined {
    return this.#damage.get(chain);
  }

  has(chain: string): boolean {
    return this.#chains.has(chain);
  }

  /** What the first record of a chain follows on. */
  genesis(chain: string): string {
    return this.#known(chain).formula.genesis;
  }

  /** Whether memory knows where the chain stands, without asking the store. */
  isCurrent(chain: string): boolean {
    return !this.#shared && this.#known(chain).head !== undefined;
  }

  /** The tree as far as this process has followed it. */
  tree(chain: string): MerkleTree {
    return this.#known(chain).tree;
  }

  /** Starts a batch's appends; other processes wait for these chains from here on. */
  *open(names: ReadonlySet<string>): Work<Append> {
    const heads = new Map<string, ChainHead>();
    // In one order everywhere, or two batches could wait for each other.
    for (const name of [...names].sort()) {
      const chain = this.#chains.get(name);
      if (chain !== undefined) heads.set(name, yield* this.#head(name, chain));
    }
    return new Append(this.#chains, heads);
  }

  /** Makes the next batch read where the chains stand, because memory may be ahead of the disk or behind it. */
  forget(): void {
    for (const chain of this.#chains.values()) chain.head = undefined;
  }

  #known(chain: string): Chain {
    const known = this.#chains.get(chain);
    if (known === undefined) throw new ConfigurationError(`Chain "${chain}" was never registered.`);
    return known;
  }

  /** Forgets everything that was read, after the tables were replaced. */
  reset(): void {
    this.#damage.clear();
    for (const [name, { formula }] of this.#chains) this.register(name, formula);
  }

  *#head(name: string, chain: Chain): Work<ChainHead> {
    if (chain.head !== undefined && !this.#shared) return chain.head;
    const head = yield* this.#read(name, chain.formula.genesis);
    chain.tree = yield* treeAt(name, head.size, chain.tree);
    chain.head = head;
    return head;
  }

  *#read(name: string, genesis: string): Work<ChainHead> {
    const lock = this.#shared ? ' FOR UPDATE' : '';
    const select = { sql: `SELECT size, hash FROM chains WHERE chain = ?${lock}`, params: [name] };
    let [row] = (yield select).rows;
    if (row === undefined) {
      // Only the first time, so that reading where a chain stands needs no write. Another process may be as early.
      yield {
        sql: 'INSERT INTO chains (chain, size, hash) VALUES (?, 0, ?) ON CONFLICT (chain) DO NOTHING',
        params: [name, genesis],
      };
      [row] = (yield select).rows;
    }
    return { size: Number(row?.['size']), hash: String(row?.['hash']) };
  }
}
