import { withoutBlanks } from './lex.js';

const DOLLAR = 0x24;
const OPEN = 0x28;
const CLOSE = 0x29;
const LESS = 0x3c;
const GREATER = 0x3e;
const BACKSLASH = 0x5c;
const BACKTICK = 0x60;

/** Whether a text can hold an expansion at all. */
export function mayExpand(text: string): boolean {
  return text.includes('`') || text.includes('$(') || text.includes('<(') || text.includes('>(');
}

/**
 * The texts of the outermost `$(…)`, `<(…)`, `>(…)` and backticks. Quotes are ignored: a text in single quotes may still
 * reach a shell. A parenthesis that is not closed reaches to the end, and beside a `case`, whose arms close none, any
 * may.
 */
export function* expansions(text: string): Generator<string> {
  /** Open parentheses, and where the outermost one that expands started. */
  const open: boolean[] = [];
  let outermost = -1;
  let depth = 0;
  let backtick = -1;
  const hasCase = text.includes('case');
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === OPEN) {
      const previous = text.charCodeAt(at - 1);
      const expands = previous === DOLLAR || previous === LESS || previous === GREATER;
      open.push(expands);
      if (expands && depth++ === 0) outermost = at + 1;
    } else if (code === CLOSE && open.pop() === true && --depth === 0) {
      yield withoutBlanks(text.slice(outermost, at));
      if (hasCase) yield withoutBlanks(text.slice(outermost));
    } else if (code === BACKTICK && depth === 0 && text.charCodeAt(at - 1) !== BACKSLASH) {
      if (backtick >= 0) yield* backticked(text.slice(backtick, at));
      backtick = backtick < 0 ? at + 1 : -1;
    }
  }
  if (depth > 0) yield withoutBlanks(text.slice(outermost));
}

/** Backticks nest by escaping the inner ones; within double quotes, quotes are escaped as well. */
function* backticked(text: string): Generator<string> {
  yield withoutBlanks(text.replace(/\\([`\\$])/g, '$1'));
  if (text.includes('\\"')) yield withoutBlanks(text.replace(/\\([`\\$"])/g, '$1'));
}
