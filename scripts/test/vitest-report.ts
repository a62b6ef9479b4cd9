import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { ROOT } from '../setup/root.mjs';
import type { Tally } from './step.js';

/** What vitest's JSON reporter wrote. */
export interface VitestReport {
  readonly tally: Tally;
  /** One paragraph per test or file that failed. */
  readonly failures: readonly string[];
}

const field = (value: unknown, name: string): unknown => Reflect.get(Object(value), name);
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** A stack without the frames of the runner. */
const ours = (stack: string): string =>
  stack
    .split('\n')
    .filter((line) => !/^\s+at .*\/node_modules\//.test(line))
    .join('\n');

function failuresOf(file: unknown): readonly string[] {
  const name = relative(ROOT, String(field(file, 'name')));
  const tests = list(field(file, 'assertionResults')).filter((test) => field(test, 'status') === 'failed');
  if (tests.length === 0 && field(file, 'status') === 'failed') return [`${name}\n${String(field(file, 'message'))}`];
  return tests.map(
    (test) => `${name} > ${String(field(test, 'fullName'))}\n${ours(list(field(test, 'failureMessages')).join('\n'))}`,
  );
}

/** Reads the report; undefined when vitest did not get as far as writing one. */
export function readReport(file: string): VitestReport | undefined {
  let report: unknown;
  try {
    report = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
  const files = list(field(report, 'testResults'));
  const brokenFiles = files.filter(
    (result) => field(result, 'status') === 'failed' && list(field(result, 'assertionResults')).length === 0,
  );
  return {
    tally: {
      passed: Number(field(report, 'numPassedTests')),
      failed: Number(field(report, 'numFailedTests')) + brokenFiles.length,
    },
    failures: files.flatMap(failuresOf),
  };
}
