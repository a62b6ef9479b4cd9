import { posix } from 'node:path';
import type { TextMatcher } from './automaton.js';
import { compileSegments, globProblem, slashed } from './glob.js';

const ROOTED = /^(?:\/|[A-Za-z]:\/)/;

/** Whether a slashed path starts at a root, of whichever system. */
export function isAbsolute(path: string): boolean {
  return ROOTED.test(path);
}

/** Resolves `.`, `..` and doubled separators, without looking at the file system. */
export function cleanPath(path: string): string {
  const cleaned = posix.normalize(path);
  return cleaned.length > 1 && cleaned.endsWith('/') ? cleaned.slice(0, -1) : cleaned;
}

/** The pattern as paths are spelt: slashed, without a leading `./`. */
export function pathPattern(pattern: string): string {
  const glob = slashed(pattern);
  return glob.startsWith('./') && glob.length > 2 ? glob.slice(2) : glob;
}

/** Compiles a path glob: `*`, `?` and classes stay within a segment; only `**` crosses `/`. */
export function compilePathGlob(pattern: string): TextMatcher {
  if (pattern === '' || globProblem(pattern) !== undefined) return () => false;
  const glob = pathPattern(pattern);
  return /[*?[]/.test(glob) ? compileSegments(glob) : (text) => text === glob;
}

/** The directory that an absolute pattern starts from, before its first wildcard; undefined for all other patterns. */
export function patternBase(pattern: string): string | undefined {
  const glob = pathPattern(pattern);
  if (!isAbsolute(glob)) return undefined;
  const wildcard = glob.search(/[*?[]/);
  const end = wildcard < 0 ? glob.length : glob.lastIndexOf('/', wildcard);
  return end <= 0 ? undefined : glob.slice(0, end);
}
