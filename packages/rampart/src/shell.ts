import { type ChildProcess, spawn } from 'node:child_process';
import { statSync } from 'node:fs';
import { constants } from 'node:os';
import { AbortedError, ConfigurationError, SallyportError, TimeoutError } from '@sallyport/core';
import { HAS_GROUPS, ProcessGroup } from './process-group.js';

/** How a command is run. */
export interface ShellOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly runTimeoutMs?: number;
  readonly maxOutputBytes: number;
  readonly killGraceMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** What a command left behind. */
export interface ShellResult {
  readonly output: string;
  readonly stderr: string;
  /** As shells count: 128 and the signal's number when a signal ended it. */
  readonly exitCode: number;
  readonly truncated: boolean;
}

/** Keeps the first bytes of a stream and drops the rest, so that a chatty command cannot fill the memory. */
class Capture {
  truncated = false;
  readonly #chunks: Buffer[] = [];
  #left: number;

  constructor(limitBytes: number) {
    this.#left = limitBytes;
  }

  add(chunk: Buffer): void {
    this.truncated ||= chunk.length > this.#left;
    this.#chunks.push(chunk.subarray(0, this.#left));
    this.#left = Math.max(0, this.#left - chunk.length);
  }

  get text(): string {
    return Buffer.concat(this.#chunks).toString('utf8');
  }
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;

/** Node says only that the shell was not found, also where it is the folder that does not exist. */
function notStarted(cause: Error, cwd: string | undefined): SallyportError {
  if (cwd !== undefined && !isFolder(cwd)) {
    return new ConfigurationError(`cwd must be a folder that exists, and not "${cwd}". The command was not started.`, {
      cause,
    });
  }
  return new SallyportError(`The command could not be started: ${cause.message}.`, { code: 'not_started', cause });
}

/** Whoever may run commands must not find in them the means to approve their own. Windows looks names up in any case. */
const CREDENTIALS: ReadonlySet<string> = new Set(['RAMPART_TOKEN', 'SALLYPORT_MASTER_KEY']);

const inherited = (): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !CREDENTIALS.has(name.toUpperCase())));

function start(command: string, cwd: string | undefined, env: ShellOptions['env']) {
  try {
    return spawn(command, {
      shell: true,
      cwd,
      env: env ?? inherited(),
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: HAS_GROUPS,
      windowsHide: true,
    });
  } catch (cause) {
    throw cause instanceof Error ? notStarted(cause, cwd) : cause;
  }
}

/**
 * Ends a command in two steps: it is asked to, and what is left of it is killed once its shell and its output have ended,
 * or the grace is over.
 */
function endGroup(child: ChildProcess, group: ProcessGroup, graceMs: number, done: () => void): void {
  const finish = () => {
    clearTimeout(grace);
    child.off('close', finish);
    group.send('SIGKILL');
    done();
  };
  const grace = setTimeout(finish, graceMs);
  child.on('close', finish);
  // Without process groups there is no gentle way, and nothing to wait for.
  if (!HAS_GROUPS || !group.send('SIGTERM')) finish();
}

/**
 * Runs a command in the system's shell, as a process group of its own.
 *
 * @throws TimeoutError, AbortedError when it had to be ended; by then all that it had started is gone (on Windows: the shell).
 */
export function runShell(command: string, options: ShellOptions): Promise<ShellResult> {
  const { cwd, env, runTimeoutMs, maxOutputBytes, killGraceMs, signal } = options;
  return new Promise((resolve, reject) => {
    if (signal?.aborted) throw new AbortedError('The command was not started.', { cause: signal.reason });
    const child = start(command, cwd, env);
    const group = new ProcessGroup(child);
    const [out, err] = [new Capture(maxOutputBytes), new Capture(maxOutputBytes)];
    child.stdout.on('data', (chunk: Buffer) => out.add(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.add(chunk));
    let ending = false;
    const end = (reason: Error) => {
      if (ending) return;
      ending = true;
      endGroup(child, group, killGraceMs, () => {
        over();
        // Whoever left the group may hold the pipes open; nobody waits for it.
        child.stdout.destroy();
        child.stderr.destroy();
        reject(reason);
      });
    };
    const onAbort = () => end(new AbortedError('The command was aborted and killed.', { cause: signal?.reason }));
    const late = () =>
      end(
        new TimeoutError(`The command ran longer than ${runTimeoutMs} ms (runTimeoutMs) and was killed.`, {
          phase: 'deadline',
          timeoutMs: runTimeoutMs ?? 0,
        }),
      );
    const timer = runTimeoutMs === undefined ? undefined : setTimeout(late, Math.min(runTimeoutMs, 2 ** 31 - 1));
    signal?.addEventListener('abort', onAbort, { once: true });
    const over = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      group.release();
    };
    child.on('error', (error) => {
      over();
      reject(notStarted(error, cwd));
    });
    child.on('close', (code, killedBy) => {
      if (ending) return;
      over();
      const exitCode = code ?? 128 + (killedBy ? constants.signals[killedBy] : 0);
      resolve({ output: out.text, stderr: err.text, exitCode, truncated: out.truncated || err.truncated });
    });
  });
}
