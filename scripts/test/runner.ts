import { SetupError, seconds, spin } from '../setup/progress.mjs';
import { type Step, StepFailure, type Tally } from './step.js';

const WIDTH = 14;

function line(mark: string, step: Step, ms: number, tally: Tally | undefined): string {
  const tests =
    tally === undefined ? '' : `   ${tally.passed} passed${tally.failed > 0 ? `, ${tally.failed} failed` : ''}`;
  return `${mark} ${step.name.padEnd(WIDTH)} ${seconds(ms).padStart(8)}${tests}`;
}

function explain(error: unknown): string {
  if (error instanceof StepFailure || error instanceof SetupError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/**
 * Runs the steps in order and stops at the first that fails, unless told to go on. A step counts as one, and so does
 * each test within it.
 *
 * @returns whether everything passed
 */
export async function runSteps(steps: readonly Step[], { keepGoing = false } = {}): Promise<boolean> {
  let passed = 0;
  let failed = 0;
  for (const step of steps) {
    const started = performance.now();
    try {
      const tally = await spin(step.name, () => step.run());
      console.log(line('✓', step, performance.now() - started, tally));
      passed += 1 + (tally?.passed ?? 0);
    } catch (error) {
      const tally = error instanceof StepFailure ? error.tally : undefined;
      console.log(line('✗', step, performance.now() - started, tally));
      console.log(`\n${explain(error)}\n`);
      passed += tally?.passed ?? 0;
      failed += Math.max(1, tally?.failed ?? 0);
      if (!keepGoing) break;
    }
  }
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0;
}
