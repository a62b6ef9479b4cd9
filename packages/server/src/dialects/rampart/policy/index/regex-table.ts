import { RE2Set } from 're2js';

/** One automaton for all patterns is fastest, but its program has a largest size, which this many patterns never reach. */
const SET_SIZE = 32;

/** Regular expressions in RE2 syntax, unanchored, searched for together in time linear in the text. */
export class RegexTable {
  readonly #ids = new Map<string, number>();
  readonly #sets: RE2Set[] = [];

  /**
   * Adds a pattern, or finds it. What is needed to search is built with the first search.
   *
   * @throws RE2JSException when it is not RE2 syntax.
   */
  intern(pattern: string): number {
    const known = this.#ids.get(pattern);
    if (known !== undefined) return known;
    const id = this.#ids.size;
    if (id % SET_SIZE === 0) this.#sets.push(new RE2Set());
    this.#sets.at(-1)?.add(pattern);
    this.#ids.set(pattern, id);
    return id;
  }

  /** The patterns that occur in the text. */
  match(text: string): ReadonlySet<number> {
    const matched = new Set<number>();
    for (const [index, set] of this.#sets.entries()) {
      for (const id of set.match(text)) matched.add(index * SET_SIZE + id);
    }
    return matched;
  }
}
