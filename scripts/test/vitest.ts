import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { quietly } from '../setup/child.mjs';
import { SetupError } from '../setup/progress.mjs';
import { CACHE, ROOT } from '../setup/root.mjs';
import { type Step, StepFailure } from './step.js';
import { readReport } from './vitest-report.js';

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
      const file = join(CACHE, `${name}.json`);
      rmSync(file, { force: true });
      const vitestArgs = [
        'run',
        '--config=vitest.workspace.ts',
        '--reporter=json',
        `--outputFile.json=${file}`,
        ...args,
      ];
      const command = [...inside, join(ROOT, 'node_modules/vitest/vitest.mjs'), ...vitestArgs];
      try {
        await quietly(process.execPath, command, { env: { ...process.env, ...env } });
      } catch (error) {
        if (!(error instanceof SetupError)) throw error;
        const report = readReport(file);
        // Without a failure in the report it was something else: an unhandled rejection, a fault of the runner.
        const said = report === undefined || report.failures.length === 0 ? [error.message] : report.failures;
        throw new StepFailure(said.join('\n\n'), report?.tally);
      }
      return readReport(file)?.tally;
    },
  };
}
