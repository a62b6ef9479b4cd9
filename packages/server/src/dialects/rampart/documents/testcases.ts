import type { Facts, PolicyTest, RuleAction, Source, Verdict } from '../policy/model.js';
import type { PolicySet } from '../policy/policy.js';
import { canonicalCall } from './canonical.js';
import { InvalidCallError } from './errors.js';
import { readTests } from './load-tests.js';
import { wildcardMatches } from './wildcard.js';
import { YamlValue } from './yaml-value.js';

/** A file of policy tests. */
export interface PolicyTestFile {
  /** The policy that it is written for, as it is named in the file. */
  readonly policy?: string;
  readonly tests: readonly PolicyTest[];
}

/** How one test came out. */
export interface PolicyTestResult {
  readonly test: PolicyTest;
  readonly passed: boolean;
  /** What was decided; absent when the call is none that could be decided on. */
  readonly action?: RuleAction;
  readonly message: string;
  /** The rule that decided; absent for defaults. */
  readonly decidedBy?: Source;
}

/**
 * Reads a file of policy tests: a list of `{name, tool, agent?, session?, params, response?, expect, expect_message?}`,
 * or a mapping that has it under `tests`.
 *
 * @throws PolicyLoadError naming file, line and column.
 * @example
 * ```ts
 * import { loadTests } from '@sallyport/server';
 *
 * loadTests('- { name: ls is fine, tool: exec, params: { command: ls }, expect: allow }', 'cases.yaml').tests.length; // 1
 * ```
 */
export function loadTests(source: string | Uint8Array, file: string): PolicyTestFile {
  const root = YamlValue.parse(source, file);
  if (root.isList) return { tests: readTests(root, 'tests') };
  const fields = root.fields('a test file', ['policy', 'tests']);
  const policy = fields.get('policy')?.string('policy');
  const tests = readTests(fields.get('tests') ?? root.fail('a test file needs tests'), 'tests');
  return { ...(policy !== undefined && { policy }), tests };
}

/**
 * Runs policy tests: each is a single call, the first of its kind, by a caller whom nothing restricts.
 *
 * @param now - the time of the calls, in milliseconds since the epoch.
 * @example
 * ```ts
 * import { compilePolicies, loadPolicies, loadTests, runTests } from '@sallyport/server';
 *
 * const policies = compilePolicies([loadPolicies('default_action: allow', 'all.yaml')]);
 * const { tests } = loadTests('- { tool: exec, params: { command: ls }, expect: allow }', 'cases.yaml');
 * runTests(policies, tests, Date.now()).every(({ passed }) => passed); // true
 * ```
 */
export function runTests(set: PolicySet, tests: readonly PolicyTest[], now: number): readonly PolicyTestResult[] {
  const facts: Facts = { now, callCount: () => 1, denyUnmatched: false };
  return tests.map((test) => runTest(set, test, facts));
}

function runTest(set: PolicySet, test: PolicyTest, facts: Facts): PolicyTestResult {
  try {
    const { action, message, deciding } = decide(set, test, facts);
    const passed = action === test.expect && wildcardMatches(test.expectMessage || '*', message);
    return { test, passed, action, message, ...(deciding && { decidedBy: deciding.rule.source }) };
  } catch (error) {
    if (!(error instanceof InvalidCallError)) throw error;
    return { test, passed: false, message: error.message };
  }
}

/** As the tool route decides: the output is only looked at when the call may be made, and then passes or does not. */
function decide(set: PolicySet, test: PolicyTest, facts: Facts): Pick<Verdict, 'action' | 'message' | 'deciding'> {
  const { call } = canonicalCall(test.tool, { params: test.params, session: test.session }, test.agent);
  const verdict = set.evaluate(call, facts);
  if (test.response === undefined || (verdict.action !== 'allow' && verdict.action !== 'watch')) return verdict;
  const scan = set.evaluateResponse(call, test.response);
  return scan.action === 'allow' || scan.action === 'watch' ? verdict : { ...scan, action: 'deny' };
}
