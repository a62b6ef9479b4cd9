/** Counts what happened within a window that moves along, in buckets of equal length: as good as exact, and never longer than its buckets. */
export class WindowCount {
  readonly #windowMs: number;
  readonly #bucketMs: number;
  /** When each bucket begins, oldest first. */
  readonly #begins: number[] = [];
  readonly #counts: number[] = [];
  #total = 0;

  /** @param windowMs - a multiple of `bucketMs`. */
  constructor(windowMs: number, bucketMs: number) {
    this.#windowMs = windowMs;
    this.#bucketMs = bucketMs;
  }

  /** @param at - milliseconds since the epoch, not before the one that was added last. */
  add(at: number): void {
    const begin = at - (at % this.#bucketMs);
    const last = this.#begins.length - 1;
    if (this.#begins[last] !== begin) {
      this.#begins.push(begin);
      this.#counts.push(1);
    } else this.#counts[last] = (this.#counts[last] ?? 0) + 1;
    this.#total += 1;
  }

  /** How many there are in the window that ends now. */
  total(now: number): number {
    for (let [begin] = this.#begins; begin !== undefined && begin <= now - this.#windowMs; [begin] = this.#begins) {
      this.#total -= this.#counts.shift() ?? 0;
      this.#begins.shift();
    }
    return this.#total;
  }

  /** Whether any bucket of the window satisfies a condition. */
  some(now: number, holds: (begin: number) => boolean): boolean {
    this.total(now);
    return this.#begins.some(holds);
  }
}
