import { compilePattern, literalPrefix, type Matcher } from './pattern.js';

/** Answers that are remembered: an agent's actions are few. */
const REMEMBERED = 4096;

interface Entry {
  readonly rule: number;
  readonly matches: Matcher;
}

const NONE: readonly number[] = [];

/** Finds the rules whose patterns fit an action, without trying those of all others. */
export class ActionIndex {
  readonly #exact = new Map<string, number[]>();
  /** By what the pattern begins with. */
  readonly #prefixed = new Map<string, Entry[]>();
  readonly #lengths: number[];
  readonly #known = new Map<string, readonly number[]>();

  /** @param rules - the patterns of each rule, in the order of the rules. */
  constructor(rules: readonly (readonly string[])[]) {
    for (const [rule, patterns] of rules.entries()) {
      for (const pattern of patterns) {
        if (!pattern.includes('*')) push(this.#exact, pattern, rule);
        else push(this.#prefixed, literalPrefix(pattern), { rule, matches: compilePattern(pattern) });
      }
    }
    this.#lengths = [...new Set([...this.#prefixed.keys()].map(({ length }) => length))];
  }

  /** Numbers of the rules that fit, ascending. */
  find(action: string): readonly number[] {
    const known = this.#known.get(action);
    if (known !== undefined) return known;
    const found = this.#search(action);
    if (this.#known.size >= REMEMBERED) this.#known.clear();
    this.#known.set(action, found);
    return found;
  }

  #search(action: string): readonly number[] {
    const found = new Set<number>(this.#exact.get(action) ?? NONE);
    for (const length of this.#lengths) {
      if (length > action.length) continue;
      for (const { rule, matches } of this.#prefixed.get(action.slice(0, length)) ?? []) {
        if (!found.has(rule) && matches(action)) found.add(rule);
      }
    }
    return [...found].sort((a, b) => a - b);
  }
}

function push<T>(map: Map<string, T[]>, key: string, item: T): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [item]);
  else list.push(item);
}
