import { join } from 'node:path';
import { quietly } from '../../setup/child.mjs';
import { SetupError } from '../../setup/progress.mjs';
import { CACHE } from '../../setup/root.mjs';
import { pack } from '../packages/pack.js';
import { type Step, StepFailure, type Tally } from '../step.js';

const RUNNER = 'packages/private/consumers/src/main.ts';
const LINES = ['20', '22', '24', '26'];

function tallyOf(output: string): Tally | undefined {
  const [, passed, failed] = /^(\d+) passed, (\d+) failed$/m.exec(output) ?? [];
  return passed === undefined ? undefined : { passed: Number(passed), failed: Number(failed) };
}

/** The packages as a user gets them, in projects as users have them, on every line of Node that we promise. */
const consumers: Step = {
  name: 'packed',
  async run() {
    const [first] = await pack();
    if (first === undefined) throw new StepFailure('There is nothing to pack.');
    const tarballs = join(first.file, '..');
    const args = ['--import', 'tsx', RUNNER, '--tarballs', tarballs, '--cache', CACHE, '--node', LINES.join(',')];
    try {
      return tallyOf(await quietly(process.execPath, args));
    } catch (error) {
      if (error instanceof SetupError) throw new StepFailure(error.message, tallyOf(error.message));
      throw error;
    }
  },
};

export const packedSteps: readonly Step[] = [consumers];
