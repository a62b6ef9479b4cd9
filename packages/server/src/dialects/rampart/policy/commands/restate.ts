import { SHELLS } from './executors.js';
import { linesFrom, operandLines } from './quote.js';
import { removal, removedByFind, removedByRm } from './removals.js';
import { baseName, unwrap } from './unwrap.js';

/** Other ways to say a command, for rules that restrict. */
export interface Restated {
  readonly texts: readonly string[];
  /** `rm -rf <target>` for each target of a forced, recursive removal. */
  readonly removals: readonly string[];
  /** Texts that a shell would read. */
  readonly scripts: readonly string[];
  /** Whether there are more ways than are looked at. */
  readonly tooMany: boolean;
}

const MULTICALL: ReadonlySet<string> = new Set(['busybox', 'toybox']);
const ANY_CASE: ReadonlySet<string> = new Set(['rm', 'find', ...MULTICALL]);
const ALIAS_LIMIT = 256;
const REWRITE_LIMIT = 16;

const trusting = { trustsPath: () => true, onAssignment: () => undefined, onUnknown: () => undefined };

/** The program's plain name when it is given by path or is one whose case is not trusted; otherwise as written. */
function programName(program: string): string {
  const base = baseName(program);
  if (base !== program) return base.toLowerCase();
  const lower = program.length > 7 ? program : program.toLowerCase();
  return ANY_CASE.has(lower) ? lower : program;
}

/** Whether {@link restate} could say anything new about the words. */
export function needsRestating(words: readonly string[]): boolean {
  const program = words[0] ?? '';
  const name = programName(program);
  return name !== program || ANY_CASE.has(name) || (SHELLS.has(name) && words.some((word) => word.startsWith('<<<')));
}

/** Says a command in the plainest words: no path, no multicall binary, no wrapper, one removal per target. */
export function restate(original: readonly string[]): Restated {
  const texts: string[] = [];
  const scripts: string[] = [];
  let words = original;
  let rewrites = 0;
  for (; rewrites < REWRITE_LIMIT; rewrites++) {
    const rewritten = rewriteOnce(words, scripts);
    if (rewritten === undefined) break;
    words = rewritten;
    texts.push(words.join(' '));
  }
  scripts.push(...hereStrings(words));
  const removals: string[] = [];
  for (const target of removedTargets(words)) {
    if (target === undefined || removals.length === ALIAS_LIMIT) return { texts, removals, scripts, tooMany: true };
    removals.push(removal(target));
  }
  return { texts, removals, scripts, tooMany: rewrites === REWRITE_LIMIT };
}

/** One step towards plainer words; undefined when there is none left. Adds the texts that a shell is given instead. */
function rewriteOnce(words: readonly string[], scripts: string[]): readonly string[] | undefined {
  const program = words[0] ?? '';
  const name = programName(program);
  const applet = words[1];
  if (MULTICALL.has(name) && applet !== undefined && !applet.startsWith('-')) return words.slice(1);
  if (name !== program) return [name, ...words.slice(1)];
  const unwrapped = unwrap(words, undefined, { ...trusting, onUnknown: (rest) => scripts.push(...linesFrom(rest)) });
  if ('script' in unwrapped) {
    scripts.push(unwrapped.script, ...operandLines(unwrapped.operands));
    return undefined;
  }
  return unwrapped.words === words || unwrapped.words.length === 0 ? undefined : unwrapped.words;
}

function hereStrings(words: readonly string[]): string[] {
  if (!SHELLS.has(words[0] ?? '')) return [];
  return words.flatMap((word, index) => {
    if (!word.startsWith('<<<')) return [];
    return [word === '<<<' ? (words[index + 1] ?? '') : word.slice(3)];
  });
}

function removedTargets(words: readonly string[]): Iterable<string | undefined> {
  if (words[0] === 'rm') return removedByRm(words);
  if (words[0] !== 'find') return [];
  return removedByFind(words, plainWords);
}

/** The words behind wrappers and multicall binaries. */
function plainWords(words: readonly string[]): readonly string[] {
  const unwrapped = unwrap(words, undefined, trusting);
  const rest = 'script' in unwrapped ? words : unwrapped.words;
  return MULTICALL.has(programName(rest[0] ?? '')) ? rest.slice(1) : rest;
}
