import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { type Running, running } from '../testing/running.js';

let t: Running;
beforeEach(async () => {
  t = await running();
});
afterEach(() => t.close());

describe('explain', () => {
  test('names the decision, the rule and its place', async () => {
    const { code, out } = await t.as('adminToken', 'explain', 'exec', 'rm -rf /');
    expect(code).toBe(0);
    expect(out[0]).toBe('deny  Destructive command blocked');
    expect(out.join('\n')).toMatch(/decided by {4}block-destructive, rule \d+ {2}embedded:standard:\d+/);
  });

  test.each([
    ['read', '/home/u/.ssh/id_rsa', 'SSH private key access blocked'],
    ['fetch', 'https://x.ngrok.io/', 'Potential data exfiltration domain blocked'],
  ])('%s takes its input as what it works on', async (tool, input, message) => {
    expect((await t.as('adminToken', 'explain', tool, input)).out[0]).toBe(`deny  ${message}`);
  });

  test('takes the view of the token that names the agent, and says which default applied and why', async () => {
    await t.close();
    t = await running({ rampart: { profile: 'none' } });
    await t.as('adminToken', 'tokens', 'create', '--name', 'ci');
    const { out } = await t.as('adminToken', 'explain', 'exec', 'make', '--agent', 'ci');
    const said = out.join('\n');
    expect(said).toMatch(/decided by {4}the default, deny: the token credential-\w+ names agent "ci"/);
    expect(said).toMatch(/asked as {6}agent ci, with the token credential-/);
    const { out: other } = await t.as('adminToken', 'explain', 'exec', 'make', '--agent', 'cd');
    expect(other.join('\n')).toContain('no token names agent "cd"');
  });

  test('a call that no rule speaks of: what that means, and what would allow it', async () => {
    await t.close();
    const folder = mkdtempSync(join(tmpdir(), 'sallyport-explain-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const policyFile = join(folder, 'policy.yaml');
    writeFileSync(
      policyFile,
      'version: "1"\npolicies:\n  - { name: git, rules: [{ action: allow, when: { command_matches: ["git *"] } }] }\n',
    );
    t = await running({ rampart: { policyFile } });
    const { out } = await t.as('adminToken', 'explain', 'exec', 'make');
    expect(out[0]).toBe('deny  project policy cannot weaken global default deny');
    expect(out[1]).toMatch(/^This means: no rule matched, and default_action is deny; a rule with "action: allow"/);
  });

  test('says what our user can do: the policy to add with its file, or the approval', async () => {
    const { out } = await t.as('adminToken', 'explain', 'exec', 'sudo ls');
    const said = out.join('\n');
    expect(said).toContain('  sallyport approvals approve ID');
    expect(said).toContain('user-overrides.yaml, in the folder that `serve --policies` is given:');
    expect(said).toMatch(/\n {16}- name: allow-exec-\w+\n {18}match:\n/);
    expect(said).not.toContain('rampart allow');
  });

  test.each([
    ['exec', 'command'],
    ['read', 'path'],
    ['fetch', 'url'],
  ])('%s without what it works on is a usage error that names it', async (tool, missing) => {
    for (const argv of [[tool], [tool, ' ']]) {
      const { code, err } = await t.as('adminToken', 'explain', ...argv);
      expect([code, err[0]]).toEqual([2, `error: The ${missing} is missing: ${tool} does nothing without one.`]);
    }
  });

  test('records nothing', async () => {
    await t.as('adminToken', 'explain', 'exec', 'ls');
    expect((await t.as('adminToken', 'verify', t.url, '--json')).out[0]).toContain('"count":0');
  });

  test('parameters that are no object are a usage error', async () => {
    expect((await t.as('adminToken', 'explain', 'mcp', '--params', '[1]')).code).toBe(2);
    expect((await t.as('adminToken', 'explain', 'mcp', 'x', '--params', '{}')).code).toBe(2);
  });
});
