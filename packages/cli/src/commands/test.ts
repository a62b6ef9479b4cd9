import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { ConfigurationError } from '@sallyport/core';
import { compilePolicies, loadPolicies, loadTests, type PolicyTestResult, runTests } from '@sallyport/server/policies';
import { EXIT, type ExitCode, Failure } from '../exit.js';
import { fileFailure } from '../terminal/files.js';
import type { Io } from '../terminal/io.js';
import { style } from '../terminal/style.js';
import { plain } from '../terminal/table.js';
import { meaningOf } from './unmatched.js';

/** What `test` was told besides the files. */
export interface TestOptions {
  readonly json?: boolean;
}

function load<T>(path: string, { cwd }: Io, read: (bytes: Uint8Array, file: string) => T): T {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(resolve(cwd, path));
  } catch (error) {
    throw fileFailure(path, error);
  }
  try {
    return read(bytes, path);
  } catch (error) {
    // The message names file, line and column.
    if (error instanceof ConfigurationError) throw new Failure(error.message, EXIT.usage);
    throw error;
  }
}

function describe({ test, passed, action, message, decidedBy }: PolicyTestResult, { print, colour }: Io): void {
  const { green, red, dim } = style(colour);
  const name = plain(test.name || `${test.tool} (line ${test.source.line})`);
  if (passed) {
    print(`${green('✓')} ${name}  ${dim(test.expect)}`);
    return;
  }
  print(`${red('✗')} ${name}  ${dim(`${plain(test.source.file)}:${test.source.line}`)}`);
  const wanted = test.expectMessage === undefined ? '' : `: ${plain(test.expectMessage)}`;
  print(`    expected ${test.expect}${wanted}`);
  const by = decidedBy === undefined ? '' : dim(`  ${plain(decidedBy.file)}:${decidedBy.line}`);
  print(`    got      ${action ?? 'an error'}: ${plain(message)}${by}`);
  const meaning = meaningOf(message);
  if (meaning !== undefined) print(dim(`             ${meaning}`));
}

const asJson = ({ test, passed, action, message, decidedBy }: PolicyTestResult): object => ({
  name: test.name,
  passed,
  expected: test.expect,
  action,
  message,
  source: test.source,
  decidedBy,
});

/** Runs a policy's test cases against the policy alone: no gateway, no log, no human. */
export async function test(policy: string, cases: string | undefined, options: TestOptions, io: Io): Promise<ExitCode> {
  const document = load(policy, io, loadPolicies);
  const tests = cases === undefined ? document.tests : load(cases, io, loadTests).tests;
  if (tests.length === 0) {
    throw new Failure(`${cases ?? policy} has no test cases.`, EXIT.usage, "Write them under 'tests'; see --help.");
  }
  const results = runTests(compilePolicies([document]), tests, Date.now());
  const failed = results.filter(({ passed }) => !passed).length;
  if (options.json === true) {
    io.print(JSON.stringify({ passed: results.length - failed, failed, results: results.map(asJson) }));
  } else {
    for (const result of results) describe(result, io);
    io.print(`${results.length - failed} passed, ${failed} failed`);
  }
  return failed === 0 ? EXIT.ok : EXIT.no;
}
