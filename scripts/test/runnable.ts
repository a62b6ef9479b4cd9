import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { quietly } from '../setup/child.mjs';
import { ROOT } from '../setup/root.mjs';
import type { Step } from './step.js';

const FOLDER = join(ROOT, 'examples');

/** One file per idea, and folders with a `main.ts`. */
function entries(): readonly string[] {
  return readdirSync(FOLDER)
    .map((name) => (name.endsWith('.ts') ? join(FOLDER, name) : join(FOLDER, name, 'main.ts')))
    .filter((file) => existsSync(file));
}

/** Each runnable example ends well, on the built packages, with nobody at the keyboard. */
export const runnableExamples: Step = {
  name: 'run examples',
  async run() {
    const found = entries();
    for (const file of found) await quietly(process.execPath, ['--import', 'tsx', file], { timeout: 60_000 });
    return { passed: found.length, failed: 0 };
  },
};
