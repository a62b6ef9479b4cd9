import { createHash } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ROOT } from './root.mjs';

// Outside the checkout: an install may throw node_modules away, and nothing else in it is ours to write to.
const LOCK = join(tmpdir(), `sallyport-${createHash('sha256').update(ROOT).digest('hex').slice(0, 16)}.lock`);

/** Only one command sets up at a time: two builds would empty each other's output. @param {() => Promise<void>} work */
export async function withLock(work) {
  for (let told = false; !taken(); told = true) {
    if (!told) process.stderr.write('Waiting for another command that is setting up…\n');
    await sleep(200);
  }
  try {
    await work();
  } finally {
    rmSync(LOCK, { force: true });
  }
}

function taken() {
  try {
    writeFileSync(LOCK, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (Reflect.get(Object(error), 'code') !== 'EEXIST') throw error;
    if (!alive()) rmSync(LOCK, { force: true });
    return false;
  }
}

/** Whether the lock's holder still runs; one that was killed leaves its lock behind. */
function alive() {
  try {
    process.kill(Number(readFileSync(LOCK, 'utf8')), 0);
    return true;
  } catch (error) {
    // A process of somebody else's cannot be signalled, and is alive all the same.
    return Reflect.get(Object(error), 'code') === 'EPERM';
  }
}
