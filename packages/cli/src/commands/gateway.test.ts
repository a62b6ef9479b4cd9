import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGateway, type Gateway } from '@sallyport/server';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type CliRun, runCli } from '../testing/cli.js';
import { watch } from './watch.js';

const OTHER_KEY = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';

let cwd = '';
let gateway: Gateway;
let url = '';

beforeEach(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'sallyport-cli-'));
  gateway = await createGateway({ dev: true, seed: 'cli' });
  url = await gateway.listen({ port: 0 });
});
afterEach(async () => {
  await gateway.close();
  rmSync(cwd, { recursive: true });
});

const token = (name: 'token' | 'approverToken' | 'adminToken'): string => gateway.credentials['rampart']?.[name] ?? '';

function as(who: 'token' | 'approverToken' | 'adminToken', ...argv: string[]): Promise<CliRun> {
  return runCli(argv, { cwd, env: { RAMPART_URL: url, RAMPART_TOKEN: token(who) } });
}

async function exec(command: string, more: object = {}): Promise<Record<string, unknown>> {
  const { body } = await gateway.inject({
    method: 'POST',
    url: '/v1/tool/exec',
    headers: { authorization: `Bearer ${token('token')}` },
    payload: { agent: 'builder', session: 's', params: { command }, ...more },
  });
  return JSON.parse(body);
}

describe('approvals', () => {
  const waiting = async (): Promise<string> => String((await exec('sudo apt install jq'))['approval_id']);

  test('list shows what is waiting, for people and for scripts', async () => {
    expect((await as('approverToken', 'approvals', 'list')).out).toEqual(['Nothing is waiting.']);
    const id = await waiting();
    const { out } = await as('approverToken', 'approvals', 'list');
    expect(out[1]).toMatch(new RegExp(`^${id} .* rampart +builder +exec: sudo apt install jq +Privileged execution`));
    const { out: json } = await as('approverToken', 'approvals', 'list', '--json');
    expect(JSON.parse(json.join(''))).toMatchObject([{ id, status: 'pending', tool: 'exec', agent: 'builder' }]);
  });

  test('approve answers once, under the name that was given', async () => {
    const id = await waiting();
    const { code, out } = await as('approverToken', 'approvals', 'approve', id, '--by', 'alice', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(out.join(''))).toMatchObject({ id, status: 'approved', resolvedBy: 'alice' });
    const again = await as('approverToken', 'approvals', 'deny', id);
    expect(again.code).toBe(3);
    expect(again.err[0]).toBe(
      `error: The gateway refused: Approval ${id} was already approved by alice; an answer cannot be changed.`,
    );
  });

  test('deny refuses', async () => {
    const { out } = await as('adminToken', 'approvals', 'deny', await waiting(), '--note', 'not today');
    expect(out).toEqual(['denied exec: sudo apt install jq']);
  });

  test("an agent's credential can never approve", async () => {
    const { code, err } = await as('token', 'approvals', 'approve', await waiting());
    expect(code).toBe(3);
    expect(err[1]).toBe("Approvals take an approver's token or an admin's; everything else an admin's.");
  });

  test('watch shows each call as it comes, until it is told to stop', async () => {
    const id = await waiting();
    const stop = new AbortController();
    const lines: string[] = [];
    const { code } = await runCli(['approvals', 'watch', '--json'], {
      env: { RAMPART_URL: url, RAMPART_TOKEN: token('approverToken') },
      signal: stop.signal,
      print: (line) => {
        lines.push(line);
        stop.abort();
      },
    });
    expect(code).toBe(0);
    expect(lines.map((line) => JSON.parse(line).id)).toEqual([id]);
  });
});

describe('what a human has to see', () => {
  test('list shows every argument, and one long call does not widen the others', async () => {
    const command = `sudo ${'x'.repeat(200)}\nls`;
    await exec(command, { params: { command, api_key: 'hunter2' } });
    const { out } = await as('approverToken', 'approvals', 'list');
    expect(out[1]).toMatch(/ exec: sudo x+… {2}/);
    expect(out[2]).toBe(`  ${JSON.stringify({ tool: 'exec', params: { command, api_key: '[REDACTED]' } })}`);
    expect(out[0]?.indexOf('WHY')).toBeLessThan(130);
    const { out: json } = await as('approverToken', 'approvals', 'list', '--json');
    expect(JSON.parse(json.join(''))).toMatchObject([{ call: { params: { command, api_key: '[REDACTED]' } } }]);
  });
});

describe('approvals watch', () => {
  const pace = { interval: 5, maxInterval: 20 };

  /** Runs until a line on either stream makes `act` say that it is enough. */
  async function watching(json: boolean, act: (line: string) => Promise<boolean>) {
    const credential = token('adminToken');
    const stop = new AbortController();
    const out: string[] = [];
    const err: string[] = [];
    const hear = (to: string[]) => (line: string) => {
      to.push(line);
      void act(line).then((done) => done && stop.abort());
    };
    const io = {
      print: hear(out),
      note: hear(err),
      env: {},
      colour: false,
      logs: 'json' as const,
      signal: stop.signal,
      cwd,
    };
    const code = await watch({ url, token: credential, json }, io, pace);
    return { code, out, err };
  }

  test('says what became of a call, and through whom', async () => {
    const id = String((await exec('sudo ls'))['approval_id']);
    const { out } = await watching(false, async (line) => {
      if (line.startsWith('?')) await as('approverToken', 'approvals', 'deny', id, '--by', 'alice');
      return line.startsWith('·');
    });
    expect(out.at(-1)).toBe('· denied by alice: exec: sudo ls');
  });

  test('--json says it too', async () => {
    const id = String((await exec('sudo ls'))['approval_id']);
    const { out } = await watching(true, async (line) => {
      if (line.includes('"pending"')) await as('approverToken', 'approvals', 'approve', id, '--by', 'alice');
      return line.includes('"approved"');
    });
    expect(out.map((line) => JSON.parse(line))).toMatchObject([
      { id, status: 'pending', call: { params: { command: 'sudo ls' } } },
      { id, status: 'approved', resolvedBy: 'alice' },
    ]);
  });

  test('waits for a gateway that restarts', async () => {
    const port = Number(new URL(url).port);
    const admin = token('adminToken');
    await exec('sudo ls');
    const { code, err } = await watching(false, async (line) => {
      if (line.startsWith('?')) await gateway.close();
      if (line.endsWith('trying again.')) {
        gateway = await createGateway({ dev: true, rampart: { adminToken: admin } });
        await gateway.listen({ port });
      }
      return line.endsWith('answers again.');
    });
    expect(code).toBe(0);
    expect(err).toContain(`${url} does not answer; trying again.`);
    expect(err.at(-1)).toBe(`${url} answers again.`);
  });
});

describe('explain', () => {
  test('names the decision, the rule and its place', async () => {
    const { code, out } = await as('adminToken', 'explain', 'exec', 'rm -rf /');
    expect(code).toBe(0);
    expect(out[0]).toBe('deny  Destructive command blocked');
    expect(out.join('\n')).toMatch(/decided by {4}block-destructive, rule \d+ {2}embedded:standard:\d+/);
  });

  test.each([
    ['read', '/home/u/.ssh/id_rsa', 'SSH private key access blocked'],
    ['fetch', 'https://x.ngrok.io/', 'Potential data exfiltration domain blocked'],
  ])('%s takes its input as what it works on', async (tool, input, message) => {
    expect((await as('adminToken', 'explain', tool, input)).out[0]).toBe(`deny  ${message}`);
  });

  test('takes the view of the token that names the agent, and says which default applied and why', async () => {
    await gateway.close();
    gateway = await createGateway({ dev: true, rampart: { profile: 'none' } });
    url = await gateway.listen({ port: 0 });
    await as('adminToken', 'tokens', 'create', '--name', 'ci');
    const { out } = await as('adminToken', 'explain', 'exec', 'make', '--agent', 'ci');
    const said = out.join('\n');
    expect(said).toMatch(/decided by {4}the default, deny: the token credential-\w+ names agent "ci"/);
    expect(said).toMatch(/asked as {6}agent ci, with the token credential-/);
    const { out: other } = await as('adminToken', 'explain', 'exec', 'make', '--agent', 'cd');
    expect(other.join('\n')).toContain('no token names agent "cd"');
  });

  test('says what our user can do: the policy to add with its file, or the approval', async () => {
    const { out } = await as('adminToken', 'explain', 'exec', 'sudo ls');
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
      const { code, err } = await as('adminToken', 'explain', ...argv);
      expect([code, err[0]]).toEqual([2, `error: The ${missing} is missing: ${tool} does nothing without one.`]);
    }
  });

  test('records nothing', async () => {
    await as('adminToken', 'explain', 'exec', 'ls');
    expect((await as('adminToken', 'verify', url, '--json')).out[0]).toContain('"count":0');
  });

  test('parameters that are no object are a usage error', async () => {
    expect((await as('adminToken', 'explain', 'mcp', '--params', '[1]')).code).toBe(2);
    expect((await as('adminToken', 'explain', 'mcp', 'x', '--params', '{}')).code).toBe(2);
  });
});

describe('tokens', () => {
  test('a token is made, works, is listed without its secret, and ends', async () => {
    const made = await as('adminToken', 'tokens', 'create', '--role', 'agent', '--name', 'ci', '--expires', '1h');
    const [secret = ''] = made.out;
    expect(secret).toMatch(/^rampart_[0-9a-f]{48}$/);
    const preflight = () =>
      gateway.inject({
        method: 'POST',
        url: '/v1/preflight/exec',
        headers: { authorization: `Bearer ${secret}` },
        payload: { params: { command: 'ls' } },
      });
    expect((await preflight()).statusCode).toBe(200);

    const { out } = await as('adminToken', 'tokens', 'list');
    expect(out.join('\n')).not.toContain(secret);
    const [id = ''] = out.find((line) => line.includes(' ci '))?.split(' ') ?? [];
    expect((await as('adminToken', 'tokens', 'revoke', id)).out).toEqual([`${id} is revoked.`]);
    expect((await preflight()).statusCode).toBe(401);
  });

  test('nobody but an admin may make one', async () => {
    expect((await as('approverToken', 'tokens', 'create')).code).toBe(3);
  });
});

test('an admin token that tokens create made is one that serve takes', async () => {
  const { out } = await as('adminToken', 'tokens', 'create', '--role', 'admin', '--name', 'ops');
  const [secret = ''] = out;
  expect(secret).toMatch(/^rampart-admin_[0-9a-f]{48}$/);
  const other = await createGateway({ rampart: { adminToken: secret } });
  const at = await other.listen({ port: 0 });
  const { code } = await runCli(['tokens', 'list'], { env: { RAMPART_URL: at, RAMPART_TOKEN: secret } });
  await other.close();
  expect(code).toBe(0);
});

describe('verify URL', () => {
  const memory = () => join(cwd, 'memory.json');

  test("a gateway's log is fetched and checked", async () => {
    await exec('ls');
    await exec('rm -rf /');
    const { code, out } = await as('adminToken', 'verify', url);
    expect([code, out[0]]).toEqual([0, '✓ 2 records verified']);
  });

  test('what was signed before is remembered, and growth is proved', async () => {
    await exec('ls');
    const first = await as('adminToken', 'verify', url, '--remember', 'memory.json');
    expect(first.err[0]).toMatch(/^Remembered in memory\.json, with the key sallyport\+/);
    await exec('pwd');
    expect((await as('adminToken', 'verify', url, '--remember', 'memory.json')).code).toBe(0);
    expect(JSON.parse(readFileSync(memory(), 'utf8')).state.size).toBe(2);
  });

  test('a log that began anew is found out', async () => {
    await exec('ls');
    await exec('pwd');
    await as('adminToken', 'verify', url, '--remember', 'memory.json');
    await gateway.inject({
      method: 'POST',
      url: '/__sallyport/reset',
      headers: { authorization: `Bearer ${token('adminToken')}` },
    });
    await exec('ls');
    const { code, err } = await as('adminToken', 'verify', url, '--remember', 'memory.json');
    expect(code).toBe(1);
    expect(err[0]).toContain('[cut_tail]');
  });

  test('--key holds the log to what is signed with it now', async () => {
    await exec('ls');
    await as('adminToken', 'verify', url, '--remember', 'memory.json');
    const { key } = JSON.parse(readFileSync(memory(), 'utf8'));
    expect((await as('adminToken', 'verify', url, '--key', key)).code).toBe(0);
    const { code, err } = await as('adminToken', 'verify', url, '--key', OTHER_KEY);
    expect([code, err[0]]).toEqual([1, expect.stringContaining('[unknown_key]')]);
    expect(err[1]).toContain('--key');
  });

  test('--key holds a remembered checkpoint, and so a file, to its signature', async () => {
    await exec('ls');
    await as('adminToken', 'verify', url, '--remember', 'memory.json');
    const { body } = await gateway.inject({
      url: '/sallyport/v1/log/rampart/export',
      headers: { authorization: `Bearer ${token('adminToken')}` },
    });
    writeFileSync(join(cwd, 'backup.jsonl'), body);
    const { key } = JSON.parse(readFileSync(memory(), 'utf8'));
    const verify = (...argv: string[]) => as('adminToken', 'verify', 'backup.jsonl', ...argv);
    expect((await verify('--remember', 'memory.json', '--key', key)).code).toBe(0);
    const other = await verify('--remember', 'memory.json', '--key', OTHER_KEY);
    expect([other.code, other.err[0]]).toEqual([1, expect.stringContaining('[unknown_key]')]);
  });

  test('a memory that somebody changed is not believed', async () => {
    await exec('ls');
    await exec('pwd');
    await as('adminToken', 'verify', url, '--remember', 'memory.json');
    const known = JSON.parse(readFileSync(memory(), 'utf8'));
    known.state.note = known.state.note.replace('\n2\n', '\n1\n');
    writeFileSync(memory(), JSON.stringify(known));
    writeFileSync(join(cwd, 'cut.jsonl'), '');
    const { code, err } = await as('adminToken', 'verify', 'cut.jsonl', '--remember', 'memory.json');
    expect([code, err[0]]).toEqual([1, expect.stringContaining('[bad_signature]')]);
  });

  test('a file is held to the memory too', async () => {
    await exec('ls');
    await as('adminToken', 'verify', url, '--remember', 'memory.json');
    writeFileSync(join(cwd, 'empty.jsonl'), '');
    const { out } = await as('adminToken', 'verify', 'empty.jsonl', '--remember', 'memory.json');
    expect(out[0]).toContain('[cut_tail]');
  });

  test('another key than the remembered one is not believed', async () => {
    await exec('ls');
    await as('adminToken', 'verify', url, '--remember', 'memory.json');
    const other = JSON.parse(readFileSync(memory(), 'utf8'));
    other.key = OTHER_KEY;
    writeFileSync(memory(), JSON.stringify(other));
    const { code, err } = await as('adminToken', 'verify', url, '--remember', 'memory.json');
    expect(code).toBe(1);
    expect(err[0]).toContain('[unknown_key]');
  });
});

describe('what goes wrong on the way', () => {
  test('nobody there is said with what to do', async () => {
    const { code, err } = await runCli(['approvals', 'list', '--url', 'http://127.0.0.1:1', '--token', 'x'.repeat(16)]);
    expect(code).toBe(4);
    expect(err[0]).toMatch(/^error: Nothing answers at http:\/\/127\.0\.0\.1:1: /);
    expect(err[1]).toContain('sallyport serve');
  });

  test.each([
    [{ RAMPART_TOKEN: 'not-a-token-of-this-gateway' }, 3, 'The gateway does not know this token'],
    [{}, 2, 'RAMPART_TOKEN'],
  ])('with %j the answer is %d and helps', async (env, expected, said) => {
    const { code, err } = await runCli(['tokens', 'list', '--url', url], { env });
    expect(code).toBe(expected);
    expect(err.join('\n')).toContain(said);
  });

  test('an address that is none is a usage error', async () => {
    expect((await runCli(['tokens', 'list', '--url', 'localhost:9090', '--token', 'x'])).code).toBe(2);
  });
});
