import { expansions, mayExpand } from './expansions.js';
import { lex, type Segment } from './lex.js';
import { isStructured, partsOf } from './parts.js';
import type { CommandReading, CompoundCommand, SimpleCommand } from './reading.js';
import { needsRestating, restate } from './restate.js';
import { runsOf } from './runs.js';
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

const NOTHING: TextReading = { normalised: '', components: [], commands: [] };
const NO_TEXTS: readonly string[] = [];

/**
 * Reads a command line. Total: any string gives a reading, in time and memory proportional to the budget.
 *
 * @example
 * ```ts
 * readCommand("FOO=1 git log | sh -c 'wc -l'").components; // ['git log', 'wc -l']
 * ```
 */
export function readCommand(command: string): CommandReading {
  const reader = new Reader();
  const text = sanitize(command);
  const { normalised, components, commands } = reader.read(text);
  if (text !== command && command !== '') reader.compounds.push({ forms: [command], members: commands });
  for (const dialect of otherDialects(text)) reader.read(dialect);
  return {
    raw: command,
    normalised,
    components: components.length < 2 ? components : [...new Set(components)],
    composite: components.length > 1 || mayExpand(text),
    simple: reader.simple,
    compounds: reader.compounds,
    assignments: reader.assignments,
    overflow: reader.overflow,
  };
}

/** The text as the shells of Windows would read it, where they differ. */
function otherDialects(text: string): readonly string[] {
  const readings: string[] = [];
  if (text.includes('^')) readings.push(text.replaceAll('^', ''));
  if (text.includes('&>')) readings.push(text.replaceAll('&>', '& >'));
  if (text.includes('`')) readings.push(text.replaceAll('`', ''));
  if (/[A-Za-z]:\\|\\\\/.test(text)) readings.push(text.replaceAll('\\', '/'));
  return readings;
}

class Reader implements UnwrapOptions {
  readonly simple: SimpleCommand[] = [];
  readonly compounds: CompoundCommand[] = [];
  readonly assignments = new Set<string>();
  overflow = false;
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
    const only = readings.length === 1 ? readings[0] : undefined;
    const components = only === undefined ? readings.flatMap((reading) => reading.components) : [...only.components];
    const commands = only === undefined ? readings.flatMap((reading) => reading.commands) : [...only.commands];
    if (mayExpand(text)) {
      for (const expansion of expansions(text)) {
        const inner = this.read(expansion);
        components.push(...inner.components);
        commands.push(...inner.commands);
      }
    }
    const normalised = only?.normalised ?? readings.map((reading) => reading.normalised).join(' && ');
    commands.push(...this.#readRuns(text, segments, readings));
    if (segments.length > 1) this.compounds.push({ forms: [text, normalised], members: commands });
    return { normalised, components, commands };
  }

  /** Reads what groups and control words hold, and records the runs; returns the commands it found behind them. */
  #readRuns(text: string, segments: readonly Segment[], readings: readonly TextReading[]): SimpleCommand[] {
    const [first] = segments;
    if (segments.length < 2 && (first === undefined || !isStructured(first))) return [];
    const parts = partsOf(text, segments);
    const found: SimpleCommand[] = [];
    const inside = parts.map((part) => {
      const whole = part.segment === undefined ? undefined : readings[part.segment];
      if (whole !== undefined) return whole;
      const body = this.read(text.slice(part.start, part.end));
      found.push(...body.commands);
      return body;
    });
    if (parts.length < 2) return found;
    const links = parts.map((part, at) => ({ ...part, normalised: inside[at]?.normalised ?? '' }));
    for (const { from, to, forms } of runsOf(text, links)) {
      this.compounds.push({ forms, members: inside.slice(from, to).flatMap((reading) => reading.commands) });
    }
    return found;
  }

  #readSegment(text: string, segment: Segment): TextReading {
    const raw = segment.start === 0 && segment.end === text.length ? text : text.slice(segment.start, segment.end);
    const unwrapped = unwrap(segment.words, segment.quotedFrom, this);
    if ('script' in unwrapped) return this.#readScript(raw, unwrapped.script, unwrapped.operands);

    const normalised = unwrapped.words.length === 0 ? raw : unwrapped.words.join(' ');
    const command = this.#simpleCommand(raw, normalised, segment, unwrapped.words);
    this.simple.push(command);
    const commands = [command];
    let components: readonly string[] = [normalised];
    if (segment.hidesSyntax) {
      // What quotes hide from this shell may be meant for another.
      const exposed = this.read(normalised);
      if (exposed.components.length > 1) components = exposed.components;
      commands.push(...exposed.commands);
    }
    if (unwrapped.words[0] === 'eval' && unwrapped.words.length > 1) {
      const evaluated = this.read(unwrapped.words.slice(1).join(' '));
      components = [...components, ...evaluated.components];
      commands.push(...evaluated.commands);
    }
    return { normalised, components, commands };
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
