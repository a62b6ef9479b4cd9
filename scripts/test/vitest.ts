import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { quietly } from '../setup/child.mjs';
import { SetupError } from '../setup/progress.mjs';
import { CACHE, ROOT } from '../setup/root.mjs';
import { type Step, StepFailure } from './step.js';
import { failuresIn, readTally } from './vitest-report.js';

interface VitestOptions {
  /** Files and flags, as vitest takes them. */
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Runs the tests inside something: a script of ours and its arguments. */
  readonly inside?: readonly string[];
}

/** A step that is one run of vitest. */
export function vitest(name: string, { args = [], env = {}, inside = [] }: VitestOptions = {}): Step {
  return {
    name,
    async run() {
      mkdirSync(CACHE, { recursive: true });
      const report = join(CACHE, `${name}.json`);
      rmSync(report, { force: true });
      const command = [
        ...inside,
        join(ROOT, 'node_modules/vitest/vitest.mjs'),
        'run',
        '--config=vitest.workspace.ts',
        '--reporter=default',
        '--reporter=json',
        `--outputFile.json=${report}`,
        ...args,
      ];
      try {
        await quietly(process.execPath, command, { env: { ...process.env, NO_COLOR: '1', ...env } });
      } catch (error) {
        if (error instanceof SetupError) throw new StepFailure(failuresIn(error.message), readTally(report));
        throw error;
      }
      return readTally(report);
    },
  };
}
