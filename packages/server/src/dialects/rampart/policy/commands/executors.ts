import { type OptionSyntax, optionLength, skipOptions } from './options.js';

/** What a program that runs another one runs: its words from an index on, or a text for a shell. */
export type Executed =
  | { readonly at: number; readonly assigns?: readonly string[] }
  | { readonly script: string; readonly operands?: readonly string[]; readonly readsFiles?: boolean };

/** Reads the words after a program's name; undefined when they do not make it run something that we could tell. */
export type Executor = (words: readonly string[], start: number) => Executed | undefined;

const runsAfter =
  (syntax: OptionSyntax): Executor =>
  (words, start) => {
    const at = skipOptions(words, start, syntax);
    return at === undefined || at >= words.length ? undefined : { at };
  };

const TIMEOUT: OptionSyntax = {
  flags: 'vpf',
  valued: 'ks',
  longFlags: ['preserve-status', 'foreground', 'verbose'],
  longValued: ['kill-after', 'signal'],
};

const timeout: Executor = (words, start) => {
  const duration = skipOptions(words, start, TIMEOUT);
  if (duration === undefined || duration + 1 >= words.length) return undefined;
  return { at: duration + 1 };
};

const ENV: OptionSyntax = {
  flags: 'i0v',
  valued: 'uC',
  longFlags: ['ignore-environment', 'null', 'debug'],
  longValued: ['unset', 'chdir', 'argv0'],
};
const SPLIT_STRING = /^(?:-[i0v]*S|--split-string(?:=|$))(.*)$/s;

const env: Executor = (words, start) => {
  const assigns: string[] = [];
  for (let at = start; at < words.length; ) {
    const word = words[at] ?? '';
    const name = word.startsWith('-') || !word.includes('=') ? undefined : word.slice(0, word.indexOf('='));
    const split = SPLIT_STRING.exec(word);
    if (split !== null) return { script: ['env', split[1] ?? '', ...words.slice(at + 1)].join(' ').trim() };
    if (name !== undefined) assigns.push(name);
    if (name !== undefined || word === '-' || word === '--') {
      at++;
      continue;
    }
    const length = optionLength(words, at, ENV);
    if (length === undefined) return undefined;
    if (length === 0) return { at, assigns };
    at += length;
  }
  return undefined;
};

const SHELL_VALUED = /^(?:[-+][A-Za-z]*[oO]|--rcfile|--init-file)$/;

/** Options that make a shell run more than its text: a start file, or what an interactive one reads. */
const READS_FILES = /^(?:--(?:rcfile|init-file)(?:=|$)|-[A-Za-z]*i)/;

/** `sh -c text`: the text is the first word after the options, and what follows are its operands. */
const shell: Executor = (words, start) => {
  let runsText = false;
  let readsFiles = false;
  for (let at = start; at < words.length; at++) {
    const word = words[at] ?? '';
    if (word === '--' || word === '-' || !/^[-+]./.test(word)) {
      const text = word === '--' || word === '-' ? at + 1 : at;
      const script = words[text];
      return runsText && script !== undefined ? { script, operands: words.slice(text + 1), readsFiles } : undefined;
    }
    if (READS_FILES.test(word)) readsFiles = true;
    if (SHELL_VALUED.test(word)) at++;
    if (/^-[A-Za-z]*c/.test(word)) runsText = true;
  }
  return undefined;
};

const cmd: Executor = (words, start) => {
  for (let at = start; at < words.length; at++) {
    const match = /^\/[ck](.*)$/is.exec(words[at] ?? '');
    if (match !== null) return { script: [match[1] ?? '', ...words.slice(at + 1)].join(' ').trim() };
    if (!words[at]?.startsWith('/')) return undefined;
  }
  return undefined;
};

const POWERSHELL_VALUED =
  /^-(?:executionpolicy|ex|ep|windowstyle|w|version|v|inputformat|outputformat|workingdirectory|wd)$/i;

const powershell: Executor = (words, start) => {
  for (let at = start; at < words.length; at++) {
    const word = words[at] ?? '';
    if (/^-(?:command|c)$/i.test(word)) return { script: words.slice(at + 1).join(' ') };
    if (!word.startsWith('-')) return undefined;
    if (POWERSHELL_VALUED.test(word)) at++;
  }
  return undefined;
};

/** Programs that run their arguments and change nothing about what is run; `sudo` and the like are not among them. */
export const EXECUTORS: ReadonlyMap<string, Executor> = new Map<string, Executor>([
  ['command', runsAfter({ flags: 'p' })],
  ['exec', runsAfter({ flags: 'cl', valued: 'a' })],
  ['nohup', runsAfter({})],
  ['nice', runsAfter({ valued: 'n', longValued: ['adjustment'], numbers: true })],
  ['setsid', runsAfter({ flags: 'cfw', longFlags: ['ctty', 'fork', 'wait'] })],
  ['stdbuf', runsAfter({ valued: 'ioe', longValued: ['input', 'output', 'error'] })],
  ['timeout', timeout],
  ['env', env],
  ...['sh', 'bash', 'zsh', 'dash', 'ash', 'ksh'].map((name) => [name, shell] as const),
  ...['cmd', 'cmd.exe'].map((name) => [name, cmd] as const),
  ...['powershell', 'powershell.exe', 'pwsh', 'pwsh.exe'].map((name) => [name, powershell] as const),
]);

/** Shells that read commands from a here-string. */
export const SHELLS: ReadonlySet<string> = new Set(['sh', 'bash', 'zsh', 'dash', 'ash', 'ksh']);
