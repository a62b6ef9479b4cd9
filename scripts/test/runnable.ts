import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { quietly } from '../setup/child.mjs';
import { ROOT } from '../setup/root.mjs';
import { missing } from './says.js';
import { failOn, type Step } from './step.js';

const FOLDER = join(ROOT, 'examples');

interface Example {
  readonly file: string;
  /** Where it is written what the example has to say. */
  readonly says: string;
}

/** One file per idea, and folders with a `main.ts`. */
function entries(): readonly Example[] {
  return readdirSync(FOLDER)
    .map((name) =>
      name.endsWith('.ts')
        ? { file: join(FOLDER, name), says: join(FOLDER, 'says', name.replace(/ts$/, 'txt')) }
        : { file: join(FOLDER, name, 'main.ts'), says: join(FOLDER, 'says', `${name}.txt`) },
    )
    .filter(({ file }) => existsSync(file));
}

/** Each runnable example ends well, on the built packages, with nobody at the keyboard, and says what it is to say. */
export const runnableExamples: Step = {
  name: 'run examples',
  async run() {
    const found = entries();
    for (const { file, says } of found) {
      const output = await quietly(process.execPath, ['--import', 'tsx', file], { timeout: 60_000 });
      const line = existsSync(says) ? missing(output, readFileSync(says, 'utf8')) : undefined;
      if (line !== undefined) failOn([`${file} does not say, where it is expected: ${line}`, output]);
    }
    return { passed: found.length, failed: 0 };
  },
};
