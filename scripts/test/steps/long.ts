import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { files } from '../../setup/files.mjs';
import { ROOT } from '../../setup/root.mjs';
import type { Step } from '../step.js';
import { vitest } from '../vitest.js';

/** Test files that speak of something: those are the ones worth running longer. */
function testsWith(pattern: RegExp): readonly string[] {
  return files(join(ROOT, 'packages'))
    .filter((file) => file.endsWith('.test.ts') && pattern.test(readFileSync(file, 'utf8')))
    .map((file) => relative(ROOT, file));
}

/** What takes too long for every change, and must hold for every release. */
export const longSteps: readonly Step[] = [
  vitest('postgres', {
    inside: ['scripts/postgres.mjs', process.execPath],
    // Every suite that is run on each kind of store, one of them being PostgreSQL now.
    args: testsWith(/testing\/stores\.js|support\/settings\.js/),
  }),
  vitest('fuzz', {
    env: { SALLYPORT_FUZZ_RUNS: '2000' },
    args: ['--testTimeout=600000', ...testsWith(/'fast-check'/)],
  }),
  vitest('crash', {
    env: { SALLYPORT_CRASH_ROUNDS: '20' },
    args: ['--testTimeout=600000', ...testsWith(/SALLYPORT_CRASH_ROUNDS/)],
  }),
];
