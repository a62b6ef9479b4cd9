const DOLLAR = 0x24;
const OPEN = 0x28;
const CLOSE = 0x29;
const LESS = 0x3c;
const GREATER = 0x3e;
const BACKTICK = 0x60;

/** Whether a text can hold an expansion at all. */
export function mayExpand(text: string): boolean {
  return text.includes('`') || text.includes('$(') || text.includes('<(') || text.includes('>(');
}

/**
 * The texts of `$(…)`, `<(…)`, `>(…)` and backticks, nested ones included. Quotes are ignored: a text in single quotes may
 * still reach a shell. A parenthesis that is not closed reaches to the end.
 */
export function* expansions(text: string): Generator<string> {
  const open: { readonly start: number; readonly expands: boolean }[] = [];
  let backtick = -1;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === OPEN) {
      const previous = text.charCodeAt(at - 1);
      open.push({ start: at + 1, expands: previous === DOLLAR || previous === LESS || previous === GREATER });
    } else if (code === CLOSE) {
      const closed = open.pop();
      if (closed?.expands === true) yield text.slice(closed.start, at).trim();
    } else if (code === BACKTICK) {
      if (text.charCodeAt(at - 1) === 0x5c) continue;
      if (backtick >= 0) yield unescapeBackticks(text.slice(backtick, at)).trim();
      backtick = backtick < 0 ? at + 1 : -1;
    }
  }
  for (const { start, expands } of open) if (expands) yield text.slice(start).trim();
}

/** Backticks nest by escaping the inner ones. */
function unescapeBackticks(text: string): string {
  return text.replaceAll('\\`', '`');
}
