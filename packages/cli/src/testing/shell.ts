/** The words of one line of a shell, as far as help texts go: quotes are taken off, and a pipe ends it. */
function wordsOf(line: string): readonly string[] {
  const words: string[] = [];
  for (const [, single, double, plain] of line.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)) {
    if (plain === '|') break;
    words.push(single ?? double ?? plain ?? '');
  }
  return words;
}

/** The command lines under `Examples:` in a help text, without the program's name. */
export function examplesIn(help: string): readonly (readonly string[])[] {
  const [, examples = ''] = help.split('\nExamples:\n');
  const [block = ''] = examples.split('\n\n');
  return (
    block
      .split('\n')
      // What a line is about may stand behind it.
      .map((line) => line.trim().replace(/ {2,}\S.*$/, ''))
      .filter((line) => line.startsWith('sallyport '))
      .map((line) => wordsOf(line).slice(1))
  );
}
