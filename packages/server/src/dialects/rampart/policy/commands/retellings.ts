import { mayExpand } from './expansions.js';

/** A comment ends with its line, even after a backslash. */
const COMMENT = /(?<![^\s;&|()`])#[^\n]*\n/g;
/** Parentheses that are quoted, and so close nothing. */
const QUOTED_PARENTHESES = /\\[()]|(["'])[^"'()$]*[()][^"'$]*\1/g;
/** An assignment or a redirection whose value may hold blanks. */
const EXPANDING_PREFIX = /(?:^|[\s;&|()])(?:\w+(?:\[[^\]\n]*\])?\+?=|[^\s<>;&|()]*[<>])[^\s$`]*[$`]/;
const INNERMOST_EXPANSION = /\$\{[^{}]*\}|\$\([^()]*\)|`[^`]*`/g;
const FOLDS = 8;

/** The text where comments, quoted parentheses and values with blanks are told apart from what a shell runs. */
export function retellings(text: string): readonly string[] {
  const told: string[] = [];
  if (text.includes('#') && text.includes('\\\n'))
    told.push(text.replace(COMMENT, (comment) => (comment.endsWith('\\\n') ? '\n' : comment)));
  if (mayExpand(text)) told.push(text.replace(QUOTED_PARENTHESES, ''));
  if ((text.includes('$') || text.includes('`')) && EXPANDING_PREFIX.test(text)) told.push(folded(text));
  return told.filter((other) => other !== text);
}

/** The text with each expansion as one plain character. */
function folded(text: string): string {
  let shorter = text;
  for (let fold = 0; fold < FOLDS; fold++) {
    const next = shorter.replace(INNERMOST_EXPANSION, '_');
    if (next === shorter) break;
    shorter = next;
  }
  return shorter;
}
