import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGateway, type Gateway } from '@sallyport/server';
import { rampartFormula } from '@sallyport/verify';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createProgram } from './program.js';
import { run } from './run.js';
import type { Io } from './terminal/io.js';
import { examplesIn } from './testing/shell.js';

const POLICY = `version: "1"
default_action: ask
policies:
  - { name: releases, rules: [{ action: ask, when: { command_matches: ["npm publish*"] } }] }
tests:
  - { name: publishing, tool: exec, params: { command: npm publish }, expect: ask }
`;
const CASES = '- { name: publishing, tool: exec, params: { command: npm publish }, expect: ask }\n';

let cwd = '';
let gateway: Gateway;
let url = '';
beforeEach(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'sallyport-examples-'));
  mkdirSync(join(cwd, 'policies'));
  for (const name of ['policy.yaml', 'release.yaml', 'policies/release.yaml']) writeFileSync(join(cwd, name), POLICY);
  writeFileSync(join(cwd, 'cases.yaml'), CASES);
  writeLogs();
  gateway = await createGateway({ dev: true, rampart: { policyDirectory: join(cwd, 'policies') } });
  url = await gateway.listen({ port: 0 });
});
afterEach(async () => {
  await gateway.close();
  rmSync(cwd, { recursive: true });
});

/** Two days of one log. */
function writeLogs(): void {
  let head = rampartFormula.genesis;
  for (const day of ['2026-04-11', '2026-04-12']) {
    const { text, hash } = rampartFormula.seal(
      {
        id: day,
        timestamp: `${day}T14:30:00.000000000Z`,
        agent: 'a',
        session: 's',
        host: { hostname: 'h', os: 'linux', arch: 'amd64' },
        tool: 'exec',
        request: { command: 'ls' },
        decision: { action: 'allow', evaluation_time_us: 1 },
      },
      head,
    );
    writeFileSync(join(cwd, `rampart-audit-${day}.jsonl`), `${text}\n`);
    if (head === rampartFormula.genesis) writeFileSync(join(cwd, 'audit.jsonl'), `${text}\n`);
    head = hash;
  }
}

const admin = (): string => gateway.credentials['rampart']?.['adminToken'] ?? '';

async function call(method: 'GET' | 'POST', path: string, payload?: object): Promise<string> {
  const { body } = await gateway.inject({
    method,
    url: path,
    headers: { authorization: `Bearer ${admin()}` },
    ...(payload !== undefined && { payload }),
  });
  return body;
}

/** What the examples speak of is made first; what stands for something is replaced by it. */
async function prepared(words: readonly string[]): Promise<readonly string[]> {
  const approval = async () =>
    String(JSON.parse(await call('POST', '/v1/tool/exec', { params: { command: 'npm publish' } })).approval_id);
  const token = async () =>
    String(JSON.parse(await call('POST', '/sallyport/v1/credentials', NEW_TOKEN)).credential.id);
  if (words[0] === 'verify' && words.includes('backup.jsonl')) await backUp();
  if (words.includes('watch')) await approval();
  return Promise.all(
    words.map(async (word) => {
      if (word === '01J9Z…') return approval();
      if (word === 'credential-1a2b3c4d5e6f') return token();
      return word.replace('http://localhost:9090', url);
    }),
  );
}

const NEW_TOKEN = { dialect: 'rampart', roles: ['agent'], subject: 'old' };

async function backUp(): Promise<void> {
  await call('POST', '/v1/tool/exec', { params: { command: 'npm publish' } });
  writeFileSync(join(cwd, 'backup.jsonl'), await call('GET', '/sallyport/v1/log/rampart/export'));
  expect((await execute(['verify', url, '--remember', 'gateway.json'])).code).toBe(0);
}

/** Runs one command line; what would go on for ever is ended once it has said something. */
async function execute(words: readonly string[]): Promise<{ readonly code: number; readonly said: string }> {
  const goesOn = words[0] === 'serve' || words.includes('watch');
  const stop = new AbortController();
  const said: string[] = [];
  const hear = (line: string) => {
    said.push(line);
    if (goesOn) setImmediate(() => stop.abort());
  };
  const io: Io = {
    print: hear,
    note: (line) => void said.push(line),
    env: {
      RAMPART_URL: url,
      SALLYPORT_HOME: join(cwd, 'home'),
      ...(words[0] !== 'serve' && { RAMPART_TOKEN: admin() }),
    },
    colour: false,
    logs: 'json',
    signal: stop.signal,
    cwd,
  };
  return { code: await run(words, io), said: said.join('\n') };
}

async function helpOf(path: readonly string[]): Promise<string> {
  const lines: string[] = [];
  const io: Io = {
    print: (line) => void lines.push(line),
    note: (line) => void lines.push(line),
    env: {},
    colour: false,
    logs: 'json',
    signal: new AbortController().signal,
    cwd,
  };
  expect(await run([...path, '--help'], io)).toBe(0);
  return lines.join('\n');
}

/** The program, its groups, and every command that does something. */
function commands(): readonly (readonly string[])[] {
  const io: Io = { print() {}, note() {}, env: {}, colour: false, logs: 'json', signal: AbortSignal.abort(), cwd: '' };
  const program = createProgram({ io, act: async () => {} });
  const below = (command: typeof program, path: readonly string[]): (readonly string[])[] => [
    path,
    ...command.commands.flatMap((one) => below(one, [...path, one.name()])),
  ];
  return below(program, []);
}

describe.each(commands().map((path) => ({ path, name: ['sallyport', ...path].join(' ') })))(
  '$name --help',
  ({ path }) => {
    test('has examples that run', async () => {
      const examples = examplesIn(await helpOf(path));
      expect(examples.length).toBeGreaterThan(0);
      for (const example of examples) {
        expect(example.slice(0, path.length)).toEqual(path);
        const words = await prepared(example);
        const isServe = words[0] === 'serve';
        const line = isServe
          ? [...words, '--port', '0', ...(words.includes('--store') ? ['--store', 'memory'] : [])]
          : words;
        const { code, said } = await execute(line);
        expect([example.join(' '), code, code === 0 ? '' : said]).toEqual([example.join(' '), 0, '']);
      }
    });
  },
);

test('every command is looked at', () => {
  expect(commands().map((path) => path.join(' '))).toEqual([
    '',
    'serve',
    'explain',
    'approvals',
    'approvals list',
    'approvals approve',
    'approvals deny',
    'approvals watch',
    'verify',
    'test',
    'tokens',
    'tokens create',
    'tokens list',
    'tokens revoke',
  ]);
});
