/** A pattern to look for, and the number to report when it occurs. */
export interface Needle {
  readonly literal: string;
  readonly id: number;
}

const ASCII = 128;
const KELVIN_SIGN = 0x212a;
const DOTTED_CAPITAL_I = 0x130;

/** ASCII case and the two separators are one: the index only has to let nothing slip. */
function fold(code: number): number {
  if (code >= 0x41 && code <= 0x5a) return code + 32;
  return code === 0x5c ? 0x2f : code;
}

/**
 * Aho–Corasick automaton over ASCII needles: one pass over a text finds every needle in it. Text is folded (case,
 * `\` to `/`) as it is read.
 */
export class NeedleIndex {
  readonly #next: Int32Array;
  readonly #width: number;
  readonly #classes: Uint8Array;
  /** Needles that end in a state. */
  readonly #ends: readonly (readonly number[] | undefined)[];
  /** The longest state, itself included, that ends a needle; and the next shorter one. */
  readonly #first: Int32Array;
  readonly #shorter: Int32Array;

  constructor(needles: readonly Needle[]) {
    const classes = new Uint8Array(ASCII);
    let width = 1;
    for (const { literal } of needles) {
      for (let at = 0; at < literal.length; at++) {
        const code = fold(literal.charCodeAt(at));
        if (code >= ASCII) throw new RangeError('needles hold ASCII only');
        if (classes[code] === 0) classes[code] = width++;
      }
    }
    for (let code = 0; code < ASCII; code++) classes[code] = classes[fold(code)] ?? 0;
    this.#classes = classes;
    this.#width = width;

    const capacity = needles.reduce((sum, { literal }) => sum + literal.length, 1);
    const next = new Int32Array(capacity * width).fill(-1);
    const ends: (number[] | undefined)[] = [undefined];
    for (const { literal, id } of needles) {
      let state = 0;
      for (let at = 0; at < literal.length; at++) {
        const edge = state * width + this.#classOf(literal.charCodeAt(at));
        let target = next[edge] ?? -1;
        if (target < 0) {
          target = ends.push(undefined) - 1;
          next[edge] = target;
        }
        state = target;
      }
      const list = ends[state];
      if (list === undefined) ends[state] = [id];
      else list.push(id);
    }
    this.#ends = ends;
    const shorter = complete(next, ends, width);
    this.#shorter = shorter;
    this.#first = shorter.map((other, state) => (ends[state] === undefined ? other : state));
    this.#next = next.slice(0, ends.length * width);
  }

  #classOf(code: number): number {
    if (code < ASCII) return this.#classes[code] ?? 0;
    // The only other characters that become ASCII in lower case.
    if (code === KELVIN_SIGN) return this.#classes[0x6b] ?? 0;
    return code === DOTTED_CAPITAL_I ? (this.#classes[0x69] ?? 0) : 0;
  }

  /** Reports each occurrence of each needle; a needle that occurs twice is reported twice. */
  scan(text: string, report: (id: number) => void): void {
    const next = this.#next;
    const width = this.#width;
    let state = 0;
    for (let at = 0; at < text.length; at++) {
      state = next[state * width + this.#classOf(text.charCodeAt(at))] ?? 0;
      for (let end = this.#first[state] ?? 0; end !== 0; end = this.#shorter[end] ?? 0) {
        const ids = this.#ends[end];
        if (ids !== undefined) for (const id of ids) report(id);
      }
    }
  }
}

/** Turns the trie into a complete automaton, breadth first, and links each state to the next shorter one that ends. */
function complete(next: Int32Array, ends: readonly (readonly number[] | undefined)[], width: number): Int32Array {
  const fallback = new Int32Array(ends.length);
  const shorter = new Int32Array(ends.length);
  const queue: number[] = [0];
  for (const state of queue) {
    const back = fallback[state] ?? 0;
    shorter[state] = ends[back] === undefined ? (shorter[back] ?? 0) : back;
    for (let symbol = 0; symbol < width; symbol++) {
      const edge = state * width + symbol;
      const target = next[edge] ?? -1;
      const detour = state === 0 ? 0 : (next[back * width + symbol] ?? 0);
      if (target < 0) {
        next[edge] = detour;
      } else {
        fallback[target] = detour;
        queue.push(target);
      }
    }
  }
  return shorter;
}
