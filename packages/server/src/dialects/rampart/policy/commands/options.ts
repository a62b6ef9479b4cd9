/** The options a program takes before the command it runs. */
export interface OptionSyntax {
  /** Letters that stand alone. */
  readonly flags?: string;
  /** Letters that take a value, attached or as the next word. */
  readonly valued?: string;
  readonly longFlags?: readonly string[];
  /** Long options that take a value, after `=` or as the next word. */
  readonly longValued?: readonly string[];
  /** Long options that may take a value, after `=` only. */
  readonly longOptional?: readonly string[];
  /** Also taken: `-5`, `-+5` and `--5`. */
  readonly numbers?: boolean;
}

const NUMBER = /^-[-+]?\d+$/;

/** How many words the option at `at` takes: 0 when no option stands there, undefined when the syntax does not know it. */
export function optionLength(words: readonly string[], at: number, syntax: OptionSyntax): number | undefined {
  const word = words[at] ?? '';
  if (!word.startsWith('-') || word === '-') return 0;
  if (syntax.numbers === true && NUMBER.test(word)) return 1;
  if (word.startsWith('--')) {
    return longLength(word.slice(2), syntax);
  }
  for (let letter = 1; letter < word.length; letter++) {
    if (syntax.valued?.includes(word.charAt(letter)) === true) return letter + 1 < word.length ? 1 : 2;
    if (syntax.flags?.includes(word.charAt(letter)) !== true) return undefined;
  }
  return 1;
}

/** A long option may be cut short as long as it is unmistakable. */
function longLength(option: string, { longFlags = [], longValued = [], longOptional = [] }: OptionSyntax) {
  const equals = option.indexOf('=');
  const given = equals < 0 ? option : option.slice(0, equals);
  const all = [...longFlags, ...longValued, ...longOptional];
  const meant = all.includes(given) ? [given] : all.filter((name) => name.startsWith(given));
  const [name] = meant;
  if (name === undefined || meant.length > 1) return undefined;
  if (longValued.includes(name)) return equals < 0 ? 2 : 1;
  return equals < 0 || longOptional.includes(name) ? 1 : undefined;
}

/** Index of the first word after the options and a closing `--`, or of the option that the syntax does not know. */
export function skipOptions(
  words: readonly string[],
  start: number,
  syntax: OptionSyntax,
): { readonly at: number } | { readonly unknownOption: number } {
  let at = start;
  while (at < words.length) {
    if (words[at] === '--') return { at: at + 1 };
    const length = optionLength(words, at, syntax);
    if (length === undefined) return { unknownOption: at };
    if (length === 0) return { at };
    at += length;
  }
  return { at };
}
