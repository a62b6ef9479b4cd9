import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { failuresIn, readTally } from './vitest-report.js';

test('a file that broke before its first test counts as a failure', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-scripts-'));
  const file = join(folder, 'report.json');
  const testResults = [
    { status: 'failed', assertionResults: [{ status: 'failed' }] },
    { status: 'failed', assertionResults: [] },
    { status: 'passed', assertionResults: [{ status: 'passed' }] },
  ];
  writeFileSync(file, JSON.stringify({ numPassedTests: 1, numFailedTests: 1, testResults }));
  expect(readTally(file)).toEqual({ passed: 1, failed: 2 });
  rmSync(folder, { recursive: true });
  expect(readTally(file)).toBeUndefined();
});

test('of the output, only what failed is shown', () => {
  const output = [
    ' ✓ a.test.ts',
    '⎯⎯⎯ Failed Tests 1 ⎯⎯⎯',
    'why',
    'JSON report written to x',
    'node vitest ended with 1.',
  ];
  expect(failuresIn(output.join('\n'))).toBe('⎯⎯⎯ Failed Tests 1 ⎯⎯⎯\nwhy');
  expect(failuresIn('No test files found')).toBe('No test files found');
});
