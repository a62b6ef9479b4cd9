/** Longer literals select no better and cost states. */
const LITERAL_LIMIT = 24;

/**
 * The longest run of characters that every text fitting the pattern must contain; empty when there is none. Runs hold
 * ASCII only: other characters may change their length when case is folded.
 */
export function requiredLiteral(pattern: string, kind: 'glob' | 'text'): string {
  let longest = '';
  // A leading `**` segment may be missing together with its separator.
  let start = kind === 'glob' && /^\*\*[\\/]/.test(pattern) ? 3 : 0;
  const close = (end: number) => {
    if (end - start > longest.length) longest = pattern.slice(start, end);
  };
  for (let at = start; at < pattern.length; at++) {
    const character = pattern.charAt(at);
    const wild = kind === 'glob' && (character === '*' || character === '?' || character === '[');
    if (!wild && character < '\u0080') continue;
    close(at);
    if (wild && character === '[') {
      const end = pattern.indexOf(']', at + 1);
      if (end < 0) return longest.slice(0, LITERAL_LIMIT);
      at = end;
    }
    start = at + 1;
  }
  close(pattern.length);
  return longest.slice(0, LITERAL_LIMIT);
}
