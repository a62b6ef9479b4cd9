import { expansions, mayExpand } from './expansions.js';
import { lex, type Segment } from './lex.js';
import { isStructured, partsOf } from './parts.js';
import type { CommandReading, CompoundCommand, SimpleCommand } from './reading.js';
import { needsRestating, restate } from './restate.js';
import { retellings } from './retellings.js';
import { type Link, runsOf } from './runs.js';
import { sanitize } from './sanitize.js';
import { isSystemProgram, type UnwrapOptions, unwrap } from './unwrap.js';

/** What one text says. */
interface TextReading {
  readonly normalised: string;
  readonly components: readonly string[];
  readonly commands: readonly SimpleCommand[];
}

/** Characters read over all texts; an honest command needs a few times its own length. */
const BUDGET = 16 * 8192;

const HERE_STRING = /^(?:\d+|\{\w+\})?<<</;
/** Something that may run what it is given to read. */
const RUNS_INPUT = /sh\b|\bsource\b|\/dev\/stdin/;

const NOTHING: TextReading = { normalised: '', components: [], commands: [] };
const NO_TEXTS: readonly string[] = [];

/**
 * Reads a command line. Total: any string gives a reading, in time and memory proportional to the budget.
 */
export function readCommand(command: string): CommandReading {
  const reader = new Reader();
  const text = sanitize(command);
  const { normalised, components, commands } = reader.read(text);
  if (text !== command && command !== '') reader.compounds.push({ forms: [command], members: commands });
  for (const dialect of otherDialects(text)) reader.read(dialect);
  const retold = retellings(text);
  for (const other of retold) reader.read(other);
  // A shell takes control sequences for text, and what stands in them for operators.
  const cleaned = text !== command.trim();
  if (cleaned) reader.read(command);
  return {
    raw: command,
    normalised,
    components: components.length < 2 ? components : [...new Set(components)],
    composite: components.length > 1 || mayExpand(text),
    simple: reader.simple,
    compounds: reader.compounds,
    assignments: reader.assignments,
    overflow: reader.overflow,
    doubtful: reader.readsFiles || groups(text) || cleaned || retold.length > 0 || DECODED_QUOTE.test(text),
  };
}

/** Whether unquoted parentheses group commands or define a function. */
function groups(text: string): boolean {
  return text.includes('(') && lex(text).some(({ parentheses }) => parentheses.length > 0);
}

/** Quotes whose content the shell decodes or translates. */
const DECODED_QUOTE = /\$['"]/;
/** A drive or a share. */
const WINDOWS_PATH = /[A-Za-z]:\\|\\\\/;

/** The text as the shells of Windows would read it, where they differ. */
function otherDialects(text: string): readonly string[] {
  const readings: string[] = [];
  if (text.includes('^')) readings.push(text.replaceAll('^', ''));
  if (text.includes('&>')) readings.push(text.replaceAll('&>', '& >'));
  if (text.includes('`')) readings.push(text.replaceAll('`', ''));
  if (text.includes('\\') && WINDOWS_PATH.test(text)) readings.push(text.replaceAll('\\', '/'));
  return readings;
}

interface ReadLink extends Link {
  readonly reading: TextReading;
}

function linkTo(reading: TextReading, { start, end }: { start: number; end: number }, after: Link['after']): ReadLink {
  return { start, end, after, normalised: reading.normalised, reading };
}

class Reader implements UnwrapOptions {
  readonly simple: SimpleCommand[] = [];
  readonly compounds: CompoundCommand[] = [];
  readonly assignments = new Set<string>();
  overflow = false;
  readsFiles = false;
  readonly trustsPath = isSystemProgram;
  readonly #known = new Map<string, TextReading>();
  #budget = BUDGET;

  onAssignment(name: string): void {
    this.assignments.add(name);
  }

  read(text: string): TextReading {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    this.#budget -= text.length + 1;
    if (this.#budget < 0) {
      this.overflow = true;
      return NOTHING;
    }
    // Holds the place: a text that contains itself says nothing new.
    this.#known.set(text, NOTHING);
    const reading = this.#readNew(text);
    this.#known.set(text, reading);
    return reading;
  }

  #readNew(text: string): TextReading {
    const segments = lex(text);
    const readings = segments.map((segment) => this.#readSegment(text, segment));
    const inside = this.#readRuns(text, segments, readings);
    const expanded = mayExpand(text) ? Array.from(expansions(text), (expansion) => this.read(expansion)) : [];
    const [only = NOTHING] = readings;
    if (readings.length < 2 && inside.length === 0 && expanded.length === 0) return only;
    const normalised = readings.map((reading) => reading.normalised).join(' && ');
    const commands = [...readings, ...inside, ...expanded].flatMap((reading) => reading.commands);
    return { normalised, components: [...readings, ...expanded].flatMap((reading) => reading.components), commands };
  }

  /** Reads what groups and control words hold, and records the runs; returns what it found behind them. */
  #readRuns(text: string, segments: readonly Segment[], readings: readonly TextReading[]): readonly TextReading[] {
    const [first] = segments;
    if (segments.length < 2 && (first === undefined || !isStructured(first))) return [];
    const whole = segments.map((segment, at) => linkTo(readings[at] ?? NOTHING, segment, segment.separator));
    this.#addRuns(text, whole);
    if (!segments.some(isStructured)) return [];
    const parts = partsOf(text, segments).map((part) => {
      const known = part.segment === undefined ? undefined : readings[part.segment];
      return { ...part, reading: known ?? this.read(text.slice(part.start, part.end)) };
    });
    this.#addRuns(
      text,
      parts.map((part) => linkTo(part.reading, part, part.after)),
    );
    return parts.filter(({ segment }) => segment === undefined).map(({ reading }) => reading);
  }

  #addRuns(text: string, links: readonly ReadLink[]): void {
    for (const { from, to, forms } of runsOf(text, links)) {
      this.compounds.push({ forms, members: links.slice(from, to).flatMap(({ reading }) => reading.commands) });
    }
  }

  #readSegment(text: string, segment: Segment): TextReading {
    const raw = segment.start === 0 && segment.end === text.length ? text : text.slice(segment.start, segment.end);
    if (text.includes('<<<') && RUNS_INPUT.test(text)) this.#readHereStrings(segment.words);
    const unwrapped = unwrap(segment.words, segment.quotedFrom, this);
    if ('script' in unwrapped && unwrapped.readsFiles) this.readsFiles = true;
    if ('script' in unwrapped) return this.#readScript(raw, unwrapped.script, unwrapped.operands);

    const normalised = unwrapped.words.length === 0 ? raw : unwrapped.words.join(' ');
    const command = this.#simpleCommand(raw, normalised, segment, unwrapped.words);
    this.simple.push(command);
    // What quotes hide from this shell may be meant for another.
    const exposed = segment.hidesSyntax ? this.read(normalised) : NOTHING;
    const evaluates = unwrapped.words[0] === 'eval' && unwrapped.words.length > 1;
    const evaluated = evaluates
      ? this.read(unwrapped.words.slice(unwrapped.words[1] === '--' ? 2 : 1).join(' '))
      : NOTHING;
    const components = exposed.components.length > 1 ? exposed.components : [normalised];
    if (exposed === NOTHING && evaluated === NOTHING) return { normalised, components, commands: [command] };
    return {
      normalised,
      components: [...components, ...evaluated.components],
      commands: [command, ...exposed.commands, ...evaluated.commands],
    };
  }

  #readHereStrings(words: readonly string[]): void {
    for (const [at, word] of words.entries()) {
      const operator = HERE_STRING.exec(word)?.[0];
      if (operator !== undefined) this.read(operator === word ? (words[at + 1] ?? '') : word.slice(operator.length));
    }
  }

  #readScript(raw: string, script: string, operands: readonly string[]): TextReading {
    const inner = this.read(script);
    // The script may run its operands: `sh -c '"$@"' - rm x`.
    if (operands.length > 1) this.read(operands.slice(1).join(' '));
    const normalised = inner.normalised === '' ? raw : inner.normalised;
    this.compounds.push({ forms: [raw, normalised], members: inner.commands });
    return { ...inner, normalised, components: inner.components.length === 0 ? [raw] : inner.components };
  }

  #simpleCommand(raw: string, normalised: string, segment: Segment, words: readonly string[]): SimpleCommand {
    const commented = segment.commentAt < segment.words.length;
    const plain = commented ? segment.words.slice(0, segment.commentAt) : words;
    if (plain.length === 0 || (!commented && !needsRestating(plain))) {
      return { forms: raw === normalised ? [raw] : [raw, normalised], normalised, removals: NO_TEXTS };
    }
    const restated = restate(plain);
    if (restated.tooMany) this.overflow = true;
    for (const script of restated.scripts) this.read(script);
    const forms = new Set([raw, normalised, plain.join(' '), ...restated.texts]);
    return { forms: [...forms], normalised, removals: restated.removals };
  }
}
