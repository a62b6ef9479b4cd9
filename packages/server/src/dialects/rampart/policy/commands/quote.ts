const PLAIN = /^[\w@%+=:,./#-]+$/;

/** How many words after an option that is not known are taken for the command. */
const GUESSES = 8;

/** A word as a shell reads it back. */
export function quoteWord(word: string): string {
  return PLAIN.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** Words as a command line that a shell takes apart into them again. */
export function lineOf(words: readonly string[]): string {
  return words.map(quoteWord).join(' ');
}

/** The command lines that words may be when the first few may belong to something else. */
export function* linesFrom(words: readonly string[]): Generator<string> {
  for (let at = 0; at < Math.min(words.length, GUESSES); at++) yield lineOf(words.slice(at));
}

/** What a script may run of its operands: `"$@"`, `"$0" "$@"`, or `eval "$1"`. */
export function operandLines(operands: readonly string[]): string[] {
  if (operands.length === 0) return [];
  const lines = [lineOf(operands), lineOf(operands.slice(1)), operands.slice(1).join(' ')];
  return lines.filter((line, at) => line !== '' && lines.indexOf(line) === at);
}
