import { type OptionSyntax, skipOptions } from './options.js';
import { baseName } from './unwrap.js';

const SHELL = /(?:^|[\s/\\])(?:r?ba|z|da|a|m?k|c|tc|fi)?sh(?=\s|$)|(?:^|\s)(?:\.|source)\s/i;

const SOURCES: ReadonlySet<string> = new Set(['.', 'source']);

/** Programs that run a shell as somebody else, or measure it: what is piped into them is piped into it. */
const RUNNERS: ReadonlyMap<string, OptionSyntax> = new Map([
  [
    'sudo',
    {
      flags: 'AbBEHiknNPSs',
      valued: 'ugphCDrRtTU',
      longFlags: [
        'askpass',
        'background',
        'bell',
        'preserve-groups',
        'set-home',
        'login',
        'non-interactive',
        'stdin',
        'shell',
      ],
      longValued: [
        'user',
        'group',
        'prompt',
        'host',
        'close-from',
        'chdir',
        'role',
        'chroot',
        'type',
        'command-timeout',
      ],
      longOptional: ['preserve-env'],
    },
  ],
  ['doas', { flags: 'Lns', valued: 'aCu' }],
  [
    'time',
    { flags: 'apqv', valued: 'fo', longFlags: ['append', 'portability', 'verbose'], longValued: ['format', 'output'] },
  ],
]);

/**
 * How rules spell a command that reads its commands from a pipe, whatever the shell is called: `| /bin/sh` is `| sh`.
 * Empty for any other command.
 */
export function shellSpellings(command: string): readonly string[] {
  if (!SHELL.test(command)) return [];
  const words = command.split(' ');
  const [program = '', ...rest] = behindRunners(words);
  const name = baseName(program).toLowerCase();
  if (name === 'sh' || name === 'bash') return [[name, ...rest].join(' ')];
  if (SOURCES.has(name)) return rest[0]?.endsWith('/stdin') === true ? ['sh', 'bash'] : [];
  return SHELL.test(name) ? ['sh', 'bash'].map((shell) => [shell, ...rest].join(' ')) : [];
}

function behindRunners(words: readonly string[]): readonly string[] {
  const syntax = RUNNERS.get(baseName(words[0] ?? ''));
  if (syntax === undefined) return words;
  const skipped = skipOptions(words, 1, syntax);
  const at = 'at' in skipped ? skipped.at : words.findIndex((word) => SHELL.test(word));
  return at < 1 ? words : behindRunners(words.slice(at));
}
