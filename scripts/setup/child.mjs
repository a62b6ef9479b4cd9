import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { SetupError } from './progress.mjs';
import { ROOT } from './root.mjs';

/**
 * Runs the command itself: it owns the terminal, gets our signals, and its exit code is ours.
 * @param {string[]} args of `node`
 * @returns {Promise<number>}
 */
export function node(args) {
  const child = spawn(process.execPath, args, { cwd: ROOT, stdio: 'inherit' });
  /** @param {NodeJS.Signals} signal */
  const forward = (signal) => {
    // Ctrl-C reaches the whole foreground group by itself; a second one would cut the child's draining short.
    if (signal !== 'SIGINT' || process.stdin.isTTY !== true) child.kill(signal);
  };
  /** @type {NodeJS.Signals[]} */
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, forward);
  const watch = whenOrphaned(() => child.kill('SIGTERM'));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearInterval(watch);
      for (const name of signals) process.off(name, forward);
      resolve(signal === null ? (code ?? 1) : 128 + constants.signals[signal]);
    });
  });
}

/**
 * Below npm there is a shell between it and us, which ends on a signal and passes none on: then our parent is another
 * one all of a sudden.
 * @param {() => void} act
 */
function whenOrphaned(act) {
  const { npm_lifecycle_event: belowNpm } = process.env;
  if (belowNpm === undefined) return undefined;
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    act();
  }, 100);
  return watch;
}

/**
 * Runs a step of the set-up without a word; what it printed is the message when it fails.
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, shell?: boolean, env?: NodeJS.ProcessEnv, timeout?: number }} [options]
 * @returns {Promise<string>} its standard output
 */
export function quietly(command, args, options = {}) {
  const child = spawn(command, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'], ...options });
  let stdout = '';
  let everything = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    stdout += text;
    everything += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    everything += text;
  });
  return new Promise((resolve, reject) => {
    child.on('error', (error) => reject(new SetupError(`Could not run ${command}: ${error.message}`)));
    child.on('close', (code, signal) => {
      if (code === 0) resolve(stdout);
      else reject(new SetupError(`${everything.trim()}\n${command} ${args.join(' ')} ended with ${signal ?? code}.`));
    });
  });
}
