import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { aegisFormula, meshguardFormula, type RampartEvent, rampartFormula } from '@sallyport/verify';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runCli } from '../testing/cli.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-cli-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** One of each day from the tenth of April on. */
const event = (command: string, index: number): RampartEvent => ({
  id: `id-${index}`,
  timestamp: `2026-04-${10 + index}T14:30:00.000000000Z`,
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
    const { text, hash } = rampartFormula.seal(event(command, index), head);
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

test('a file that only goes on from another is none either', async () => {
  const file = write([JSON.stringify({ chain_continue: `sha256:${'0'.repeat(64)}`, prev_file: '2026-04-10.jsonl' })]);
  const { code, err } = await runCli(['verify', file, '--range']);
  expect([code, err[0]]).toEqual([1, expect.stringContaining('holds no records')]);
});

test('a part of a log says how it can be verified', async () => {
  const { code, out } = await runCli(['verify', write(log().slice(1))]);
  expect(code).toBe(1);
  expect(out.join('\n')).toContain('--range');
});

test.each([
  ['meshguard', meshguardFormula],
  ['aegis', aegisFormula],
] as const)('a log of %s is read as that protocol writes it', async (dialect, formula) => {
  const file = write([formula.seal({ id: 'one' }, formula.genesis).text]);
  expect((await runCli(['verify', file, '--dialect', dialect])).code).toBe(0);
  const { code, out } = await runCli(['verify', file]);
  expect([code, out.at(-1)]).toEqual([1, expect.stringContaining('--dialect')]);
});

describe('several files of one log', () => {
  const KEY = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';

  /** Each list of lines as a file; the last line of each ends without a line break. */
  function days(...parts: readonly (readonly string[])[]): string[] {
    return parts.map((lines, index) => {
      const file = join(folder, `2026-04-1${index}.jsonl`);
      writeFileSync(file, lines.join('\n'));
      return file;
    });
  }

  const continuation = (line: string): string =>
    JSON.stringify({ chain_continue: JSON.parse(line).hash, prev_file: '2026-04-10.jsonl' });

  test('are one chain, across the lines that continue it', async () => {
    const [one = '', two = '', three = ''] = log();
    const { code, out } = await runCli(['verify', ...days([one], [continuation(one), two], [three])]);
    expect([code, out[0]]).toEqual([0, '✓ 3 records in 3 files verified']);
  });

  test('the bad record is named with its file and its line there', async () => {
    const [one = '', two = '', three = ''] = log();
    const files = days([one], [continuation(one), two.replace('pwd', 'rm')], [three]);
    const { code, out } = await runCli(['verify', ...files]);
    expect(code).toBe(1);
    expect(out[0]).toContain(`record id-1, ${files[1]}:2:`);
    const { out: json } = await runCli(['verify', ...files, '--json']);
    expect(JSON.parse(json.join(''))).toMatchObject({ ok: false, files: 3, firstBad: { file: files[1], line: 2 } });
  });

  test('a day that is missing, or out of order, is found and said how it should be', async () => {
    const files = days(...log().map((line) => [line]));
    for (const wrong of [
      [0, 2],
      [0, 2, 1],
    ]) {
      const { code, out } = await runCli(['verify', ...wrong.map((index) => files[index] ?? '')]);
      expect(code).toBe(1);
      expect(out[0]).toMatch(/12\.jsonl:1: .*\[broken_link\]$/);
      expect(out.at(-1)).toContain('oldest first');
    }
    expect((await runCli(['verify', ...files.slice(1)])).out[0]).toContain('[unanchored_range]');
    expect((await runCli(['verify', ...files.slice(1), '--range'])).code).toBe(0);
  });

  test('an empty one among them is no proof of anything', async () => {
    const [one = '', two = ''] = log();
    const { code, err } = await runCli(['verify', ...days([one], [''], [two])]);
    expect([code, err[0]]).toEqual([1, expect.stringContaining('2026-04-11.jsonl holds no records')]);
  });

  test('one that cannot be read is a usage error', async () => {
    const [first = ''] = days(log());
    expect((await runCli(['verify', first, join(folder, 'none.jsonl')])).code).toBe(2);
  });

  test.each([
    [['http://a.test', 'b.jsonl'], 'A URL is verified alone.'],
    [['-', '-'], 'There is one standard input.'],
    [['a.jsonl', '--key', 'abc'], 'not of the form name+keyid+base64'],
    [['http://a.test', '--key', 'abc'], 'not of the form name+keyid+base64'],
    [['a.jsonl', '--key', KEY], 'a file holds nothing that is signed'],
    [['a.jsonl', '--dialect', 'vargate'], 'Logs of vargate cannot be verified yet'],
  ])('%j is a usage error that says why', async (argv, said) => {
    const { code, err } = await runCli(['verify', ...argv]);
    expect([code, err[0]]).toEqual([2, expect.stringContaining(said)]);
  });
});
