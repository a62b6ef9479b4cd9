import { withAlternatives } from './alternatives.js';
import { choosesPrograms } from './choosing-variables.js';
import { EXECUTORS } from './executors.js';
import { expansions, mayExpand } from './expansions.js';
import { Hints, withoutQuoting } from './hints.js';
import { launched } from './launchers.js';
import { lex, type Segment } from './lex.js';
import { isStructured, partsOf } from './parts.js';
import { expandsPlainly } from './plain-expansions.js';
import { lineOf, linesFrom, operandLines } from './quote.js';
import type { CommandReading, CompoundCommand, SimpleCommand } from './reading.js';
import { hereStrings, withoutRedirections } from './redirections.js';
import { needsRestating, restate } from './restate.js';
import { folded, otherReadings, retellings } from './retellings.js';
import { type Link, runsOf } from './runs.js';
import { sanitize } from './sanitize.js';
import { baseName, isSystemProgram, type UnwrapOptions, type Unwrapped, unwrap } from './unwrap.js';
import { withOperands, withoutVariables } from './variables.js';

/** What one text says. */
interface TextReading {
  readonly normalised: string;
  readonly components: readonly string[];
  readonly commands: readonly SimpleCommand[];
  /** Whether shells may find other components in it. */
  readonly doubtful: boolean;
}

/** Steps over all texts, nested ones included: one per character. An honest command needs a few times its own length. */
const BUDGET = 24 * 8192;
/** What a command costs beside its characters, and each parenthesis around groups of them. */
const COMMAND_STEPS = 4;
const GROUP_STEPS = 16;

/** What makes a nested script more than one plain command. */
const SCRIPT_SYNTAX = /[;&|<>(){}$`\\!\n]/;
/** A newline in words for `printf`. */
const NEWLINES = /\\+n/g;
/** A function by way of the environment. */
const EXPORTED = '=() {';
const WRITERS: ReadonlySet<string> = new Set(['echo', 'printf']);

const NOTHING: TextReading = { normalised: '', components: [], commands: [], doubtful: false };
const NO_TEXTS: readonly string[] = [];

/**
 * Reads a command line. Total: any string gives a reading, in time and memory proportional to its length and the budget.
 */
export function readCommand(command: string): CommandReading {
  const reader = new Reader();
  const text = sanitize(command);
  const retold = retellings(text);
  const { normalised, components, commands, doubtful } = reader.readText(text, retold);
  if (text !== command && command !== '') reader.compounds.push({ forms: [command], members: commands });
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
    doubtful: doubtful || cleaned || retold.length > 0 || reader.choosesPrograms || !expandsPlainly(text),
  };
}

interface ReadLink extends Link {
  readonly reading: TextReading;
}

function linkTo(reading: TextReading, { start, end }: { start: number; end: number }, after: Link['after']): ReadLink {
  const plain = reading.commands[0]?.forms.at(-1) ?? reading.normalised;
  return { start, end, after, normalised: reading.normalised, plain, reading };
}

class Reader implements UnwrapOptions {
  readonly simple: SimpleCommand[] = [];
  readonly compounds: CompoundCommand[] = [];
  readonly assignments = new Set<string>();
  overflow = false;
  /** Whether a variable is set that may make a command by some name another one. */
  choosesPrograms = false;
  readonly trustsPath = isSystemProgram;
  readonly #known = new Map<string, TextReading>();
  #budget = BUDGET;
  readonly #hints = new Hints();

  onAssignment(name: string): void {
    this.assignments.add(name);
    this.choosesPrograms ||= choosesPrograms(name);
  }

  onUnknown(words: readonly string[]): void {
    this.#readLines(linesFrom(words));
  }

  /** Putting a line together costs as much as reading it, whether it is known or not. */
  #readLines(lines: Iterable<string>): void {
    for (const line of lines) {
      this.#spend(line.length);
      if (this.overflow) return;
      this.read(line);
    }
  }

  /** Reads a text of a shell's own, also in the other ways in which it may be read. */
  readText(text: string, retold = retellings(text)): TextReading {
    this.#hints.take(text);
    const reading = this.read(text);
    for (const other of otherReadings(text, retold)) {
      if (this.overflow) break;
      this.read(other);
    }
    return reading;
  }

  read(text: string): TextReading {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    this.#spend(text.length + 1);
    if (this.overflow) return NOTHING;
    // Holds the place: a text that contains itself says nothing new.
    this.#known.set(text, NOTHING);
    const reading = this.#readNew(text);
    this.#known.set(text, reading);
    return reading;
  }

  #spend(steps: number): void {
    this.#budget -= steps;
    if (this.#budget < 0) this.overflow = true;
  }

  #readNew(text: string): TextReading {
    const segments = lex(text);
    this.#spend(segments.length * COMMAND_STEPS);
    const readings = segments.map((segment) => this.#readSegment(text, segment));
    const inside = this.#readRuns(text, segments, readings);
    const expanded = mayExpand(text)
      ? Array.from(expansions(text), (expansion) => this.#readExpansion(text, expansion))
      : [];
    const fold = folded(text);
    if (fold !== undefined) this.read(fold);
    const [only = NOTHING] = readings;
    if (readings.length < 2 && inside.length === 0 && expanded.length === 0 && fold === undefined) return only;
    const normalised = readings.map((reading) => reading.normalised).join(' && ');
    const commands = this.#commandsOf([...readings, ...inside, ...expanded]);
    const granted = [...readings, ...expanded];
    // Parentheses that group commands, or define a function by a name that is granted.
    const groups = segments.some(({ parentheses }) => parentheses.length > 0);
    const doubtful = groups || fold !== undefined || granted.some((one) => one.doubtful);
    return { normalised, components: granted.flatMap((reading) => reading.components), commands, doubtful };
  }

  /** What was unescaped is new; all else is in the other readings of the whole. */
  #readExpansion(text: string, expansion: string): TextReading {
    return text.includes(expansion) ? this.read(expansion) : this.readText(expansion);
  }

  /** Reads what groups and control words hold, and records the runs; returns what it found behind them. */
  #readRuns(text: string, segments: readonly Segment[], readings: readonly TextReading[]): readonly TextReading[] {
    const [first] = segments;
    if (segments.length < 2 && (first === undefined || !isStructured(first))) return [];
    const whole = segments.map((segment, at) => linkTo(readings[at] ?? NOTHING, segment, segment.separator));
    this.#addRuns(text, whole);
    if (!segments.some(isStructured)) return [];
    const cut = partsOf(text, segments);
    const groups = segments.reduce((count, { parentheses }) => count + parentheses.length, 0);
    this.#spend(cut.length * COMMAND_STEPS + groups * GROUP_STEPS);
    if (this.overflow) return [];
    const parts = cut.map((part) => {
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
      this.compounds.push({ forms, members: this.#commandsOf(links.slice(from, to).map(({ reading }) => reading)) });
    }
  }

  /** All commands of the readings, once each. What contains itself again and again holds more than there is time for. */
  #commandsOf(readings: readonly TextReading[]): readonly SimpleCommand[] {
    const commands = new Set<SimpleCommand>();
    for (const reading of new Set(readings)) {
      this.#spend(reading.commands.length >> 1);
      if (this.overflow) return [];
      for (const command of reading.commands) commands.add(command);
    }
    return [...commands];
  }

  #readSegment(text: string, segment: Segment): TextReading {
    const raw = segment.start === 0 && segment.end === text.length ? text : text.slice(segment.start, segment.end);
    if (this.#hints.runsInput && raw.includes('<<<'))
      for (const given of hereStrings(segment.words)) this.readText(given);
    const unset = withoutVariables(raw);
    if (unset !== raw) this.read(unset);
    if (raw.includes(EXPORTED)) {
      for (const word of segment.words) this.readText(word.slice(word.indexOf('=') + 1));
    }
    const hasEmpty = this.#readEmpty(segment);
    const unwrapped = unwrap(segment.words, segment.quotedFrom, this);
    if ('script' in unwrapped) return this.#readScript(raw, unwrapped, hasEmpty);

    const { words } = unwrapped;
    const normalised = words.length === 0 ? raw : words.join(' ');
    const command = this.#simpleCommand(raw, normalised, segment, words);
    this.simple.push(command);
    const unwrappedWords = segment.words.length - words.length;
    this.#readGuesses(raw, words.slice(0, Math.max(segment.commentAt - unwrappedWords, 0)));
    const doubtful = unwrapped.doubtful || hasEmpty;
    // What quotes hide from this shell may be meant for another.
    const exposed = segment.hidesSyntax ? this.read(normalised) : NOTHING;
    const evaluated = this.#readEvaluated(words);
    const components = exposed.components.length > 1 ? exposed.components : [normalised];
    if (exposed === NOTHING && evaluated === NOTHING) return { normalised, components, commands: [command], doubtful };
    return {
      normalised,
      components: [...components, ...evaluated.components],
      commands: [command, ...exposed.commands, ...evaluated.commands],
      doubtful: doubtful || evaluated.doubtful,
    };
  }

  /** What a builtin makes of its words: `eval` joins them, `trap` takes the first. */
  #readEvaluated(words: readonly string[]): TextReading {
    const [builtin] = words;
    if (builtin !== 'eval' && builtin !== 'trap') return NOTHING;
    const rest = words.slice(words[1] === '--' ? 2 : 1);
    if (rest.length === 0) return NOTHING;
    return this.readText(builtin === 'eval' ? rest.join(' ') : (rest[0] ?? ''));
  }

  /** Reads what the words may become later: alternatives in braces, and what is written for a shell to run. */
  #readGuesses(raw: string, words: readonly string[]): void {
    const [program = ''] = words;
    const alternatives = withAlternatives(words);
    if (alternatives !== undefined) this.read(lineOf(alternatives));
    const { lines, scripts } = launched(words);
    this.#readLines(lines);
    for (const script of scripts) this.readText(script);
    if (WRITERS.has(program) && this.#hints.runsOutput) {
      for (const at of [1, 2]) this.readText(words.slice(at).join(' '));
      const printed = withoutQuoting(raw.replace(NEWLINES, '\n'));
      if (printed.includes('\n')) this.readText(printed.slice(printed.search(/\s(?!--?\s)/)));
    }
    if (this.#hints.runsOperands && words.length > 1) this.read(lineOf(words.slice(1)));
  }

  /** A wrapper's option may take an empty word for its value: what it runs then begins earlier than it seems. */
  #readEmpty({ words, emptyBefore }: Segment): boolean {
    if (emptyBefore === undefined || !words.some((word) => EXECUTORS.has(baseName(word)))) return false;
    const filled = words.flatMap((word, at) => [...emptyBefore.filter((place) => place === at).map(() => '_'), word]);
    this.read(lineOf(filled));
    return true;
  }

  #readScript(raw: string, unwrapped: Extract<Unwrapped, { script: string }>, hasEmpty: boolean): TextReading {
    const { script, operands } = unwrapped;
    const inner = this.readText(script);
    for (const line of [...operandLines(operands), withOperands(script, operands)]) this.readText(line);
    const normalised = inner.normalised === '' ? raw : inner.normalised;
    this.compounds.push({ forms: [raw, normalised], members: inner.commands });
    return {
      normalised,
      components: inner.components.length === 0 ? [raw] : inner.components,
      commands: inner.commands,
      doubtful: hasEmpty || unwrapped.doubtful || inner.doubtful || SCRIPT_SYNTAX.test(script),
    };
  }

  #simpleCommand(raw: string, normalised: string, segment: Segment, words: readonly string[]): SimpleCommand {
    const commented = segment.commentAt < segment.words.length;
    const uncommented = commented ? segment.words.slice(0, segment.commentAt) : words;
    const redirects = raw.includes('<') || raw.includes('>');
    const plain = redirects ? withoutRedirections(uncommented) : uncommented;
    if (plain.length === 0 || (plain === words && !needsRestating(plain))) {
      return { forms: raw === normalised ? [raw] : [raw, normalised], normalised, removals: NO_TEXTS };
    }
    const restated = restate(plain);
    if (restated.tooMany) this.overflow = true;
    for (const script of restated.scripts) this.readText(script);
    const forms = new Set([raw, normalised, plain.join(' '), ...restated.texts]);
    if (redirects && raw.includes('{')) forms.add(withoutRedirections(uncommented, true).join(' '));
    return { forms: [...forms], normalised, removals: restated.removals };
  }
}
