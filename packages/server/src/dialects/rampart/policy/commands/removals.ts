import { MATCH_LIMIT } from '../globs/glob.js';
import { cleanPath } from '../globs/path.js';
import { redirectionLength } from './redirections.js';
import { baseName } from './unwrap.js';

/** What a forced, recursive `rm` removes: its operands; empty for any other `rm`. */
export function removedByRm(words: readonly string[]): string[] {
  let recursive = false;
  let force = false;
  let options = true;
  const operands: string[] = [];
  for (let at = 1; at < words.length; at++) {
    const word = words[at] ?? '';
    const redirection = redirectionLength(words, at);
    if (redirection > 0) {
      at += redirection - 1;
    } else if (!options || !word.startsWith('-') || word === '-') {
      operands.push(word);
    } else if (word === '--') {
      options = false;
    } else if (word.startsWith('--')) {
      // Long options may be cut short as long as they are unmistakable.
      recursive ||= word.length > 3 && '--recursive'.startsWith(word);
      force ||= word.length > 2 && '--force'.startsWith(word);
    } else {
      recursive ||= /[rR]/.test(word);
      force ||= word.includes('f');
    }
  }
  return recursive && force ? operands : [];
}

/** A removal's target as patterns spell it: absolute and climbing paths are cleaned, others kept as they are. */
export function removal(target: string): string {
  const cleaned = cleanPath(target);
  const climbs = cleaned === '.' || cleaned === '..' || cleaned.startsWith('../');
  return `rm -rf ${target.startsWith('/') || climbs ? cleaned : target}`;
}

/** Where `find` starts, and the index of its expression. */
function findTargets(words: readonly string[]): { targets: string[]; expression: number } {
  const targets: string[] = [];
  let at = 1;
  for (; at < words.length; at++) {
    const word = words[at] ?? '';
    if (word === '-D') at++;
    else if (/^(?:-[HLP]|-O\d*|--)$/.test(word)) continue;
    else if (word.startsWith('-') || word === '!' || word === '(') break;
    else targets.push(word);
  }
  return { targets: targets.length === 0 ? ['.'] : targets, expression: at };
}

/**
 * What `find` removes, by `-delete` or by running `rm`; `unwrapped` takes wrappers off what it runs. Undefined stands for
 * a target too long to spell out.
 */
export function* removedByFind(
  words: readonly string[],
  unwrapped: (words: readonly string[]) => readonly string[],
): Generator<string | undefined> {
  const { targets, expression } = findTargets(words);
  for (let at = expression; at < words.length; at++) {
    const word = words[at] ?? '';
    if (word === '-delete') yield* targets;
    if (!/^-(?:exec|execdir|ok|okdir)$/.test(word)) continue;
    const command = unwrapped(words.slice(at + 1, endOfExec(words, at + 1)));
    if (baseName(command[0] ?? '').toLowerCase() !== 'rm') continue;
    for (const operand of command.slice(1)) {
      const gaps = operand.split('{}').length - 1;
      if (gaps > 0) {
        for (const target of targets) {
          yield gaps * target.length > MATCH_LIMIT ? undefined : operand.replaceAll('{}', target);
        }
      }
      if (gaps === 0 && !operand.startsWith('-')) yield operand;
    }
  }
}

function endOfExec(words: readonly string[], start: number): number {
  const end = words.findIndex((word, index) => index >= start && (word === ';' || word === '+'));
  return end < 0 ? words.length : end;
}
