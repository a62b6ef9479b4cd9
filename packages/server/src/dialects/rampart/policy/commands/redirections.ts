const REDIRECTION = /^(?:\d*|&|\{[A-Za-z_]\w*\})(?:>>|>\||>|<<<|<<-?|<>|<)(?:&(?:\d+|-)?)?/;
const HERE_STRING = /^(?:\d+|\{\w+\})?<<</;
const NAMED_DESCRIPTOR = /^\{\w+\}(?=[<>])/;

/** Number of words that a redirection at `at` takes; 0 when there is none. */
export function redirectionLength(words: readonly string[], at: number, quotedFrom?: readonly number[]): number {
  const word = words[at] ?? '';
  const first = word.charCodeAt(0);
  // Digits, `&`, `<` and `>` are all below `?`, and `{` is 0x7b; most commands start with a letter.
  if (first >= 0x3f && first !== 0x7b) return 0;
  const operator = REDIRECTION.exec(word)?.[0];
  if (operator === undefined || operator.length > (quotedFrom?.[at] ?? word.length)) return 0;
  return operator.length === word.length && !/&(?:\d+|-)$/.test(operator) ? 2 : 1;
}

/** The words without redirections; not every shell takes the name before one for a part of it. */
export function withoutRedirections(words: readonly string[], keepsNames = false): readonly string[] {
  const kept: string[] = [];
  let redirects = false;
  for (let at = 0; at < words.length; ) {
    const word = words[at] ?? '';
    const length = redirectionLength(words, at);
    const name = keepsNames ? NAMED_DESCRIPTOR.exec(word)?.[0] : undefined;
    if (length === 0) kept.push(word);
    else if (name !== undefined) kept.push(name);
    redirects ||= length > 0;
    at += Math.max(length, 1);
  }
  return redirects ? kept : words;
}

/** The texts of here-strings among the words. */
export function hereStrings(words: readonly string[]): string[] {
  return words.flatMap((word, at) => {
    const operator = HERE_STRING.exec(word)?.[0];
    if (operator === undefined) return [];
    return [operator === word ? (words[at + 1] ?? '') : word.slice(operator.length)];
  });
}
