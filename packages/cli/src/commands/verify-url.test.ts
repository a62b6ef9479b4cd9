import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { runCli } from '../testing/cli.js';
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

  describe('of a log that the gateway itself refuses', () => {
    /** A gateway that answers every question so. */
    async function answering(status: number, body: object): Promise<string> {
      const server = createServer((_request, response) => {
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
      });
      onTestFinished(() => void server.close());
      await once(server.listen(0, '127.0.0.1'), 'listening');
      const address = server.address();
      return `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
    }
    const WHAT = 'Chain "rampart" does not verify at 01KAHX (bad_hash: its hash is not the one of its text).';

    test.each([
      ['rampart', { error: WHAT }, '01KAHX'],
      ['rampart', { error: 'internal error', code: 'ledger_damaged' }, 'internal error'],
      ['meshguard', { error: WHAT, message: 'no' }, '01KAHX'],
      ['aegis', { error_code: 'AEGIS-AUD-003', message: 'the audit log was changed' }, 'the audit log was changed'],
    ])('%s says %j', async (dialect, body, told) => {
      const url = await answering(500, body);
      const { code, err } = await runCli(['verify', url, '--dialect', dialect, '--token', 'x'.repeat(16)]);
      expect(code).toBe(1);
      expect(err[0]).toMatch(/^error: The gateway refuses its own audit log: /);
      expect(err[0]).toContain(told);
    });

    test('another failure is one, and no silence', async () => {
      const url = await answering(500, { error: 'internal error' });
      const { code, err } = await runCli(['verify', url, '--token', 'x'.repeat(16)]);
      expect([code, err[0]]).toEqual([4, expect.stringContaining(`${url} failed`)]);
      expect(err.join()).not.toContain('Nothing answers');
    });

    test('it knows after a restart what somebody rewrote far back', async () => {
      await t.close();
      const folder = mkdtempSync(join(tmpdir(), 'sallyport-damaged-'));
      onTestFinished(() => rmSync(folder, { recursive: true }));
      const store = `sqlite:${join(folder, 'gateway.db')}`;
      t = await running({ store });
      await Promise.all(Array.from({ length: 1400 }, (_, at) => t.exec(`git show ${at}`)));
      const { out } = await t.as('adminToken', 'verify', t.url, '--json');
      expect(JSON.parse(out[0] ?? '')).toMatchObject({ ok: true, count: 1400 });
      await t.close();
      const file = join(folder, 'gateway.db');
      const bytes = readFileSync(file);
      bytes.set(Buffer.from('git shaw 100"'), bytes.indexOf('git show 100"'));
      writeFileSync(file, bytes);
      t = await running({ store });
      const { code, out: told } = await t.as('adminToken', 'verify', t.url);
      expect([code, told[0]]).toEqual([1, expect.stringMatching(/^✗ record \w{26}, line \d+: .*\[bad_hash\]$/)]);
    });
  });
});
