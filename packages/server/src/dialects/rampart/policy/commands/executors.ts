import { type OptionSyntax, optionLength, skipOptions } from './options.js';
import { quoteWord } from './quote.js';

/** What a program that runs another one runs: its words from an index on, or a text for a shell. */
export type Executed =
  | { readonly at: number; readonly assigns?: readonly string[] }
  | {
      readonly script: string;
      /** Where the script begins among the words. */
      readonly from: number;
      readonly operands?: readonly string[];
      /** Whether this text alone does not say what is run. */
      readonly unclear?: boolean;
    }
  /** It has an option that we do not know, at this index: any word after it may be the command. */
  | { readonly unknownOption: number };

/** Reads the words after a program's name; undefined when they do not make it run something. */
export type Executor = (words: readonly string[], start: number) => Executed | undefined;

/** Options after which nothing is run. */
const INFORMS = /^--(?:help|version)$/;

function unlessInforming(words: readonly string[], at: number): Executed | undefined {
  return INFORMS.test(words[at] ?? '') ? undefined : { unknownOption: at };
}

interface RunnerSyntax extends OptionSyntax {
  /** Words between the options and the command. */
  readonly operands?: number;
  /** Letters of options with which nothing is run. */
  readonly inert?: RegExp;
}

const runsAfter =
  (syntax: RunnerSyntax): Executor =>
  (words, start) => {
    const skipped = skipOptions(words, start, syntax);
    if ('unknownOption' in skipped) {
      return syntax.inert?.test(words[skipped.unknownOption] ?? '') === true
        ? undefined
        : unlessInforming(words, skipped.unknownOption);
    }
    const at = skipped.at + (syntax.operands ?? 0);
    return at >= words.length ? undefined : { at };
  };

const TIMEOUT: OptionSyntax = {
  flags: 'vpf',
  valued: 'ks',
  longFlags: ['preserve-status', 'foreground', 'verbose'],
  longValued: ['kill-after', 'signal'],
};

const ENV: OptionSyntax = {
  flags: 'i0v',
  valued: 'uCaPLU',
  longFlags: ['ignore-environment', 'null', 'debug', 'list-signal-handling'],
  longValued: ['unset', 'chdir', 'argv0'],
  longOptional: ['block-signal', 'default-signal', 'ignore-signal'],
};
const SPLIT_STRING = /^(?:-[i0v]*S|--s[a-z-]*(?:=|$))(.*)$/s;
/** Escapes that `env -S` takes for blanks. */
const SPLIT_BLANK = /\\[_fnrtv]/g;

const env: Executor = (words, start) => {
  const assigns: string[] = [];
  for (let at = start; at < words.length; ) {
    const word = words[at] ?? '';
    const name = word.startsWith('-') || !word.includes('=') ? undefined : word.slice(0, word.indexOf('='));
    const split = SPLIT_STRING.exec(word)?.[1];
    if (split !== undefined) return splitString(words, at, split);
    if (name !== undefined) assigns.push(name);
    if (name !== undefined || word === '-' || word === '--') {
      at++;
      continue;
    }
    // Where it is known, it says where to look for the program.
    if (/^-[a-zA-Z0-9]*P/.test(word)) assigns.push('PATH');
    const length = optionLength(words, at, ENV);
    if (length === undefined) return unlessInforming(words, at);
    if (length === 0) return { at, assigns };
    at += length;
  }
  return undefined;
};

/** `env -S text`: the text is split by rules of its own, and the words after it are not split again. */
function splitString(words: readonly string[], at: number, attached: string): Executed {
  const given = attached === '' ? (words[at + 1] ?? '') : attached;
  const rest = words.slice(attached === '' ? at + 2 : at + 1).map(quoteWord);
  const script = ['env', given.replace(SPLIT_BLANK, ' '), ...rest].join(' ').trim();
  return { script, from: at, unclear: /[\\$]/.test(given) };
}

const SHELL_VALUED = /^(?:[-+][A-Za-z]*[oO]|--rcfile|--init-file)$/;

/** Options that make a shell run more than its text: a start file, or what an interactive one reads. */
const READS_FILES = /^(?:--(?:rcfile|init-file)(?:=|$)|-[A-Za-z]*i)/;

/** `sh -c text`: the text is the first word after the options, and what follows are its operands. */
const shell: Executor = (words, start) => {
  let runsText = false;
  let unclear = false;
  for (let at = start; at < words.length; at++) {
    const word = words[at] ?? '';
    if (word === '--' || word === '-' || !/^[-+]./.test(word)) {
      const text = word === '--' || word === '-' ? at + 1 : at;
      const script = words[text];
      if (!runsText || script === undefined) return undefined;
      return { script, from: text, operands: words.slice(text + 1), unclear };
    }
    if (READS_FILES.test(word)) unclear = true;
    if (SHELL_VALUED.test(word)) at++;
    if (/^-[A-Za-z]*c/.test(word)) runsText = true;
  }
  return undefined;
};

const cmd: Executor = (words, start) => {
  for (let at = start; at < words.length; at++) {
    const match = /^\/[ck](.*)$/is.exec(words[at] ?? '');
    if (match !== null) return { script: [match[1] ?? '', ...words.slice(at + 1)].join(' ').trim(), from: at };
    if (!words[at]?.startsWith('/')) return undefined;
  }
  return undefined;
};

const POWERSHELL_VALUED =
  /^-(?:executionpolicy|ex|ep|windowstyle|w|version|v|inputformat|outputformat|workingdirectory|wd)$/i;

const powershell: Executor = (words, start) => {
  for (let at = start; at < words.length; at++) {
    const word = words[at] ?? '';
    if (/^-(?:command|c)$/i.test(word)) return { script: words.slice(at + 1).join(' '), from: at };
    if (!word.startsWith('-')) return undefined;
    if (POWERSHELL_VALUED.test(word)) at++;
  }
  return undefined;
};

/** Programs that run their arguments and change nothing about what is run; `sudo` and the like are not among them. */
export const EXECUTORS: ReadonlyMap<string, Executor> = new Map<string, Executor>([
  ['command', runsAfter({ flags: 'p', inert: /^-[pvV]+$/ })],
  ['builtin', runsAfter({})],
  ['exec', runsAfter({ flags: 'cl', valued: 'a' })],
  ['nohup', runsAfter({})],
  ['nice', runsAfter({ valued: 'n', longValued: ['adjustment'], numbers: true })],
  ['setsid', runsAfter({ flags: 'cfw', longFlags: ['ctty', 'fork', 'wait'] })],
  ['stdbuf', runsAfter({ valued: 'ioe', longValued: ['input', 'output', 'error'] })],
  ['timeout', runsAfter({ ...TIMEOUT, operands: 1 })],
  ['env', env],
  ...['sh', 'bash', 'zsh', 'dash', 'ash', 'ksh'].map((name) => [name, shell] as const),
  ...['cmd', 'cmd.exe'].map((name) => [name, cmd] as const),
  ...['powershell', 'powershell.exe', 'pwsh', 'pwsh.exe'].map((name) => [name, powershell] as const),
]);

/** Shells that read commands from a here-string. */
export const SHELLS: ReadonlySet<string> = new Set(['sh', 'bash', 'zsh', 'dash', 'ash', 'ksh']);
