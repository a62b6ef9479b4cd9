import { readFileSync } from 'node:fs';
import type { Tally } from './step.js';

const field = (value: unknown, name: string): unknown => Reflect.get(Object(value), name);

/** How many tests passed and failed, by vitest's JSON report; undefined when it did not get as far as writing one. */
export function readTally(file: string): Tally | undefined {
  try {
    const report: unknown = JSON.parse(readFileSync(file, 'utf8'));
    const failedTests = Number(field(report, 'numFailedTests'));
    const failedFiles = Number(field(report, 'numFailedTestSuites'));
    // A file that breaks before its first test counts as well.
    return { passed: Number(field(report, 'numPassedTests')), failed: Math.max(failedTests, failedFiles > 0 ? 1 : 0) };
  } catch {
    return undefined;
  }
}

/** The part of vitest's output that tells what failed. */
export function failuresIn(output: string): string {
  const lines = output.split('\n');
  const start = lines.findIndex((line) => /^⎯+ (Failed|Unhandled)/.test(line));
  return lines
    .slice(Math.max(0, start))
    .filter((line) => !/^JSON report written/.test(line))
    .join('\n')
    .trim();
}
