import { VerificationError } from '../errors.js';
import { Frontier } from '../merkle/frontier.js';
import { leafHash, sameHash } from '../merkle/hash.js';
import type { ChainFormula, ChainKey, FilePart } from './formula.js';
import type { BadRecord, ChainPosition, ChainReport } from './report.js';

/** How to verify a chain. */
export interface ChainOptions {
  readonly formula: ChainFormula;
  /** The key of a keyed formula, from your configuration. */
  readonly key?: ChainKey;
  /** Where the given lines go on from; the beginning of the chain when absent. A report fits. */
  readonly from?: ChainPosition;
  /** A position saved earlier, at or after `from`: the chain must reach it and have that very head there. */
  readonly expected?: ChainPosition;
  /**
   * The tree size and root of a signed checkpoint: the first `size` records must hash to it. Needs the chain from its
   * beginning.
   */
  readonly checkpoint?: { readonly size: number; readonly root: Uint8Array };
  /**
   * What to do with lines that begin in the middle of a chain without `from`.
   *
   * @defaultValue `refuse`
   */
  readonly unanchored?: 'refuse' | 'accept';
}

/**
 * Verifies a chain line by line, holding nothing but the last position. {@link verifyChain} drives it; use it directly
 * where the lines come from a cursor of your own.
 *
 * @throws VerificationError `index_range` at construction when `expected` lies before `from`, `unanchored_range` when
 * `checkpoint` is to be checked on a chain that is not given from its beginning.
 * @example
 * ```ts
 * import { ChainVerifier, rampartFormula } from '@sallyport/verify';
 *
 * function check(rows: Iterable<{ text: string }>): boolean {
 *   const verifier = new ChainVerifier({ formula: rampartFormula });
 *   for (const row of rows) if (!verifier.push(row.text)) break;
 *   return verifier.finish().ok;
 * }
 * ```
 */
export class ChainVerifier {
  readonly #options: ChainOptions;
  readonly #tree: Frontier | undefined;
  #line = 0;
  #count: number;
  #head: string;
  #anchored: boolean;
  #begun = false;
  /** The file that is being read, and the continuation line whose first record has yet to come. */
  #file: FilePart | undefined;
  #continuation: string | undefined;
  #firstBad: BadRecord | undefined;

  constructor(options: ChainOptions) {
    const { from, expected, checkpoint, formula } = options;
    if (expected && expected.count < (from?.count ?? 0)) {
      throw new VerificationError('index_range', 'the expected position lies before the lines to be verified');
    }
    if (checkpoint && from) {
      throw new VerificationError(
        'unanchored_range',
        'a checkpoint covers the chain from its beginning: leave out from',
      );
    }
    this.#options = options;
    this.#tree = checkpoint && new Frontier();
    this.#count = from?.count ?? 0;
    this.#head = from?.head ?? formula.genesis;
    this.#anchored = true;
    this.#attempt('', () => this.#settle());
  }

  /** Takes the next line, without its line break. Returns false once a record is bad; further lines change nothing. */
  push(line: string): boolean {
    if (this.#firstBad) return false;
    this.#line++;
    return line === '' || this.#attempt(line, () => this.#take(line));
  }

  /** Takes a line that could not even be read as text. Returns false: it is bad. */
  refuse(error: VerificationError): boolean {
    if (this.#firstBad) return false;
    this.#line++;
    this.#fail(error, '');
    return false;
  }

  /** Ends the chain: what was expected and has not come is a cut tail. */
  finish(): ChainReport {
    const { expected, checkpoint } = this.#options;
    const wanted = Math.max(expected?.count ?? 0, checkpoint?.size ?? 0);
    if (!this.#firstBad && this.#count < wanted) {
      this.#line++;
      const error = new VerificationError('cut_tail', `the chain ends after ${this.#count} of ${wanted} known records`);
      this.#fail(error, '');
    }
    const report = { count: this.#count, head: this.#head, anchored: this.#anchored };
    return this.#firstBad ? { ok: false, ...report, firstBad: this.#firstBad } : { ok: true, ...report };
  }

  #take(line: string): void {
    const { formula, key, checkpoint } = this.#options;
    const continued = formula.continuation?.(line);
    if (continued !== undefined) {
      this.#continue(line, continued);
      return;
    }
    const link = formula.read(line);
    this.#follow(link.previous);
    this.#join(line);
    if (!line.isWellFormed() || formula.rehash(line, link, key) !== link.hash) {
      throw new VerificationError(
        'bad_hash',
        'the record does not have the hash it states: it was changed after sealing',
      );
    }
    this.#begun = true;
    this.#head = link.hash;
    this.#count++;
    if (this.#tree && this.#tree.size < (checkpoint?.size ?? 0)) this.#tree.append(leafHash(line));
    this.#settle();
  }

  #continue(line: string, continued: string): void {
    if (this.#continuation !== undefined) throw misplaced('it follows another continuation line');
    if (continued === this.#options.formula.genesis) throw misplaced('there is nothing before the first record');
    this.#follow(continued);
    this.#continuation = line;
  }

  /** Takes a record into its file: the same one, or the next where a continuation line says so and can. */
  #join(line: string): void {
    const { formula } = this.#options;
    if (formula.misplaced === undefined) return;
    if (this.#continuation !== undefined) {
      const why = this.#file && formula.misplaced(this.#continuation, this.#file, line);
      if (why !== undefined) throw misplaced(why);
      this.#continuation = undefined;
      this.#file = undefined;
    }
    this.#file = { last: line, bytes: (this.#file?.bytes ?? 0) + Buffer.byteLength(line) + 1 };
  }

  /** Accepts a predecessor other than the head only where an unanchored range begins. */
  #follow(previous: string): void {
    const { from, expected, checkpoint, unanchored } = this.#options;
    if (previous === this.#head) return;
    if (this.#begun || from) {
      throw new VerificationError(
        'broken_link',
        'the record does not follow the one before it: one was removed, added or changed',
      );
    }
    if (unanchored !== 'accept' || expected || checkpoint) {
      throw new VerificationError(
        'unanchored_range',
        'the lines begin in the middle of a chain: give the position before them in from',
      );
    }
    this.#begun = true;
    this.#anchored = false;
    this.#head = previous;
  }

  /** Compares with what was saved earlier, at the very record it speaks of. */
  #settle(): void {
    const { expected, checkpoint } = this.#options;
    const otherHead = this.#count === expected?.count && this.#head !== expected.head;
    const otherRoot = this.#tree && this.#count === checkpoint?.size && !sameHash(this.#tree.root(), checkpoint.root);
    if (!otherHead && !otherRoot) return;
    throw new VerificationError(
      'rewritten',
      `the first ${this.#count} records are not the ones that the saved checkpoint speaks of: history was rewritten`,
    );
  }

  #attempt(line: string, step: () => void): boolean {
    try {
      step();
      return true;
    } catch (error) {
      this.#fail(error, line);
      return false;
    }
  }

  #fail(error: unknown, line: string): void {
    if (!(error instanceof VerificationError)) throw error;
    const id = this.#options.formula.identify(line);
    this.#firstBad = { line: this.#line, ...(id !== undefined && { id }), code: error.code, message: error.message };
  }
}

const misplaced = (why: string): VerificationError =>
  new VerificationError('misplaced_continuation', `a continuation line begins a file, and none begins here: ${why}`);
