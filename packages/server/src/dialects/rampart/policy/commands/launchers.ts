import { lineOf, linesFrom } from './quote.js';
import { baseName } from './unwrap.js';

/**
 * Programs and builtins that run what stands among their words, or a text that is one of them. No grant looks through
 * them; what they run is held against restrictions. Rampart looks through none of `sudo`, `doas`, `time`, `xargs` and `ssh`.
 */
const LAUNCHERS: ReadonlySet<string> = new Set(
  `
  bwrap capsh catchsegv cgexec chpst choom chroot chrt daemonize dbus-launch dbus-run-session dumb-init
  fakechroot fakeroot firejail flock gosu i386 ionice linux32 linux64 ltrace nsenter numactl parallel
  pkexec prlimit proot proxychains proxychains4 rlwrap run-parts runcon runuser schedtool script setarch
  setpriv setuidgid sg softlimit split ssh-agent start-stop-daemon strace su su-exec systemd-run taskset
  tini torsocks torify unbuffer uclampset unshare valgrind watch xvfb-run x86_64
  csh fish mksh rbash rksh rzsh tcsh yash
  bind compgen complete mapfile readarray
  `
    .trim()
    .split(/\s+/),
);

/** A name that the shell works out may be that of a shell. */
const COMPUTED = /[$`*?[]/;
const FIND_RUNS = /^-(?:exec|execdir|ok|okdir)$/;
const OPTION_VALUE = /^--?[\w-]+=/;
const BLANK = /\s/;
const NOTHING: Launched = { lines: [], scripts: [] };

/** What a command may run beside itself. */
export interface Launched {
  /** Command lines: the words from some index on. */
  readonly lines: Iterable<string>;
  /** Texts that a shell may read. */
  readonly scripts: readonly string[];
}

/** What the words after a launcher's name may be. */
export function launched(words: readonly string[]): Launched {
  const program = words[0] ?? '';
  if (words.length < 2) return NOTHING;
  if (program === 'find') return foundToRun(words);
  if (LAUNCHERS.has(baseName(program))) return { lines: linesFrom(words.slice(1)), scripts: scriptsAmong(words) };
  return COMPUTED.test(program) ? { lines: [], scripts: scriptsAmong(words) } : NOTHING;
}

function foundToRun(words: readonly string[]): Launched {
  const runs = words.flatMap((word, at) => (FIND_RUNS.test(word) ? [words.slice(at + 1)] : []));
  return { lines: runs.map(lineOf), scripts: [] };
}

function scriptsAmong(words: readonly string[]): string[] {
  return words.slice(1).flatMap((word) => (BLANK.test(word) ? [word.replace(OPTION_VALUE, '')] : []));
}
