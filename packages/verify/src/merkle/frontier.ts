import { checkHash, emptyRoot, nodeHash } from './hash.js';

/**
 * The right edge of a growing tree (RFC 9162): enough to append and to know the root, in O(log n) memory.
 *
 * @example
 * ```ts
 * import { Frontier, leafHash } from '@sallyport/verify';
 *
 * const edge = new Frontier();
 * for (const record of ['a', 'b', 'c']) edge.append(leafHash(record));
 * edge.root(); // of the tree over all three
 * ```
 */
export class Frontier {
  #size = 0;
  /** Roots of the perfect subtrees that make up the tree, largest first: one for each bit set in the size. */
  readonly #peaks: Buffer[] = [];

  /** How many leaves were appended. */
  get size(): number {
    return this.#size;
  }

  /**
   * Appends one leaf hash.
   *
   * @throws VerificationError `hash_length`.
   */
  append(leaf: Uint8Array): void {
    checkHash(leaf, 'the leaf');
    let peak: Buffer = Buffer.from(leaf);
    for (let rest = this.#size; rest % 2 === 1; rest = Math.floor(rest / 2)) {
      const left = this.#peaks.pop();
      if (left) peak = nodeHash(left, peak);
    }
    this.#peaks.push(peak);
    this.#size++;
  }

  /** The root over all leaves so far. */
  root(): Buffer {
    if (this.#peaks.length === 0) return emptyRoot();
    return Buffer.from(this.#peaks.reduceRight((right, left) => nodeHash(left, right)));
  }
}

/**
 * The root of the tree over some leaf hashes (RFC 9162 §2.1.1).
 *
 * @throws VerificationError `hash_length`.
 * @example
 * ```ts
 * import { leafHash, rootOf } from '@sallyport/verify';
 *
 * rootOf(['a', 'b', 'c'].map((record) => leafHash(record)));
 * ```
 */
export function rootOf(leaves: Iterable<Uint8Array>): Buffer {
  const edge = new Frontier();
  for (const leaf of leaves) edge.append(leaf);
  return edge.root();
}
