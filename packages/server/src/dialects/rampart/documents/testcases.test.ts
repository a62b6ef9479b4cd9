import { describe, expect, it } from 'vitest';
import { compilePolicies } from '../policy/compile.js';
import { loadPolicies } from './load.js';
import { loadTests, runTests } from './testcases.js';
import { wildcardMatches } from './wildcard.js';

const POLICY = `default_action: ask
policies:
  - name: p
    match: { session: main }
    rules:
      - { action: deny, message: No rm here, when: { command_matches: ["rm *"] } }
      - { action: allow, when: { command_matches: ["ls *"] } }
  - name: leaks
    rules: [{ action: deny, message: leak, when: { response_matches: [secret] } }]
tests:
  - { name: inline, tool: exec, session: main, params: { command: rm x }, expect: deny }
`;

const document = loadPolicies(POLICY, 'p.yaml');
const set = compilePolicies([document]);
const run = (yaml: string) => runTests(set, loadTests(yaml, 'cases.yaml').tests, Date.UTC(2027, 0));

describe('policy tests', () => {
  it('run from the policy file itself', () => {
    expect(runTests(set, document.tests, 0)).toEqual([
      {
        test: document.tests[0],
        passed: true,
        action: 'deny',
        message: 'No rm here',
        decidedBy: { file: 'p.yaml', line: 6 },
      },
    ]);
  });

  it('tell what was decided instead, and where the test stands', () => {
    const [result] = run('- tool: exec\n  session: main\n  params: { command: ls x }\n  expect: deny\n');
    expect(result).toMatchObject({
      passed: false,
      action: 'allow',
      decidedBy: { file: 'p.yaml', line: 7 },
      test: { source: { file: 'cases.yaml', line: 1 } },
    });
  });

  it('may look at the message', () => {
    const cases = ['No rm here', 'No*', '*r? h*', 'no rm here', 'No', ''].map(
      (text) => `- { tool: exec, session: main, params: { command: rm x }, expect: deny, expect_message: "${text}" }\n`,
    );
    expect(run(cases.join('')).map(({ passed }) => passed)).toEqual([true, true, true, false, false, true]);
  });

  it('give session and agent', () => {
    expect(run('- { tool: exec, session: other, params: { command: rm x }, expect: ask }\n')[0]?.passed).toBe(true);
    expect(run('- { tool: exec, params: { command: rm x }, expect: ask }\n')[0]?.test.agent).toBe('test');
  });

  it('scan a response when the call itself is allowed', () => {
    const yaml = `
- { tool: exec, session: main, params: { command: ls x }, response: the secret, expect: deny, expect_message: leak }
- { tool: exec, session: main, params: { command: ls x }, response: nothing, expect: allow }
- { tool: exec, session: main, params: { command: rm x }, response: the secret, expect: deny, expect_message: No rm here }
`;
    expect(run(yaml).map(({ passed }) => passed)).toEqual([true, true, true]);
  });

  it('fail on a call that could not be made', () => {
    const yaml = '- { tool: EXEC, expect: deny }\n- { tool: exec, params: { command: 7 }, expect: deny }\n';
    expect(run(yaml)).toMatchObject([
      { passed: false, message: 'invalid tool name: reserved tool name "EXEC" must use canonical spelling "exec"' },
      { passed: false, message: 'invalid tool input: command must be a string' },
    ]);
  });

  it('come as a list or under tests', () => {
    const wrapped = loadTests('policy: ./p.yaml\ntests:\n  - { tool: exec, expect: log }\n', 'cases.yaml');
    expect(wrapped).toMatchObject({ policy: './p.yaml', tests: [{ tool: 'exec', expect: 'watch' }] });
    expect(() => loadTests('policy: x\n', 'cases.yaml')).toThrow('engine: a test file needs tests (cases.yaml:1:1)');
    expect(() => loadTests('', 'cases.yaml')).toThrow('engine: a test file must be a mapping (cases.yaml:1:1)');
  });
});

describe('wildcardMatches', () => {
  it.each([
    ['*', '', true],
    ['', '', true],
    ['', 'a', false],
    ['a*b*c', 'a/x b y/c', true],
    ['a*b*c', 'acb', false],
    ['?', '', false],
    ['*ab', 'aab', true],
    ['**a**', 'bab', true],
  ])('%j and %j: %s', (pattern, text, fits) => expect(wildcardMatches(pattern, text)).toBe(fits));
});
