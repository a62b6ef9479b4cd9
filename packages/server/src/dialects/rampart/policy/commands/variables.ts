import { MATCH_LIMIT } from '../globs/glob.js';
import { decoded } from './decode.js';
import { quoteWord } from './quote.js';

/** What a shell's environment always holds. */
const ENVIRONMENT: ReadonlySet<string> = new Set(['PATH', 'HOME', 'PWD', 'SHELL', 'USER', 'TERM', 'LANG']);

const VALUE = `(?:'[^']*'|"(?:[^"\\\\]|\\\\.)*"|\\\\.|[^\\s;&|()<>'"\`\\\\])*`;
const ASSIGNMENT = `(?<![^\\s;&|(){}\`"'])(?<assigned>[A-Za-z_]\\w*)\\+?=(?=(?<value>${VALUE}))`;
const POSITIONALS = '\\bset[ \\t]+--[ \\t]+(?=(?<words>[^;&|\\n]*))';
const QUOTED = `\\$(?:'(?<encoded>(?:[^'\\\\]|\\\\.)*)'|(?="))`;
const NAME = '[A-Za-z_]\\w*|[@*]';
const PLAIN = `\\$(?<plain>${NAME}|[0-9#?!-])`;
const BRACED = `\\$\\{(?<braced>${NAME})(?:(?<operator>:?[-=+?])(?<other>[^{}]*)|[^\\w{}][^{}]*)?\\}`;
const TOKENS = new RegExp([POSITIONALS, ASSIGNMENT, QUOTED, PLAIN, BRACED].join('|'), 'gs');
const SETS = /=|\bset[ \t]/;
const BLANKS = /\s+/g;
const EQUALS = 0x3d;
const FOLDS = 4;
/** Values that hold each other grow without end. */
const LONGEST = 4 * MATCH_LIMIT;

/** Anything that {@link withVariables} could say otherwise. */
const HINT = /\$[{'"]|\$IFS/;
const PLAIN_VARIABLE = /\$[\w@*#?!-]/;
const UNSET = /\$(?:[A-Za-z_]\w*|[@*0-9#?!-])/g;
/** Something that may run what a variable holds. */
const RUNS_VALUES = /(?<![\w.-])(?:eval|(?:ba|z|da|a|k)?sh)(?![\w.])/;

/** What a text says once its variables are put in. */
export interface ToldVariables {
  readonly texts: readonly string[];
  /** Values that a shell may be given to run. */
  readonly scripts: readonly string[];
}

/** A command without its plain variables, as if none were set. */
export function withoutVariables(command: string): string {
  return command.includes('$') ? command.replace(UNSET, '') : command;
}

const NOTHING_TOLD: ToldVariables = { texts: [], scripts: [] };

/**
 * The text with its variables put in: as far as the text itself says what they hold, and as if none were set. Read from
 * left to right and without regard to quotes, so these are readings among others.
 */
export function withVariables(text: string): ToldVariables {
  if (!text.includes('$') || !(HINT.test(text) || (PLAIN_VARIABLE.test(text) && SETS.test(text)))) return NOTHING_TOLD;
  const told = new Set<string>();
  const scripts = new Set<string>();
  // Not every shell decodes.
  for (const decodes of text.includes("$'") || text.includes('$"') ? [true, false] : [false]) {
    const values = new Values({ decodes, keeps: true });
    told.add(values.putInto(text));
    for (const script of values.scripts) scripts.add(script);
    if (values.any) told.add(new Values({ decodes, keeps: false }).putInto(text));
  }
  told.delete(text);
  return { texts: [...told], scripts: RUNS_VALUES.test(text) ? [...scripts] : [] };
}

interface ValuesOptions {
  readonly decodes: boolean;
  readonly keeps: boolean;
}

class Values {
  readonly scripts = new Set<string>();
  /** Whether the text sets a variable. */
  any = false;
  readonly #known = new Map<string, string>();
  readonly #options: ValuesOptions;

  constructor(options: ValuesOptions) {
    this.#options = options;
  }

  putInto(text: string): string {
    let told = text;
    // Expansions hold others.
    for (let fold = 0; fold < FOLDS; fold++) {
      const next = this.#once(told);
      if (next === told || next.length > LONGEST) break;
      told = next;
    }
    return told;
  }

  #once(text: string): string {
    let told = '';
    let from = 0;
    for (const match of text.matchAll(TOKENS)) {
      const { words, assigned, value = '', encoded, plain, braced, operator, other = '' } = match.groups ?? {};
      const end = match.index + match[0].length;
      if (words !== undefined || assigned !== undefined) {
        this.#keep(assigned ?? '@', words ?? unquoted(value));
        continue;
      }
      const name = plain ?? braced;
      if (name === undefined && !this.#options.decodes) continue;
      told += text.slice(from, match.index);
      from = end;
      if (encoded !== undefined) told += quoteWord(decoded(encoded));
      if (name === undefined) continue;
      const held = this.#valueOf(name === '*' ? '@' : name, operator?.at(-1), other);
      // The value of an assignment is one word, whatever blanks it holds.
      told += text.charCodeAt(match.index - 1) === EQUALS ? held.replace(BLANKS, '_') : held;
    }
    return from === 0 ? text : told + text.slice(from);
  }

  #keep(name: string, value: string): void {
    this.any = true;
    if (!this.#options.keeps) return;
    this.#known.set(name, value);
    if (name !== '@' && /\s/.test(value)) this.scripts.add(value);
  }

  #valueOf(name: string, operator: string | undefined, other: string): string {
    if (name === 'IFS') return ' ';
    const value = this.#known.get(name);
    if (operator === '+') return value !== undefined || ENVIRONMENT.has(name) ? other : '';
    if (value !== undefined && value !== '') return value;
    return operator === '-' || operator === '=' ? other : '';
  }
}

function unquoted(value: string): string {
  return value.replace(
    /'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)/gs,
    (_, single?: string, double?: string, escaped?: string) =>
      single ?? double?.replace(/\\([\\"$`])/g, '$1') ?? escaped ?? '',
  );
}
