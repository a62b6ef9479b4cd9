import { PatternTable } from '../index/pattern-table.js';

/** The patterns of a policy set, by the field they are held against. */
export interface Tables {
  readonly commands: PatternTable;
  readonly paths: PatternTable;
  readonly urls: PatternTable;
  readonly domains: PatternTable;
  /** The absolute path patterns by the directory they start from. */
  readonly pathBases: Map<string, Set<number>>;
  /** Whether file names on the host go by any case. */
  readonly ignoreCase: boolean;
}

/** A field whose patterns are indexed. */
export type IndexedField = 'commands' | 'paths' | 'urls' | 'domains';

/** Empty tables, to be filled while rules are compiled. */
export function createTables(ignoreCase: boolean): Tables {
  return {
    commands: new PatternTable(),
    paths: new PatternTable(),
    urls: new PatternTable(),
    domains: new PatternTable(),
    pathBases: new Map(),
    ignoreCase,
  };
}

/** Interned patterns: from identifier to the pattern as it was written. */
export type Patterns = ReadonlyMap<number, string>;

/** Interns each pattern of a list. */
export function internAll(patterns: readonly string[] = [], intern: (pattern: string) => number): Patterns {
  return new Map(patterns.map((pattern) => [intern(pattern), pattern]));
}

/** The first of the matched identifiers that is among the patterns. */
export function firstAmong(patterns: Patterns, matched: readonly number[]): string | undefined {
  for (const id of matched) {
    const pattern = patterns.get(id);
    if (pattern !== undefined) return pattern;
  }
  return undefined;
}
