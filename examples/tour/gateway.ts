import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { TourError } from './error.js';
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
    // It has said why, on the standard error that it shares with us.
    child.once('exit', (code) => reject(new TourError('The gateway did not start.', code ?? 1)));
  });
}

/**
 * Starts `sallyport serve --dev` on a free port, on an SQLite file.
 *
 * @param proxyTarget - the service that MeshGuard's proxy leads to.
 * @param policy - Rampart's one policy file; the tour's own, on top of the standard profile, when absent.
 */
export async function startGateway(workspace: Workspace, proxyTarget: string, policy?: string): Promise<TourGateway> {
  const cli = fileURLToPath(new URL('../../packages/cli/dist/bin.js', import.meta.url));
  const store = `sqlite:${workspace.database}`;
  const policies = policy === undefined ? ['--policies', join(import.meta.dirname, 'policies')] : ['--config', policy];
  const args = [
    'serve',
    '--dev',
    '--json',
    '--port',
    '0',
    '--store',
    store,
    '--proxy-target',
    proxyTarget,
    ...policies,
  ];
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
