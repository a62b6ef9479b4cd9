const ALTERNATIVES = /^([^{}]*)\{([^{}]*,[^{}]*)\}([^{}]*)$/;

/** Words with the alternatives in braces put in: those of the program, and lists of options, which no file has for a name. */
export function withAlternatives(words: readonly string[]): readonly string[] | undefined {
  const expanded = words.flatMap((word, at) =>
    word.includes('{') && (at === 0 || word.includes('-')) ? each(word) : [word],
  );
  return expanded.length === words.length ? undefined : expanded;
}

function each(word: string): readonly string[] {
  const [, before, alternatives, after] = ALTERNATIVES.exec(word) ?? [];
  return alternatives === undefined ? [word] : alternatives.split(',').map((one) => `${before}${one}${after}`);
}
