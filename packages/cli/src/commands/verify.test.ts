import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RampartEvent, rampartFormula } from '@sallyport/verify';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runCli } from '../testing/cli.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-cli-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const event = (command: string, id: string): RampartEvent => ({
  id,
  timestamp: '2026-04-11T14:30:00.000000000Z',
  agent: 'a',
  session: 's',
  host: { hostname: 'h', os: 'linux', arch: 'amd64' },
  tool: 'exec',
  request: { command },
  decision: { action: 'allow', evaluation_time_us: 1 },
});

function log(): string[] {
  let head = rampartFormula.genesis;
  return ['ls', 'pwd', 'date'].map((command, index) => {
    const { text, hash } = rampartFormula.seal(event(command, `id-${index}`), head);
    head = hash;
    return text;
  });
}

function write(lines: readonly string[]): string {
  const file = join(folder, 'audit.jsonl');
  writeFileSync(file, `${lines.join('\n')}\n`);
  return file;
}

test('a log that holds is verified, with exit code 0', async () => {
  const { code, out } = await runCli(['verify', write(log())]);
  expect(code).toBe(0);
  expect(out[0]).toBe('✓ 3 records verified');
});

test('the first bad record is named, with exit code 1', async () => {
  const lines = log().map((line) => line.replace('"pwd"', '"rm -rf /"'));
  const { code, out } = await runCli(['verify', write(lines)]);
  expect(code).toBe(1);
  expect(out[0]).toMatch(/^✗ record id-1, line 2: .* \[bad_hash\]$/);
});

test('--json says the same for scripts', async () => {
  const { code, out } = await runCli(['verify', write(log().slice(0, 2)), '--json']);
  expect(code).toBe(0);
  expect(JSON.parse(out.join('\n'))).toMatchObject({ ok: true, count: 2 });
});

test('a file that begins in the middle needs --range', async () => {
  const file = write(log().slice(1));
  expect((await runCli(['verify', file])).out[0]).toContain('[unanchored_range]');
  expect((await runCli(['verify', file, '--range'])).code).toBe(0);
});

test('a file that is not there is a usage error that names it', async () => {
  const { code, err } = await runCli(['verify', join(folder, 'none.jsonl')]);
  expect(code).toBe(2);
  expect(err[0]).toContain('none.jsonl: there is no such file.');
});

test('an empty file is no proof of anything: exit code 1', async () => {
  const file = join(folder, 'empty.jsonl');
  writeFileSync(file, '');
  const { code, err } = await runCli(['verify', file]);
  expect(code).toBe(1);
  expect(err[0]).toContain('holds no records');
});

test('a part of a log says how it can be verified', async () => {
  const { code, out } = await runCli(['verify', write(log().slice(1))]);
  expect(code).toBe(1);
  expect(out.join('\n')).toContain('--range');
});
