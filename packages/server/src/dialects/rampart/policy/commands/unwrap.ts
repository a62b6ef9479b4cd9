import { assignedName, builtinAssignments } from './assignments.js';
import { EXECUTORS } from './executors.js';

/** What is left of a command once wrappers, assignments and leading redirections are taken off. */
export type Unwrapped =
  | { readonly words: readonly string[] }
  /** A shell would read this text; `operands` are what it gets as `$0`, `$1`, … */
  | { readonly script: string; readonly operands: readonly string[]; readonly readsFiles: boolean };

export interface UnwrapOptions {
  /** Whether a path to a wrapper counts as the wrapper. Names without a path always do. */
  trustsPath(path: string): boolean;
  /** Called with the name of each variable that the command sets. */
  onAssignment(name: string): void;
}

const REDIRECTION = /^(?:\d*|&|\{[A-Za-z_]\w*\})(?:>>|>\||>|<<<|<<-?|<>|<)(?:&(?:\d+|-)?)?/;
const SYSTEM_DIRECTORY = /^\/(?:usr\/(?:local\/)?)?s?bin\/[^/]+$/;

/** Whether the path lies where only an administrator puts programs. */
export function isSystemProgram(path: string): boolean {
  return SYSTEM_DIRECTORY.test(path);
}

/** A program's name without its directory. */
export function baseName(program: string): string {
  return program.slice(Math.max(program.lastIndexOf('/'), program.lastIndexOf('\\')) + 1);
}

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

/** Takes wrappers off until none is left. */
export function unwrap(
  words: readonly string[],
  quotedFrom: readonly number[] | undefined,
  options: UnwrapOptions,
): Unwrapped {
  let at = 0;
  for (;;) {
    at = skipPrefixes(words, at, quotedFrom, options);
    const program = words[at];
    if (program === undefined) return { words: [] };
    const name = program.includes('/') && options.trustsPath(program) ? baseName(program) : program;
    const executed = EXECUTORS.get(name)?.(words, at + 1);
    if (executed === undefined) break;
    if ('script' in executed)
      return { script: executed.script, operands: executed.operands ?? [], readsFiles: executed.readsFiles ?? false };
    for (const assigned of executed.assigns ?? []) options.onAssignment(assigned);
    at = executed.at;
  }
  const rest = at === 0 ? words : words.slice(at);
  for (const name of builtinAssignments(rest)) options.onAssignment(name);
  return { words: rest };
}

function skipPrefixes(
  words: readonly string[],
  start: number,
  quotedFrom: readonly number[] | undefined,
  options: UnwrapOptions,
): number {
  let at = start;
  for (;;) {
    const word = words[at];
    if (word === undefined) return at;
    const name = assignedName(word, quotedFrom?.[at]);
    if (name === undefined) {
      const length = redirectionLength(words, at, quotedFrom);
      if (length === 0) return at;
      at += length;
      continue;
    }
    options.onAssignment(name);
    at++;
  }
}
