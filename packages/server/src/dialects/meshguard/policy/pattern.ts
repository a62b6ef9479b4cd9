/** Whether a text fits a pattern. */
export type Matcher = (text: string) => boolean;

/**
 * Compiles a pattern: `*` (and `**`) is any run of characters, none included, everything else is literal, and the whole
 * text has to fit. Takes time linear in the text for each literal part, whatever the pattern.
 */
export function compilePattern(pattern: string): Matcher {
  const [first = '', ...rest] = pattern.split(/\*+/);
  const last = rest.pop();
  if (last === undefined) return (text) => text === pattern;
  if (rest.length === 0 && last === '') return (text) => text.startsWith(first);
  const shortest = first.length + last.length;
  return (text) => {
    if (text.length < shortest || !text.startsWith(first) || !text.endsWith(last)) return false;
    let at = first.length;
    const end = text.length - last.length;
    for (const part of rest) {
      const found = text.indexOf(part, at);
      if (found === -1) return false;
      at = found + part.length;
    }
    return at <= end;
  };
}

/** What every text that fits the pattern begins with. */
export function literalPrefix(pattern: string): string {
  const star = pattern.indexOf('*');
  return star === -1 ? pattern : pattern.slice(0, star);
}

/** Whether everything that fits the inner pattern fits the outer one: a star of the inner can only be met by one of the outer. */
export function covers(outer: string, inner: string): boolean {
  return compilePattern(outer)(inner);
}
