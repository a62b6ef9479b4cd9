import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { quietly } from '../setup/child.mjs';
import { SetupError } from '../setup/progress.mjs';
import { CACHE, ROOT } from '../setup/root.mjs';
import { type Step, StepFailure, type Tally } from './step.js';

interface VitestOptions {
  /** Files and flags, as vitest takes them. */
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Runs the tests inside something: a script of ours and its arguments. */
  readonly inside?: readonly string[];
}

function tallyOf(file: string): Tally | undefined {
  try {
    const report: unknown = JSON.parse(readFileSync(file, 'utf8'));
    const count = (field: string): number => Number(Reflect.get(Object(report), field));
    return { passed: count('numPassedTests'), failed: count('numFailedTests') };
  } catch {
    // Vitest did not get as far as reporting; its own output says why.
    return undefined;
  }
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
        '--reporter=dot',
        '--reporter=json',
        `--outputFile.json=${report}`,
        ...args,
      ];
      try {
        await quietly(process.execPath, command, { env: { ...process.env, ...env } });
      } catch (error) {
        if (!(error instanceof SetupError)) throw error;
        throw new StepFailure(error.message, tallyOf(report));
      }
      return tallyOf(report);
    },
  };
}
