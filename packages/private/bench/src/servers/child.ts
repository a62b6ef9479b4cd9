import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** A server in a process of its own. */
export interface ChildServer {
  /** The first line that it printed. */
  readonly greeting: string;
  readonly pid: number;
  stop(): Promise<void>;
}

/** Starts a Node script that prints one line once it accepts connections. */
export async function startChild(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<ChildServer> {
  const child = spawn(process.execPath, [...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...env },
  });
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  const greeting = await Promise.race([
    firstLine(child),
    ended.then((code) => {
      throw new Error(`${args.join(' ')} ended with ${code} before it was ready.`);
    }),
  ]);
  return {
    greeting,
    pid: child.pid ?? 0,
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

async function firstLine({ stdout }: ChildProcess): Promise<string> {
  if (stdout === null) throw new Error('The child has no standard output.');
  for await (const line of createInterface({ input: stdout })) {
    // Whatever it prints later is read and dropped, or it would come to wait for us.
    stdout.resume();
    return line;
  }
  throw new Error('The child printed nothing.');
}
