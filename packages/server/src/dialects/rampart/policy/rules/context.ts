import { readCommand } from '../commands/read.js';
import type { CommandReading } from '../commands/reading.js';
import { type PathCandidate, pathCandidates } from '../globs/candidates.js';
import { canonicalDomain } from '../globs/domain.js';
import { type PatternTable, subjectOf } from '../index/pattern-table.js';
import type { Facts, ToolCall } from '../model.js';
import type { IndexedField, Tables } from './tables.js';

const NONE: readonly number[] = [];

/** Which patterns fit which texts of a command; each text is scanned once. */
export class CommandMatches {
  readonly reading: CommandReading;
  /** Every text a restriction may be held against. */
  readonly texts: readonly string[];
  /** There are more readings than are looked at. */
  readonly overflow: boolean;
  readonly #matched = new Map<string, readonly number[]>();

  constructor(reading: CommandReading, table: PatternTable) {
    this.reading = reading;
    this.overflow = reading.overflow;
    // The limit is on what was sent; its readings may be a little longer, and matching them is linear.
    const add = (text: string) => {
      if (!this.#matched.has(text)) this.#matched.set(text, table.match(subjectOf(text)));
    };
    for (const { forms, removals } of reading.simple) {
      for (const form of forms) add(form);
      for (const removal of removals) add(removal);
    }
    for (const { forms } of reading.compounds) for (const form of forms) add(form);
    for (const component of reading.components) add(component);
    add(reading.raw);
    add(reading.normalised);
    this.texts = [...this.#matched.keys()];
  }

  /** The patterns that fit one of the reading's texts. */
  matching(text: string): readonly number[] {
    return this.#matched.get(text) ?? NONE;
  }
}

/** One call while it is decided: what it says is worked out when a rule first asks. */
export class CallContext {
  readonly call: ToolCall;
  readonly facts: Facts;
  readonly #tables: Tables;
  readonly #pathBases: readonly string[];
  #command: CommandMatches | undefined;
  #paths: readonly (readonly number[])[] | undefined;
  #url: readonly number[] | undefined;
  #domain: readonly number[] | undefined;

  /** @param pathBases - Directories that path patterns in question start from. */
  constructor(call: ToolCall, facts: Facts, tables: Tables, pathBases: readonly string[]) {
    this.call = call;
    this.facts = facts;
    this.#tables = tables;
    this.#pathBases = pathBases;
  }

  get command(): CommandMatches {
    this.#command ??= new CommandMatches(readCommand(this.call.command), this.#tables.commands);
    return this.#command;
  }

  /** For each place the path may stand for, the patterns that fit it. */
  get paths(): readonly (readonly number[])[] {
    this.#paths ??= this.#pathCandidates().map((candidate) => this.#matchCandidate(candidate));
    return this.#paths;
  }

  get url(): readonly number[] {
    this.#url ??= this.call.url === '' ? NONE : this.#tables.urls.match(subjectOf(this.call.url));
    return this.#url;
  }

  get domain(): readonly number[] {
    const domain = canonicalDomain(this.call.domain);
    this.#domain ??= domain === '' ? NONE : this.#tables.domains.match(subjectOf(domain));
    return this.#domain;
  }

  /** The patterns of a field that fit the call somewhere. */
  *matching(field: IndexedField): Generator<readonly number[]> {
    if (field === 'commands' && this.call.command !== '') {
      for (const text of this.command.texts) yield this.command.matching(text);
    } else if (field === 'paths') {
      yield* this.paths;
    } else if (field === 'urls') {
      yield this.url;
    } else if (field === 'domains') {
      yield this.domain;
    }
  }

  #pathCandidates(): readonly PathCandidate[] {
    const { path, workdir } = this.call;
    if (path === '') return [];
    return pathCandidates(path, { workdir, realpath: this.facts.realpath, bases: this.#pathBases });
  }

  #matchCandidate({ spellings, throughLinks }: PathCandidate): readonly number[] {
    const { paths, pathBases } = this.#tables;
    const matched = new Set(spellings.flatMap((spelling) => paths.match(subjectOf(spelling))));
    for (const { base, spelling } of throughLinks) {
      for (const id of paths.match(subjectOf(spelling))) if (pathBases.get(base)?.has(id)) matched.add(id);
    }
    return [...matched];
  }
}
