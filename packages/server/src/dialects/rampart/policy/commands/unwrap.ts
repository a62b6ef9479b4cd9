import { assignedName, builtinAssignments } from './assignments.js';
import { EXECUTORS } from './executors.js';
import { redirectionLength } from './redirections.js';

/** What is left of a command once wrappers, assignments and leading redirections are taken off. */
export type Unwrapped =
  | {
      readonly words: readonly string[];
      /** Whether a shell could take another word for the command. */
      readonly doubtful: boolean;
    }
  /** A shell would read this text; `operands` are what it gets as `$0`, `$1`, … */
  | { readonly script: string; readonly operands: readonly string[]; readonly doubtful: boolean };

export interface UnwrapOptions {
  /** Whether a path to a wrapper counts as the wrapper. Names without a path always do. */
  trustsPath(path: string): boolean;
  /** Called with the name of each variable that the command sets. */
  onAssignment(name: string): void;
  /** Called with the words after a wrapper's option that we do not know: any of them may be the command. */
  onUnknown(words: readonly string[]): void;
}

/** What may become no word at all, or several. */
const EXPANDS = /[$`*?[{]/;
const SYSTEM_DIRECTORY = /^\/(?:usr\/(?:local\/)?)?s?bin\/[^/]+$/;

/** Whether the path lies where only an administrator puts programs. */
export function isSystemProgram(path: string): boolean {
  return SYSTEM_DIRECTORY.test(path);
}

/** A program's name without its directory. */
export function baseName(program: string): string {
  return program.slice(Math.max(program.lastIndexOf('/'), program.lastIndexOf('\\')) + 1);
}

/** Takes wrappers off until none is left. */
export function unwrap(
  words: readonly string[],
  quotedFrom: readonly number[] | undefined,
  options: UnwrapOptions,
): Unwrapped {
  let at = 0;
  let doubtful = false;
  for (;;) {
    at = skipPrefixes(words, at, quotedFrom, options);
    const program = words[at];
    if (program === undefined) return { words: [], doubtful };
    const name = program.includes('/') && options.trustsPath(program) ? baseName(program) : program;
    const executed = EXECUTORS.get(name)?.(words, at + 1);
    if (executed === undefined) break;
    if ('unknownOption' in executed) {
      options.onUnknown(words.slice(executed.unknownOption + 1));
      doubtful = true;
      break;
    }
    const next = 'script' in executed ? executed.from : executed.at;
    doubtful ||= words.slice(at + 1, next).some((word) => EXPANDS.test(word));
    if ('script' in executed) {
      const { script, operands = [], unclear = false } = executed;
      return { script, operands, doubtful: doubtful || unclear };
    }
    for (const assigned of executed.assigns ?? []) options.onAssignment(assigned);
    at = next;
  }
  const rest = at === 0 ? words : words.slice(at);
  for (const name of builtinAssignments(rest)) options.onAssignment(name);
  return { words: rest, doubtful };
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
