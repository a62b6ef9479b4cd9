import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Workspace } from './workspace.js';

/** A gateway in a process of its own, as users run it. */
export interface TourGateway {
  readonly url: string;
  /** By dialect, then by name: `rampart.token`, `rampart.approverToken`, … */
  readonly credentials: Readonly<Record<string, Readonly<Record<string, string>>>>;
  stop(): Promise<void>;
}

interface Announcement {
  readonly url: string;
  readonly credentials: TourGateway['credentials'];
}

const isAnnouncement = (value: unknown): value is Announcement =>
  typeof value === 'object' && value !== null && 'url' in value && 'credentials' in value;

function announcement(child: ChildProcess): Promise<Announcement> {
  return new Promise((resolve, reject) => {
    if (!child.stdout) throw new Error('The gateway has no standard output.');
    createInterface({ input: child.stdout }).once('line', (line) => {
      const parsed: unknown = JSON.parse(line);
      if (isAnnouncement(parsed)) resolve(parsed);
      else reject(new Error(`The gateway announced something else: ${line}`));
    });
    child.once('exit', (code) => reject(new Error(`The gateway ended with code ${code} before it was ready.`)));
  });
}

/** Starts `sallyport serve --dev` on a free port, on an SQLite file, with the workspace's policies. */
export async function startGateway(workspace: Workspace): Promise<TourGateway> {
  const cli = new URL('../../packages/cli/dist/bin.js', import.meta.url).pathname;
  const store = `sqlite:${workspace.database}`;
  const args = ['serve', '--dev', '--json', '--port', '0', '--store', store, '--policies', workspace.policies];
  const child = spawn(process.execPath, [cli, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const { url, credentials } = await announcement(child);
  return {
    url,
    credentials,
    stop: () =>
      new Promise((resolve) => {
        child.once('exit', () => resolve());
        child.kill('SIGTERM');
      }),
  };
}
