import { spawn } from 'node:child_process';

/** A command failed; the message is what it printed. */
export class CommandFailure extends Error {}

interface RunOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Milliseconds. */
  readonly timeoutMs?: number;
}

const IDLE_LIMIT_MS = 300_000;

/** Runs a command to its end, without standard input. @throws CommandFailure with everything that it printed. */
export async function run(command: string, args: readonly string[], options: RunOptions): Promise<void> {
  const child = spawn(command, [...args], {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: options.timeoutMs ?? IDLE_LIMIT_MS,
    // npm is a script on Windows, which only a shell can start.
    shell: process.platform === 'win32' && command === 'npm',
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const outcome = await new Promise<number | string>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(signal ?? code ?? 1));
  });
  if (outcome !== 0) throw new CommandFailure(`${output.trim()}\n${command} ${args.join(' ')} ended with ${outcome}.`);
}

/** Installs packages into a project as a user would. */
export function npmInstall(cwd: string, packages: readonly string[]): Promise<void> {
  return run('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error', ...packages], { cwd });
}
