import { compileAutomaton, type TextMatcher } from './automaton.js';
import { parseGlob } from './tokens.js';

/** Longest value that a pattern is held against, and longest pattern, in bytes of UTF-8. */
export const MATCH_LIMIT = 8192;

const GLOBSTAR_PATTERN_LIMIT = 256;
const GLOBSTARS = 2;

const never: TextMatcher = () => false;

/** Whether the value is short enough to be matched. */
export function withinMatchLimit(value: string): boolean {
  return value.length * 3 <= MATCH_LIMIT || Buffer.byteLength(value) <= MATCH_LIMIT;
}

/** Globs and the texts they are held against write every separator as `/`. */
export function slashed(text: string): string {
  return text.includes('\\') ? text.replaceAll('\\', '/') : text;
}

/** What is wrong with a pattern, in the words of a load error; undefined when it may be compiled. */
export function globProblem(pattern: string): string | undefined {
  const bytes = Buffer.byteLength(pattern);
  if (bytes > MATCH_LIMIT) return `is ${bytes} bytes long (max ${MATCH_LIMIT})`;
  const globstars = pattern.split('**').length - 1;
  if (globstars === 0) return undefined;
  if (bytes > GLOBSTAR_PATTERN_LIMIT) return `is ${bytes} bytes long (max ${GLOBSTAR_PATTERN_LIMIT} with **)`;
  if (globstars > GLOBSTARS) return `has ${globstars} ** occurrences (max ${GLOBSTARS})`;
  return undefined;
}

/** Segments as in file paths: only `**` crosses `/`, and a leading `**` segment may be missing altogether. */
export function compileSegments(pattern: string): TextMatcher {
  const glob = parseGlob(pattern, { globstar: true });
  if (glob === undefined) return never;
  return compileAutomaton(glob, { classCrosses: false, optionalPrefix: pattern.startsWith('**/') ? 1 : 0 });
}

/** `*` first: the pieces between stars appear in order, wherever; what follows the last one does not matter. */
function compilePieces(pattern: string): TextMatcher {
  const pieces = pattern.split('*').filter((piece) => piece !== '');
  return (text) => {
    let from = 0;
    for (const piece of pieces) {
      const at = text.indexOf(piece, from);
      if (at < 0) return false;
      from = at + piece.length;
    }
    return true;
  };
}

function compileWhole(pattern: string): TextMatcher {
  const glob = parseGlob(pattern, { globstar: false });
  return glob === undefined ? never : compileAutomaton(glob, { classCrosses: true });
}

/**
 * Compiles a command-style glob. The matcher expects a {@link slashed} text within the match limit.
 *
 * Which of five readings applies depends on the pattern's shape, first come first served; they are Rampart's, and not
 * those of a shell.
 */
export function compileGlob(pattern: string): TextMatcher {
  if (pattern === '' || globProblem(pattern) !== undefined) return never;
  const glob = slashed(pattern);
  if (glob === '*') return () => true;
  if (glob.includes('**')) return compileSegments(glob);
  if (!/[*?[]/.test(glob)) return (text) => text === glob;
  const rest = glob.startsWith('*') ? compilePieces(glob) : compileWhole(glob);
  if (!glob.endsWith('*')) return rest;
  const prefix = glob.slice(0, -1);
  return (text, meter) => text.startsWith(prefix) || rest(text, meter);
}

/** Whether the text fits a command-style glob; compiles it anew, so only for a single question. */
export function matchGlob(pattern: string, text: string): boolean {
  return withinMatchLimit(text) && compileGlob(pattern)(slashed(text));
}

/** Whether the glob fits one text only, as written rules for an approved call do: `rm [*]`. */
export function exactText(pattern: string): string | undefined {
  const glob = parseGlob(slashed(pattern), { globstar: true });
  if (glob === undefined || glob.gaps.some((gap) => gap !== 'none')) return undefined;
  let text = '';
  for (const token of glob.tokens) {
    if (token.kind === 'literal') {
      text += String.fromCodePoint(token.code);
      continue;
    }
    const only = token.kind === 'class' && !token.negated && token.ranges.length === 1 ? token.ranges[0] : undefined;
    if (only === undefined || only[0] !== only[1]) return undefined;
    text += String.fromCodePoint(only[0]);
  }
  return text;
}
