import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fromSource } from './support/from-source.js';
import { startGateway, type TestGateway } from './support/gateway.js';

const run = promisify(execFile);
const readme = readFileSync(new URL('../../../../README.md', import.meta.url), 'utf8');

const fences = (language: string): readonly string[] =>
  [...readme.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(([, code = '']) => code);

/** What a snippet says it prints: the comment lines below a `console.log`. */
const promised = (code: string): readonly string[] =>
  [...code.matchAll(/console\.log\(.*\);\n((?:\/\/ .*\n)+)/g)].flatMap(([, comments = '']) =>
    comments
      .trim()
      .split('\n')
      .map((line) => line.replace(/^\/\/ /, '')),
  );

describe('README', () => {
  let gateway: TestGateway;
  let folder: string;
  let env: NodeJS.ProcessEnv;
  beforeAll(async () => {
    // Below a package that depends on what the snippets import, as a user's project does.
    folder = mkdtempSync(join(import.meta.dirname, '../.readme-'));
    writeFileSync(join(folder, 'policy.yaml'), fences('yaml')[0] ?? '');
    gateway = await startGateway();
    env = {
      ...process.env,
      RAMPART_URL: gateway.url,
      RAMPART_TOKEN: gateway.token,
      MESHGUARD_GATEWAY_URL: gateway.url,
      MESHGUARD_AGENT_TOKEN: gateway.credentials['meshguard']?.['agentToken'],
      AEGIS_ENDPOINT: gateway.url,
      AEGIS_API_KEY: gateway.credentials['aegis']?.['apiKey'],
      NO_COLOR: '1',
    };
  });
  afterAll(async () => {
    await gateway.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const cli = (args: readonly string[], token: string) =>
    run(process.execPath, fromSource('../../../../cli/src/bin.ts', args), { env: { ...env, RAMPART_TOKEN: token } });

  test('has the snippets that these tests run', () => {
    expect(fences('ts').length).toBeGreaterThanOrEqual(4);
    expect(fences('yaml')).toHaveLength(1);
  });

  for (const [index, code] of fences('ts').entries()) {
    test(`TypeScript snippet ${index + 1} runs and prints what it says`, async () => {
      const file = join(folder, `snippet-${index}.ts`);
      writeFileSync(file, code);
      const { stdout } = await run(process.execPath, fromSource(file, []), { env });
      expect(stdout.trim().length).toBeGreaterThan(0);
      for (const line of promised(code)) expect(stdout).toContain(line);
    });
  }

  test('the policy does what its text says', async () => {
    const cases = [
      { name: 'publishing asks', tool: 'exec', params: { command: 'npm publish' }, expect: 'ask' },
      { name: 'git is allowed', tool: 'exec', params: { command: 'git status' }, expect: 'allow' },
      { name: 'removing is denied', tool: 'exec', params: { command: 'rm -rf build' }, expect: 'deny' },
      { name: 'the rest is denied', tool: 'exec', params: { command: 'ls' }, expect: 'deny' },
    ];
    // JSON is YAML.
    writeFileSync(join(folder, 'cases.yaml'), JSON.stringify(cases));
    await cli(['test', join(folder, 'policy.yaml'), join(folder, 'cases.yaml')], gateway.token);
  });

  test('its CLI lines work: explain, approvals list and approve, verify', async () => {
    const explained = await cli(['explain', 'exec', 'npm publish'], gateway.adminToken);
    expect(explained.stdout).toContain('allow');
    const asked = await fetch(`${gateway.url}/v1/tool/exec`, {
      method: 'POST',
      headers: { authorization: `Bearer ${gateway.token}` },
      body: JSON.stringify({ params: { command: 'sudo id' } }),
    });
    const { approval_id: id } = Object(await asked.json());
    const listed = await cli(['approvals', 'list'], gateway.approverToken);
    expect(listed.stdout).toContain(String(id));
    await cli(['approvals', 'approve', String(id), '--by', 'alice'], gateway.approverToken);
    const verified = await cli(['verify', gateway.url], gateway.adminToken);
    expect(verified.stdout).toMatch(/verif|hold|intact/i);
  });
});
