import { createHmac } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGateway, type RampartOptions } from '@sallyport/server';
import { afterEach, beforeEach, expect, expectTypeOf, test } from 'vitest';
import { run } from '../run.js';
import type { Io } from '../terminal/io.js';
import { type CliRun, runCli } from '../testing/cli.js';
import { logFor } from './serve/log.js';
import type { ServeOptions } from './serve/options.js';

let cwd = '';
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'sallyport-cli-'));
});
afterEach(() => rmSync(cwd, { recursive: true }));

interface Served {
  /** Everything printed until it was ready. */
  readonly out: readonly string[];
  /** What went to standard error. */
  readonly err: readonly string[];
  /** The first line on standard error that says this, as soon as it is there. */
  noted(part: string): Promise<string>;
  /** Ends it, and gives the exit code. */
  stop(): Promise<number>;
}

/** Runs `serve` until it says that it listens. */
async function serve(
  argv: readonly string[],
  env: Readonly<Record<string, string>> = {},
  logs: Io['logs'] = 'json',
): Promise<Served> {
  const stop = new AbortController();
  const out: string[] = [];
  const err: string[] = [];
  const notes = new EventEmitter();
  let ended: Promise<number> = Promise.resolve(-1);
  await new Promise<void>((resolve, reject) => {
    ended = run(['serve', '--port', '0', ...argv], {
      print: (line) => {
        out.push(line);
        // The rest of what it says comes in the same turn.
        setImmediate(resolve);
      },
      note: (line) => {
        err.push(line);
        notes.emit('note');
      },
      env: { SALLYPORT_HOME: cwd, ...env },
      colour: false,
      logs,
      signal: stop.signal,
      cwd,
    });
    ended.then((code) => reject(new Error(`serve ended with ${code}`)), reject);
  });
  return {
    out,
    err,
    async noted(part) {
      for (;;) {
        const line = err.find((said) => said.includes(part));
        if (line !== undefined) return line;
        await once(notes, 'note');
      }
    },
    stop: () => {
      stop.abort();
      return ended;
    },
  };
}

const refused = (...argv: string[]): Promise<CliRun> => runCli(['serve', '--port', '0', ...argv], { cwd });

test('--json prints one line, with URL and credentials, once it accepts connections', async () => {
  const { out, stop } = await serve(['--dev', '--json', '--store', 'memory']);
  expect(out).toHaveLength(1);
  const { url, credentials } = JSON.parse(out[0] ?? '');
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
  expect(credentials.rampart).toEqual({
    token: expect.stringMatching(/^rampart_/),
    approverToken: expect.stringMatching(/^rampart_/),
    adminToken: expect.any(String),
  });
  expect(await stop()).toBe(0);
  await expect(fetch(`${url}/healthz`)).rejects.toThrow();
});

test('a person is told the address, the store, the policies and the credentials', async () => {
  const { out, stop } = await serve(['--dev']);
  await stop();
  const said = out.join('\n');
  expect(said).toMatch(/Sallyport listens on http:\/\/127\.0\.0\.1:\d+/);
  expect(said).toContain(`sqlite:${join(cwd, 'dev.db')}`);
  expect(said).toContain('the standard profile');
  expect(said).toMatch(/export RAMPART_URL=http:\S+ RAMPART_TOKEN=rampart_\w+/);
});

test('without --dev the admin token is made once, and RAMPART_TOKEN replaces it', async () => {
  const first = await serve(['--json']);
  await first.stop();
  expect(Object.keys(JSON.parse(first.out[0] ?? '').credentials.rampart)).toEqual(['adminToken']);

  const second = await serve(['--json'], { RAMPART_TOKEN: 'an-admin-token-of-my-own' });
  const { url, credentials } = JSON.parse(second.out[0] ?? '');
  expect(credentials.rampart).toBeUndefined();
  const { code } = await runCli(['tokens', 'list'], {
    env: { RAMPART_URL: url, RAMPART_TOKEN: 'an-admin-token-of-my-own' },
  });
  await second.stop();
  expect(code).toBe(0);
});

test('the token that --dev prints for an agent does not make it admin at the next start', async () => {
  const first = await serve(['--dev', '--json']);
  await first.stop();
  const { token } = JSON.parse(first.out[0] ?? '').credentials.rampart;

  const again = await serve(['--dev', '--json'], { RAMPART_TOKEN: token });
  const { url, credentials } = JSON.parse(again.out[0] ?? '');
  const { status } = await fetch(`${url}/v1/status`, { headers: { authorization: `Bearer ${token}` } });
  await again.stop();
  expect(status).toBe(403);
  expect(credentials.rampart.adminToken).not.toBe(token);
  expect(again.err[0]).toContain('RAMPART_TOKEN is ignored');

  const { code, err } = await runCli(['serve', '--port', '0'], {
    cwd,
    env: { SALLYPORT_HOME: cwd, RAMPART_TOKEN: token },
  });
  expect(code).toBe(2);
  expect(err[0]).toContain('Unset RAMPART_TOKEN');
});

test('--policies, --mode and --approval-timeout reach the gateway', async () => {
  writeFileSync(
    join(cwd, 'asking.yaml'),
    'version: "1"\ndefault_action: ask\npolicies:\n  - { name: p, rules: [{ action: ask, when: { default: true } }] }\n',
  );
  const { out, stop } = await serve([
    '--dev',
    '--json',
    '--store',
    'memory',
    '--config',
    'asking.yaml',
    '--approval-timeout',
    '1h',
  ]);
  const { url, credentials } = JSON.parse(out[0] ?? '');
  const answer = await fetch(`${url}/v1/tool/exec`, {
    method: 'POST',
    headers: { authorization: `Bearer ${credentials.rampart.token}` },
    body: JSON.stringify({ params: { command: 'ls' } }),
  });
  const { expires_at: expiresAt }: { expires_at: string } = JSON.parse(await answer.text());
  await stop();
  expect(answer.status).toBe(202);
  expect(Date.parse(expiresAt) - Date.now()).toBeGreaterThan(3_500_000);
});

test('--profile names the built-in policies', async () => {
  const { out, stop } = await serve(['--dev', '--json', '--store', 'memory', '--profile', 'paranoid']);
  const { url, credentials } = JSON.parse(out[0] ?? '');
  const ask = async (command: string) =>
    fetch(`${url}/v1/tool/exec`, {
      method: 'POST',
      headers: { authorization: `Bearer ${credentials.rampart.token}` },
      body: JSON.stringify({ params: { command } }),
    });
  const statuses = [(await ask('git status')).status, (await ask('git push')).status];
  await stop();
  expect(statuses).toEqual([200, 403]);
});

test('every profile of the server can be named, and no other', () => {
  expectTypeOf<ServeOptions['profile']>().toEqualTypeOf<RampartOptions['profile']>();
});

test('--without switches a protocol off', async () => {
  const { out, stop } = await serve(['--dev', '--json', '--store', 'memory', '--without', 'rampart']);
  const { url, credentials } = JSON.parse(out[0] ?? '');
  const { status } = await fetch(`${url}/healthz`);
  await stop();
  expect([status, credentials.rampart]).toEqual([404, undefined]);
});

test('--without adds up', async () => {
  const twice = ['--without', 'aegis', '--without', 'meshguard'];
  const { out, stop } = await serve(['--dev', '--json', '--store', 'memory', ...twice]);
  await stop();
  expect(Object.keys(JSON.parse(out[0] ?? '').credentials)).toEqual(['rampart']);
});

test('a file that is named as a store without its kind is told how to be written', async () => {
  const { code, err } = await runCli(['serve', '--store', 'kept/x.db'], { cwd, env: {} });
  expect([code, err[0]]).toEqual([2, expect.stringContaining('For a file: "sqlite:kept/x.db".')]);
});

test("MeshGuard's policies, mode and proxy target reach the gateway", async () => {
  const upstream = createServer((_request, response) => response.end('from the service'));
  await once(upstream.listen(0, '127.0.0.1'), 'listening');
  const port = Reflect.get(Object(upstream.address()), 'port');
  writeFileSync(
    join(cwd, 'mesh.yaml'),
    'name: own\nversion: "1"\nappliesTo: { tags: [development] }\nrules: [{ effect: deny, actions: ["read:secrets"] }]\n',
  );
  const { out, stop } = await serve([
    ...['--dev', '--json', '--store', 'memory', '--meshguard-policies', '.', '--meshguard-mode', 'audit'],
    ...['--proxy-target', `http://127.0.0.1:${port}`],
  ]);
  const { url, credentials } = JSON.parse(out[0] ?? '');
  const { agentToken, adminToken } = credentials.meshguard;
  const through = await fetch(`${url}/proxy/any`, {
    headers: { authorization: `Bearer ${agentToken}`, 'x-meshguard-action': 'read:secrets' },
  });
  const said = [await through.text(), through.headers.get('x-meshguard-decision')];
  const policies = await fetch(`${url}/admin/policies`, { headers: { 'x-admin-token': adminToken } });
  const names = await policies.text();
  await stop();
  upstream.close();
  expect(said[0]).toBe('from the service');
  expect(names).toContain('"own"');
});

test('admin credentials of each protocol are read from variables of their own, and not under --dev', async () => {
  const env = {
    MESHGUARD_ADMIN_TOKEN: 'a-meshguard-admin-token',
    AEGIS_ADMIN_KEY: 'an-aegis-admin-key-of-mine',
    AEGIS_API_KEY: 'an-aegis-agent-key-of-mine',
  };
  const own = await serve(['--json', '--store', 'memory', '--without', 'rampart'], env);
  const { url, credentials } = JSON.parse(own.out[0] ?? '');
  const status = async (path: string, headers: Record<string, string>) =>
    (await fetch(`${url}${path}`, { headers })).status;
  const statuses = [
    await status('/admin/agents', { 'x-admin-token': env.MESHGUARD_ADMIN_TOKEN }),
    await status('/api/v1/policies', { authorization: `Bearer ${env.AEGIS_ADMIN_KEY}` }),
    await status('/api/v1/policies', { authorization: `Bearer ${env.AEGIS_API_KEY}` }),
  ];
  await own.stop();
  expect([credentials, statuses]).toEqual([{}, [200, 200, 401]]);

  const dev = await serve(['--dev', '--json', '--store', 'memory'], env);
  const made = JSON.parse(dev.out[0] ?? '').credentials;
  await dev.stop();
  expect(made.meshguard.adminToken).not.toBe(env.MESHGUARD_ADMIN_TOKEN);
  expect(made.aegis.adminKey).not.toBe(env.AEGIS_ADMIN_KEY);
  expect(dev.err).toEqual(
    ['MESHGUARD_ADMIN_TOKEN', 'AEGIS_ADMIN_KEY'].map((name) => expect.stringContaining(`${name} is ignored`)),
  );
});

test('MESHGUARD_JWT_SECRET signs the tokens of agents: they outlive the store', async () => {
  const env = { MESHGUARD_JWT_SECRET: 'x'.repeat(32) };
  const { out, stop } = await serve(['--dev', '--json', '--store', 'memory'], env);
  const { agentToken } = JSON.parse(out[0] ?? '').credentials.meshguard;
  await stop();
  const [head, claims, signature] = agentToken.split('.');
  expect(createHmac('sha256', env.MESHGUARD_JWT_SECRET).update(`${head}.${claims}`).digest('base64url')).toBe(
    signature,
  );
});

test.each([
  [['--meshguard-mode', 'monitor'], {}, 'Allowed choices are enforce, audit, bypass'],
  [['--proxy-target', 'example.com'], {}, 'meshguard.proxyTarget must be'],
  [['--meshguard-policies', 'none'], {}, 'meshguard.policyDirectory must be'],
  [['--meshguard-alerts', 'example.com'], {}, 'meshguard.alerts.webhookUrl must be'],
  [[], { MESHGUARD_JWT_SECRET: 'short' }, 'meshguard.jwtSecret must be at least 32'],
  [[], { AEGIS_ADMIN_KEY: 'short' }, 'aegis.adminKey must be at least 16'],
  [['--aegis-precedence', 'last'], {}, 'Allowed choices are strictest, priority'],
])('%j with %j is a usage error that says why', async (argv, env, said) => {
  const { code, err } = await runCli(['serve', '--port', '0', '--store', 'memory', ...argv], { cwd, env });
  expect([code, err[0]]).toEqual([2, expect.stringContaining(said)]);
});

test.each([
  ['other', 'Give some of rampart, meshguard, aegis, with commas.'],
  ['vargate', 'Give some of rampart, meshguard, aegis, with commas.'],
  ['rampart,meshguard,aegis', 'Nothing would be served.'],
])('--without %s is a usage error', async (names, said) => {
  const { code, err } = await refused('--without', names);
  expect([code, err[0]]).toEqual([2, expect.stringContaining(said)]);
});

test('a person is told which profile lies below the files', async () => {
  const { out, stop } = await serve(['--dev', '--store', 'memory', '--profile', 'demo', '--policies', '.']);
  await stop();
  expect(out.join('\n')).toContain('., the demo profile');
});

test.each([
  [['--profile', 'reckless'], 'Allowed choices are standard, paranoid, yolo'],
  [['--store', 'mysql://x'], 'The store must be'],
  [['--store', 'memory', '--config', 'none.yaml'], 'none.yaml'],
  [['--store', 'memory', '--dev', '--host', '0.0.0.0'], 'loopback only'],
])('%j is a usage error that says why', async (argv, said) => {
  const { code, err } = await refused(...argv);
  expect(code).toBe(2);
  expect(err[0]).toContain(said);
});

test('a policy with a fault is named with line and column', async () => {
  writeFileSync(join(cwd, 'bad.yaml'), 'version: "1"\npolicies:\n  - name: p\n    rules:\n      - { action: maybe }\n');
  const { code, err } = await refused('--store', 'memory', '--config', 'bad.yaml');
  expect(code).toBe(2);
  expect(err[0]).toMatch(/bad\.yaml:5:\d+/);
});

test('a policy that no longer loads is one readable line on a terminal, with its place', async () => {
  const file = join(cwd, 'policy.yaml');
  writeFileSync(file, 'version: "1"\npolicies:\n  - { name: p, rules: [{ action: ask }] }\n');
  const { noted, stop } = await serve(['--store', 'memory', '--config', 'policy.yaml'], {}, 'text');
  writeFileSync(file, 'version: "1"\npolicies:\n  - name: p\n    rules: [{ action: maybe }]\n');
  const line = await noted('not reloaded');
  await stop();
  expect(line).toMatch(
    /^\d\d:\d\d:\d\d {2}error {2}policies were not reloaded; the old ones stay in force: .*policy\.yaml:4:\d+/,
  );
});

test.each([
  ['text', undefined, true],
  ['text', true, false],
  ['json', undefined, false],
] as const)('with %s and --json %s the log is readable: %s', (logs, json, isReadable) => {
  const io: Io = { print() {}, note() {}, env: {}, colour: false, logs, signal: AbortSignal.abort(), cwd };
  expect(logFor(json === undefined ? {} : { json }, io) !== undefined).toBe(isReadable);
});

test('a log that does not go on from its checkpoint is refused, and the way out is named', async () => {
  const store = `sqlite:${join(cwd, 'gateway.db')}`;
  const checkpoint = join(cwd, 'gateway.db.checkpoint');
  writeFileSync(checkpoint, JSON.stringify({ rampart: 'not a signed note' }));
  const { code, err } = await runCli(['serve', '--port', '0', '--store', store], { cwd });
  expect([code, err.length]).toEqual([1, 1]);
  expect(err[0]).toMatch(/^error: Chain "rampart" has a checkpoint in .* that this database's key did not sign\. /);
  expect(err[0]).toContain(`move ${checkpoint} away and start again`);
});

test('a store that is none of the three is said with the form of each, and nothing of it is masked', async () => {
  const { err } = await refused('--store', 'mysql://x');
  expect(err[0]).toContain('postgres://<user>:<password>@<host>/<database>');
});

test('a store in folders that are not there is refused by their name, and one without a path as such', async () => {
  const { code, err } = await refused('--store', 'sqlite:nosuch/x.db');
  expect([code, err[0]]).toEqual([2, expect.stringContaining(`there is no folder ${join(cwd, 'nosuch')}.`)]);
  expect(existsSync(join(cwd, 'nosuch'))).toBe(false);
  expect((await refused('--store', 'sqlite:')).err[0]).toContain('lacks the path');
});

test('a port that is taken is said so, before any file is made', async () => {
  const other = await createGateway({ dev: true });
  const { port } = new URL(await other.listen({ port: 0 }));
  const { code, err } = await refused('--store', 'sqlite:data/gateway.db', '--port', port);
  await other.close();
  expect(code).toBe(2);
  expect(err[0]).toContain('the port is taken');
  expect(existsSync(join(cwd, 'data'))).toBe(false);
});

test('a database file that is damaged is told as what it is, with what to do', async () => {
  const file = join(cwd, 'gateway.db');
  await (await serve(['--store', `sqlite:${file}`])).stop();
  const bytes = readFileSync(file);
  // Not the first page: it opens, and fails only where it is read.
  writeFileSync(file, bytes.fill(0xab, 4096 * 2));
  const { code, err } = await refused('--store', `sqlite:${file}`);
  expect([code, err.join()]).toEqual([2, expect.stringContaining('SQLITE_CORRUPT')]);
  expect(err[1]).toContain('restore a copy');
  expect(err.join()).not.toContain('fault of sallyport');
});
