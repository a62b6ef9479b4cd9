import { mayExpand } from './expansions.js';
import { withoutRenamings } from './renamings.js';
import { withVariables } from './variables.js';

/** A comment ends with its line, even after a backslash, and quotes nothing. */
const COMMENT = /(?<![^\s;&|()`])#[^\n]*\n/g;
const QUOTING = /['"`\\]/g;
const HERE_DOCUMENT = /(?<!<)<<-?[ \t]*\\?(["']?)([\w.-]+)\1/;
/** Parentheses that are quoted, and so close nothing. */
const QUOTED_PARENTHESES = /\\[()]|(["'])[^"'()$]*[()][^"'$]*\1/g;
const PARENTHESES = /\\?[()]/g;
/** An assignment or a redirection whose value may hold blanks. */
const EXPANDING_PREFIX = /(?:^|[\s;&|()])(?:\w+(?:\[[^\]\n]*\])?\+?=|[^\s<>;&|()]*[<>])[^\s$`]*[$`]/;
const INNERMOST_EXPANSION = /\$\{[^{}]*\}|\$\([^()]*\)|`[^`]*`/g;
/** A command within that writes what the text says. */
const ECHO = /\$\((?:echo|printf)[ \t]+([^()$`|;&<>]*)\)|`(?:echo|printf)[ \t]+([^`$|;&<>]*)`/g;
const FOLDS = 8;
/** A drive or a share. */
const WINDOWS_PATH = /[A-Za-z]:\\|\\\\/;

/** The text where comments, here-documents and quoted parentheses are told apart from what a shell runs, one after the other. */
export function retellings(text: string): readonly string[] {
  const told: string[] = [];
  let last = text;
  const tell = (other: string) => {
    if (other !== last) told.push(other);
    last = other;
  };
  if (text.includes('#') && text.includes('\n'))
    tell(last.replace(COMMENT, (comment) => (comment.search(QUOTING) < 0 ? comment : '\n')));
  if (text.includes('<<') && text.includes('\n')) tell(withPlainDocuments(last));
  if (mayExpand(text)) tell(last.replace(QUOTED_PARENTHESES, (quoted) => quoted.replace(PARENTHESES, '')));
  return told;
}

/** The text without the quotes in here-documents, where they quote nothing. */
function withPlainDocuments(text: string): string {
  let end: string | undefined;
  const lines = text.split('\n').map((line) => {
    if (end === undefined) {
      end = HERE_DOCUMENT.exec(line)?.[2];
      return line;
    }
    if (line.trim() === end) end = undefined;
    return line.replace(QUOTING, '');
  });
  return lines.join('\n');
}

/** The text with each expansion as one plain character, when the blanks in one could be taken for the end of a value. */
export function folded(text: string): string | undefined {
  if ((!text.includes('$') && !text.includes('`')) || !EXPANDING_PREFIX.test(text)) return undefined;
  return withExpansionsAs('_', text);
}

function withExpansionsAs(replacement: string, text: string): string | undefined {
  let shorter = text;
  for (let fold = 0; fold < FOLDS; fold++) {
    const next = shorter.replace(INNERMOST_EXPANSION, replacement);
    if (next === shorter) break;
    shorter = next;
  }
  return shorter === text ? undefined : shorter;
}

/** The text as other shells would read it, those of Windows among them, where they differ. */
function otherDialects(text: string): string[] {
  const readings: string[] = [];
  if (text.includes('^')) readings.push(text.replaceAll('^', ''));
  if (text.includes('&>')) readings.push(text.replaceAll('&>', '& >'));
  if (text.includes('`')) readings.push(text.replaceAll('`', ''));
  if (text.includes('\\') && WINDOWS_PATH.test(text)) readings.push(text.replaceAll('\\', '/'));
  return readings;
}

/** What else a text may say to one shell or another, beside what it says as it stands. */
export function* otherReadings(text: string, retold: readonly string[]): Generator<string> {
  const dialects = otherDialects(text);
  // A command within may write nothing at all.
  const silent = mayExpand(text) ? withExpansionsAs('', text) : undefined;
  if (silent !== undefined) {
    yield silent;
    const echoed = text.replace(ECHO, (_, words?: string, other?: string) => words ?? other ?? '');
    if (echoed !== text) yield echoed;
  }
  const renamed = withoutRenamings(text);
  if (renamed !== undefined) dialects.push(renamed);
  yield* retold;
  yield* dialects;
  for (const other of [text, ...retold, ...dialects]) {
    const { texts, scripts } = withVariables(other);
    yield* texts;
    yield* scripts;
  }
}
