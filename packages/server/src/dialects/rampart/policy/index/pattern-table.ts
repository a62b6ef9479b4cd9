import { type Needle, NeedleIndex } from './aho-corasick.js';

/** A text in the renderings that patterns are held against. */
export interface Subject {
  readonly text: string;
  /** With every separator as `/`. */
  readonly slashed: string;
  /** In lower case. */
  readonly lower: string;
  /** With its first word in lower case. */
  readonly lowerProgram: string;
}

/** Decides whether a pattern fits a subject. */
export type SubjectTest = (subject: Subject) => boolean;

/** Patterns of one field, each held once however many rules name it. */
export class PatternTable {
  readonly #ids = new Map<string, number>();
  /** Compiled when the index first brings the pattern up: of many patterns, few ever are. */
  readonly #tests: (SubjectTest | undefined)[] = [];
  readonly #compilers: (() => SubjectTest)[] = [];
  readonly #needles: Needle[] = [];
  /** Patterns without a literal: only their test can tell. */
  readonly #unindexed: number[] = [];
  #index: NeedleIndex | undefined;
  #seen = new Uint32Array(0);
  #round = 0;

  /** Adds a pattern, or finds the one of the same key; `literal` must occur in whatever the test accepts. */
  intern(key: string, literal: string, compile: () => SubjectTest): number {
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    const id = this.#compilers.push(compile) - 1;
    this.#tests.push(undefined);
    this.#ids.set(key, id);
    if (literal === '') this.#unindexed.push(id);
    else this.#needles.push({ literal, id });
    this.#index = undefined;
    return id;
  }

  /** Builds the index now rather than with the first question. */
  seal(): void {
    this.#index ??= new NeedleIndex(this.#needles);
    this.#seen = new Uint32Array(this.#tests.length);
  }

  /** The patterns that fit the subject, each once, in no particular order. */
  match(subject: Subject): number[] {
    if (this.#index === undefined) this.seal();
    const matched: number[] = [];
    const seen = this.#seen;
    const round = this.#nextRound();
    const verify = (id: number) => {
      if (seen[id] === round) return;
      seen[id] = round;
      if (this.#test(id)?.(subject) === true) matched.push(id);
    };
    this.#index?.scan(subject.slashed, verify);
    for (const id of this.#unindexed) verify(id);
    return matched;
  }

  #test(id: number): SubjectTest | undefined {
    const known = this.#tests[id];
    if (known !== undefined) return known;
    const test = this.#compilers[id]?.();
    this.#tests[id] = test;
    return test;
  }

  /** Marks of earlier rounds need no clearing: a mark counts only in its own round. */
  #nextRound(): number {
    if (this.#round === 0xffff_ffff) {
      this.#seen.fill(0);
      this.#round = 0;
    }
    return ++this.#round;
  }
}

/** Lowers the case of the first word: programs may go by any case where file names do, their arguments may not. */
export function lowerProgram(command: string): string {
  const end = command.search(/\s/);
  return end < 0 ? command.toLowerCase() : command.slice(0, end).toLowerCase() + command.slice(end);
}

/** Renders a text for matching. */
export function subjectOf(text: string): Subject {
  return new LazySubject(text);
}

class LazySubject implements Subject {
  readonly text: string;
  #slashed: string | undefined;
  #lower: string | undefined;

  constructor(text: string) {
    this.text = text;
  }

  get slashed(): string {
    this.#slashed ??= this.text.includes('\\') ? this.text.replaceAll('\\', '/') : this.text;
    return this.#slashed;
  }

  get lower(): string {
    this.#lower ??= this.text.toLowerCase();
    return this.#lower;
  }

  get lowerProgram(): string {
    return lowerProgram(this.text);
  }
}
