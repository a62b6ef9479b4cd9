import { MATCH_LIMIT } from '../globs/glob.js';
import { decoded } from './decode.js';
import { quoteWord } from './quote.js';

/** What a shell's environment always holds. */
const ENVIRONMENT: ReadonlySet<string> = new Set(['PATH', 'HOME', 'PWD', 'SHELL', 'USER', 'TERM', 'LANG']);

const VALUE = `(?:'[^']*'|"(?:[^"\\\\]|\\\\.)*"|\\\\.|[^\\s;&|()<>'"\`\\\\])*`;
const NAMED = '[A-Za-z_]\\w*';
/** Far enough for words that a command line is made of; a bound, for many may start one after the other. */
const FEW = '{0,256}';
const ASSIGNMENT = `(?<![^\\s;&|(){}\`"'])(?<assigned>${NAMED})(?<append>\\+?)=(?=\\((?<array>[^()]${FEW})\\)|(?<value>${VALUE}))`;
const POSITIONALS = `\\bset[ \\t]+(?:--[ \\t]+(?=(?<words>[^;&|\\n]${FEW}))|(?=(?<operands>[^\\s;&|+-][^;&|\\n]${FEW})))`;
const LOOP = `\\bfor[ \\t]+(?<each>${NAMED})[ \\t]+in[ \\t]+(?=(?<items>[^;\\n]${FEW}))`;
const READ = `\\b(?:read|mapfile|readarray)[ \\t](?<into>[\\w \\t-]{0,64}?)[ \\t]*<<<[ \\t]*(?=(?<input>${VALUE}))`;
const PRINTED = `\\bprintf[ \\t]+-v[ \\t]*(?<printed>${NAMED})[ \\t]+(?=(?<format>${VALUE}))`;
const QUOTED = `\\$(?:'(?<encoded>(?:[^'\\\\]|\\\\.)*)'|(?="))`;
const NAME = `${NAMED}|[@*]`;
const PLAIN = `\\$(?<plain>${NAME}|[0-9#?!-])`;
const BRACED = `\\$\\{(?<braced>${NAME}|[0-9])(?:\\[(?<index>\\d)\\]|(?<operator>:?[-=+?])(?<other>[^{}]*)|[^\\w{}][^{}]*)?\\}`;
const SETTERS = [POSITIONALS, LOOP, READ, PRINTED, ASSIGNMENT];
const TOKENS = new RegExp([...SETTERS, QUOTED, PLAIN, BRACED].join('|'), 'gs');
const SETS = /=|\b(?:set|for|read|mapfile|readarray|printf)[ \t]|\(\)|\bfunction\b/;
const BLANKS = /\s+/g;
const OPTION = /(?:^|\s)-\w*/g;
const EQUALS = 0x3d;
const FOLDS = 4;
/** Words of a list that are tried one by one, and calls of functions. */
const TRIED = 4;
const FUNCTION = /([A-Za-z_]\w*)[ \t]*\(\)|\bfunction[ \t]+([A-Za-z_]\w*)/g;
const OPERAND = /\$\{?[@*1-9]/;
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
  let longest = 0;
  const tell = (options: ValuesOptions) => {
    const values = new Values(options);
    told.add(values.putInto(text));
    for (const script of values.scripts) scripts.add(script);
    longest = Math.max(longest, values.longest);
    return values.any;
  };
  // Not every shell decodes.
  for (const decodes of text.includes("$'") || text.includes('$"') ? [false, true] : [true]) {
    if (tell({ decodes, keeps: true })) tell({ decodes, keeps: false });
  }
  for (let item = 0; item < Math.min(longest, TRIED) && longest > 1; item++) tell({ decodes: true, keeps: true, item });
  for (const operands of callsIn(text)) tell({ decodes: true, keeps: true, given: [['@', operands]] });
  told.delete(text);
  return { texts: [...told], scripts: RUNS_VALUES.test(text) ? [...scripts] : [] };
}

/** A script with the operands that it is called with put in. */
export function withOperands(script: string, [name, ...operands]: readonly string[]): string {
  if (name === undefined || !script.includes('$')) return script;
  const given = [
    ['0', name],
    ['@', operands.join(' ')],
  ] as const;
  return new Values({ decodes: true, keeps: true, given }).putInto(script);
}

/** What functions that the text defines are called with. */
function callsIn(text: string): readonly string[] {
  if (!OPERAND.test(text) || !(text.includes('()') || text.includes('function'))) return [];
  const names = new Set(Array.from(text.matchAll(FUNCTION), ([, name, other]) => name ?? other ?? ''));
  if (names.size === 0) return [];
  const calls = new RegExp(
    `(?<![\\w./-])(?:${[...names].slice(0, TRIED).join('|')})[ \\t]+([^;&|\\n(){}]{1,256})`,
    'g',
  );
  return [...new Set(Array.from(text.matchAll(calls), ([, operands = '']) => unquoted(operands)))].slice(0, TRIED);
}

interface ValuesOptions {
  readonly decodes: boolean;
  readonly keeps: boolean;
  /** Which word of a list a variable holds; all of them when absent. */
  readonly item?: number;
  /** What is known before the text sets anything. */
  readonly given?: readonly (readonly [name: string, value: string])[];
}

class Values {
  readonly scripts = new Set<string>();
  /** Whether the text sets a variable. */
  any = false;
  /** Words in the longest list that a variable is set to. */
  longest = 0;
  #known = new Map<string, string>();
  readonly #options: ValuesOptions;

  constructor(options: ValuesOptions) {
    this.#options = options;
  }

  putInto(text: string): string {
    let told = text;
    // Expansions hold others.
    for (let fold = 0; fold < FOLDS; fold++) {
      this.#known = new Map(this.#options.given);
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
      const groups = match.groups ?? {};
      const { encoded, plain, braced, index, operator, other = '' } = groups;
      const name = plain ?? braced;
      if (name === undefined && encoded === undefined && this.#set(groups)) continue;
      if (name === undefined && !this.#options.decodes) continue;
      told += text.slice(from, match.index);
      from = match.index + match[0].length;
      if (encoded !== undefined) told += quoteWord(decoded(encoded));
      if (name === undefined) continue;
      const held = this.#valueOf(name === '*' ? '@' : name, operator?.at(-1), other);
      const word = index === undefined ? held : (held.split(BLANKS)[Number(index)] ?? held);
      // The value of an assignment is one word, whatever blanks it holds.
      told += text.charCodeAt(match.index - 1) === EQUALS ? word.replace(BLANKS, '_') : word;
    }
    return from === 0 ? text : told + text.slice(from);
  }

  /** Takes in what the token sets; false when it sets nothing. */
  #set(token: Readonly<Record<string, string | undefined>>): boolean {
    const {
      assigned,
      append,
      array,
      value = '',
      words,
      operands,
      each,
      items,
      into,
      input = '',
      printed,
      format,
    } = token;
    if (assigned !== undefined && array !== undefined) this.#keepList(assigned, array);
    else if (assigned !== undefined) {
      this.#keep(assigned, (append === '+' ? (this.#known.get(assigned) ?? '') : '') + this.#unquoted(value));
    } else if (each !== undefined) this.#keepList(each, items ?? '');
    else if (printed !== undefined) this.#keep(printed, this.#unquoted(format ?? ''));
    else if (into !== undefined)
      this.#keepFields(into.replace(OPTION, ' ').trim().split(BLANKS), this.#unquoted(input));
    else if ((words ?? operands) !== undefined) this.#keep('@', this.#unquoted(words ?? operands ?? ''));
    else return false;
    return true;
  }

  #keepList(name: string, list: string): void {
    const items = this.#unquoted(list).trim().split(BLANKS);
    this.longest = Math.max(this.longest, items.length);
    this.#keep(name, items[this.#options.item ?? items.length] ?? items.join(' '));
  }

  /** Each name takes a word, and the last one what is left. */
  #keepFields(names: readonly string[], input: string): void {
    const fields = input.split(BLANKS);
    for (const [at, name] of names.entries()) {
      this.#keep(name, at + 1 < names.length ? (fields[at] ?? '') : fields.slice(at).join(' '));
    }
  }

  #keep(name: string, value: string): void {
    this.any = true;
    if (!this.#options.keeps) return;
    this.#known.set(name, value);
    if (name !== '@' && /\s/.test(value)) this.scripts.add(value);
  }

  #valueOf(name: string, operator: string | undefined, other: string): string {
    if (name === 'IFS') return ' ';
    const value = /^[1-9]$/.test(name) ? this.#known.get('@')?.split(BLANKS)[Number(name) - 1] : this.#known.get(name);
    if (operator === '+') return value !== undefined || ENVIRONMENT.has(name) ? other : '';
    if (value !== undefined && value !== '') return value;
    if (operator === '=') this.#keep(name, this.#unquoted(other));
    return operator === '-' || operator === '=' ? other : '';
  }

  #unquoted(value: string): string {
    return unquoted(value, this.#options.decodes);
  }
}

function unquoted(value: string, decodes = true): string {
  return value.replace(
    /\$'((?:[^'\\]|\\.)*)'|'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)/gs,
    (_, encoded?: string, single?: string, double?: string, escaped?: string) => {
      if (encoded !== undefined) return decodes ? decoded(encoded) : `$${encoded}`;
      return single ?? double?.replace(/\\([\\"$`])/g, '$1') ?? escaped ?? '';
    },
  );
}
