import { readFileSync } from 'node:fs';
import type { Tally } from './step.js';

const field = (value: unknown, name: string): unknown => Reflect.get(Object(value), name);

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** A file that failed though none of its tests did: it could not be loaded, or its set-up broke. */
const isBroken = (file: unknown): boolean =>
  field(file, 'status') === 'failed' &&
  !list(field(file, 'assertionResults')).some((test) => field(test, 'status') === 'failed');

/** How many tests passed and failed, by vitest's JSON report; undefined when it did not get as far as writing one. */
export function readTally(file: string): Tally | undefined {
  try {
    const report: unknown = JSON.parse(readFileSync(file, 'utf8'));
    const broken = list(field(report, 'testResults')).filter(isBroken).length;
    return {
      passed: Number(field(report, 'numPassedTests')),
      failed: Number(field(report, 'numFailedTests')) + broken,
    };
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
    .filter((line) => !/^JSON report written| ended with \d+\.$/.test(line))
    .join('\n')
    .trim();
}
