import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Running, running } from '../testing/running.js';

const OTHER_KEY = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';

let t: Running;
beforeEach(async () => {
  t = await running();
});
afterEach(() => t.close());

describe('verify URL', () => {
  const memory = () => join(t.cwd, 'memory.json');

  test("a gateway's log is fetched and checked", async () => {
    await t.exec('ls');
    await t.exec('rm -rf /');
    const { code, out } = await t.as('adminToken', 'verify', t.url);
    expect([code, out[0]]).toEqual([0, '✓ 2 records verified']);
  });

  test('what was signed before is remembered, and growth is proved', async () => {
    await t.exec('ls');
    const first = await t.as('adminToken', 'verify', t.url, '--remember', 'memory.json');
    expect(first.err[0]).toMatch(/^Remembered in memory\.json, with the key sallyport\+/);
    await t.exec('pwd');
    expect((await t.as('adminToken', 'verify', t.url, '--remember', 'memory.json')).code).toBe(0);
    expect(JSON.parse(readFileSync(memory(), 'utf8')).state.size).toBe(2);
  });

  test('a log that began anew is found out', async () => {
    await t.exec('ls');
    await t.exec('pwd');
    await t.as('adminToken', 'verify', t.url, '--remember', 'memory.json');
    await t.gateway.inject({
      method: 'POST',
      url: '/__sallyport/reset',
      headers: { authorization: `Bearer ${t.token('adminToken')}` },
    });
    await t.exec('ls');
    const { code, err } = await t.as('adminToken', 'verify', t.url, '--remember', 'memory.json');
    expect(code).toBe(1);
    expect(err[0]).toContain('[cut_tail]');
  });

  test('--key holds the log to what is signed with it now', async () => {
    await t.exec('ls');
    await t.as('adminToken', 'verify', t.url, '--remember', 'memory.json');
    const { key } = JSON.parse(readFileSync(memory(), 'utf8'));
    expect((await t.as('adminToken', 'verify', t.url, '--key', key)).code).toBe(0);
    const { code, err } = await t.as('adminToken', 'verify', t.url, '--key', OTHER_KEY);
    expect([code, err[0]]).toEqual([1, expect.stringContaining('[unknown_key]')]);
    expect(err[1]).toContain('--key');
  });

  test('--key holds a remembered checkpoint, and so a file, to its signature', async () => {
    await t.exec('ls');
    await t.as('adminToken', 'verify', t.url, '--remember', 'memory.json');
    const { body } = await t.gateway.inject({
      url: '/sallyport/v1/log/rampart/export',
      headers: { authorization: `Bearer ${t.token('adminToken')}` },
    });
    writeFileSync(join(t.cwd, 'backup.jsonl'), body);
    const { key } = JSON.parse(readFileSync(memory(), 'utf8'));
    const verify = (...argv: string[]) => t.as('adminToken', 'verify', 'backup.jsonl', ...argv);
    expect((await verify('--remember', 'memory.json', '--key', key)).code).toBe(0);
    const other = await verify('--remember', 'memory.json', '--key', OTHER_KEY);
    expect([other.code, other.err[0]]).toEqual([1, expect.stringContaining('[unknown_key]')]);
  });

  test('a memory that somebody changed is not believed', async () => {
    await t.exec('ls');
    await t.exec('pwd');
    await t.as('adminToken', 'verify', t.url, '--remember', 'memory.json');
    const known = JSON.parse(readFileSync(memory(), 'utf8'));
    known.state.note = known.state.note.replace('\n2\n', '\n1\n');
    writeFileSync(memory(), JSON.stringify(known));
    writeFileSync(join(t.cwd, 'cut.jsonl'), '');
    const { code, err } = await t.as('adminToken', 'verify', 'cut.jsonl', '--remember', 'memory.json');
    expect([code, err[0]]).toEqual([1, expect.stringContaining('[bad_signature]')]);
  });

  test('a file is held to the memory too', async () => {
    await t.exec('ls');
    await t.as('adminToken', 'verify', t.url, '--remember', 'memory.json');
    writeFileSync(join(t.cwd, 'empty.jsonl'), '');
    const { out } = await t.as('adminToken', 'verify', 'empty.jsonl', '--remember', 'memory.json');
    expect(out[0]).toContain('[cut_tail]');
  });

  test('another key than the remembered one is not believed', async () => {
    await t.exec('ls');
    await t.as('adminToken', 'verify', t.url, '--remember', 'memory.json');
    const other = JSON.parse(readFileSync(memory(), 'utf8'));
    other.key = OTHER_KEY;
    writeFileSync(memory(), JSON.stringify(other));
    const { code, err } = await t.as('adminToken', 'verify', t.url, '--remember', 'memory.json');
    expect(code).toBe(1);
    expect(err[0]).toContain('[unknown_key]');
  });
});
