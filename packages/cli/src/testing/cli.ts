import { run } from '../run.js';
import type { Io } from '../terminal/io.js';

/** What one command line did. */
export interface CliRun {
  readonly code: number;
  readonly out: readonly string[];
  readonly err: readonly string[];
}

/** Runs a command line in this process, with its output caught. */
export async function runCli(argv: readonly string[], io: Partial<Io> = {}): Promise<CliRun> {
  const out: string[] = [];
  const err: string[] = [];
  const code = await run(argv, {
    print: (line) => void out.push(line),
    note: (line) => void err.push(line),
    env: {},
    colour: false,
    logs: 'json',
    signal: new AbortController().signal,
    cwd: process.cwd(),
    ...io,
  });
  return { code, out, err };
}
