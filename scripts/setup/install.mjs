import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { quietly } from './child.mjs';
import { fingerprint, stamp } from './fingerprint.mjs';
import { progress } from './progress.mjs';
import { ROOT } from './root.mjs';
import { workspace } from './workspace.mjs';

/** The one place that names the package manager's version. npx brings it. */
const PNPM = 'pnpm@12.21.0';

/** Runs pnpm without its being installed. @param {string[]} args @param {string} [cwd] */
export function pnpm(args, cwd = ROOT) {
  return quietly('npx', ['--yes', '--loglevel=error', PNPM, ...args], {
    cwd,
    // npx is a script on Windows, which only a shell can start.
    shell: process.platform === 'win32',
  });
}

/** What the dependencies depend on. */
export function dependencyFingerprint() {
  const manifests = [ROOT, ...workspace().map(({ dir }) => dir)].map((dir) => join(dir, 'package.json'));
  return fingerprint([join(ROOT, 'pnpm-lock.yaml'), join(ROOT, 'pnpm-workspace.yaml'), ...manifests], undefined, [
    PNPM,
    process.platform,
    process.arch,
  ]);
}

/** Installs exactly what the lockfile says, unless that has been done. */
export async function install() {
  const done = stamp('install');
  const wanted = dependencyFingerprint();
  const complete = workspace().every(
    ({ dir, hasDependencies }) => !hasDependencies || existsSync(join(dir, 'node_modules')),
  );
  if (complete && done.matches(wanted)) return;
  await progress('Installing dependencies', () =>
    pnpm(['install', '--frozen-lockfile', '--config.confirmModulesPurge=false']),
  );
  done.write(wanted);
}
