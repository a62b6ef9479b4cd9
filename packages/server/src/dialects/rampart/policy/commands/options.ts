/** The options a program takes before the command it runs. */
export interface OptionSyntax {
  /** Letters that stand alone. */
  readonly flags?: string;
  /** Letters that take a value, attached or as the next word. */
  readonly valued?: string;
  readonly longFlags?: readonly string[];
  /** Long options that take a value, after `=` or as the next word. */
  readonly longValued?: readonly string[];
  /** Also taken: `-5`. */
  readonly numbers?: boolean;
}

const NUMBER = /^-\d+$/;

/** How many words the option at `at` takes: 0 when no option stands there, undefined when the syntax does not know it. */
export function optionLength(words: readonly string[], at: number, syntax: OptionSyntax): number | undefined {
  const word = words[at] ?? '';
  if (!word.startsWith('-') || word === '-') return 0;
  if (syntax.numbers === true && NUMBER.test(word)) return 1;
  if (word.startsWith('--')) {
    const equals = word.indexOf('=');
    if (syntax.longValued?.includes(word.slice(2, equals < 0 ? undefined : equals)) === true) return equals < 0 ? 2 : 1;
    return syntax.longFlags?.includes(word.slice(2)) === true ? 1 : undefined;
  }
  for (let letter = 1; letter < word.length; letter++) {
    if (syntax.valued?.includes(word.charAt(letter)) === true) return letter + 1 < word.length ? 1 : 2;
    if (syntax.flags?.includes(word.charAt(letter)) !== true) return undefined;
  }
  return 1;
}

/** Index of the first word after the options and a closing `--`; undefined at an option that the syntax does not know. */
export function skipOptions(words: readonly string[], start: number, syntax: OptionSyntax): number | undefined {
  let at = start;
  while (at < words.length) {
    if (words[at] === '--') return at + 1;
    const length = optionLength(words, at, syntax);
    if (length === undefined) return undefined;
    if (length === 0) return at;
    at += length;
  }
  return at;
}
