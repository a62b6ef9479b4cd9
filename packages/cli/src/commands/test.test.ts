import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type CliRun, runCli } from '../testing/cli.js';

let cwd = '';
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'sallyport-cli-'));
  writeFileSync(join(cwd, 'policy.yaml'), POLICY);
});
afterEach(() => rmSync(cwd, { recursive: true }));

const POLICY = `version: "1"
default_action: deny
policies:
  - name: releases
    match: { tool: exec }
    rules:
      - action: ask
        when: { command_matches: ["npm publish*"] }
        message: Publishing needs a human
      - action: allow
        when: { command_matches: ["git *"] }
tests:
  - { name: publishing, tool: exec, params: { command: npm publish }, expect: ask, expect_message: Publishing* }
  - { name: git, tool: exec, params: { command: git status }, expect: allow }
`;

const run = (...argv: string[]): Promise<CliRun> => runCli(['test', ...argv], { cwd });

test('a policy is held to the cases in its own file', async () => {
  const { code, out } = await run('policy.yaml');
  expect(out).toEqual(['✓ publishing  ask', '✓ git  allow', '2 passed, 0 failed']);
  expect(code).toBe(0);
});

test('a case that fails says what was expected, what came, and which rule decided', async () => {
  writeFileSync(
    join(cwd, 'cases.yaml'),
    '- { name: wrong, tool: exec, params: { command: git push }, expect: deny }\n',
  );
  const { code, out } = await run('policy.yaml', 'cases.yaml');
  expect(code).toBe(1);
  expect(out[0]).toBe('✗ wrong  cases.yaml:1');
  expect(out[1]).toBe('    expected deny');
  expect(out[2]).toMatch(/^ {4}got {6}allow: .*policy\.yaml:10$/);
  expect(out.at(-1)).toBe('0 passed, 1 failed');
});

test('a case that no rule speaks of says what that means, and what would allow it', async () => {
  writeFileSync(join(cwd, 'cases.yaml'), '- { name: other, tool: exec, params: { command: make }, expect: allow }\n');
  const { out } = await run('policy.yaml', 'cases.yaml');
  expect(out[2]).toBe('    got      deny: project policy cannot weaken global default deny');
  expect(out[3]?.trim()).toBe(
    'no rule matched, and default_action is deny; a rule with "action: allow" that matches the call would allow it',
  );
});

test('--json gives every result to scripts', async () => {
  const { out } = await run('policy.yaml', '--json');
  expect(JSON.parse(out.join('\n'))).toMatchObject({
    passed: 2,
    failed: 0,
    results: [{ name: 'publishing', passed: true, expected: 'ask', action: 'ask' }, { name: 'git' }],
  });
});

test('a policy that does not load is a usage error with line and column', async () => {
  writeFileSync(join(cwd, 'policy.yaml'), 'version: "1"\npolicies:\n  - rules: [\n');
  const { code, err } = await run('policy.yaml');
  expect(code).toBe(2);
  expect(err[0]).toMatch(/policy\.yaml:\d+:\d+/);
});

test('a policy without cases is a usage error', async () => {
  writeFileSync(join(cwd, 'policy.yaml'), 'version: "1"\n');
  expect((await run('policy.yaml')).err[0]).toContain('has no test cases');
});
