import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { readArguments } from './arguments.js';

const KNOWN = ['client.rampart', 'client.aegis', 'server.aegis', 'verify'];

test.each([
  [[], { names: KNOWN, soak: false, json: false }],
  [['--only', 'verify', '--soak'], { names: ['verify'], soak: true, json: false }],
  [
    ['--only', 'verify', '--only=client', '--json'],
    { names: ['verify', 'client.rampart', 'client.aegis'], soak: false, json: true },
  ],
  [
    ['--only', 'aegis', '--only', 'server.aegis'],
    { names: ['client.aegis', 'server.aegis'], soak: false, json: false },
  ],
])('%j asks for %j', (argv, run) => {
  expect(readArguments(argv, KNOWN)).toEqual({ run });
});

test.each([
  [['--help'], 0, 'Usage: npm run bench'],
  [['-h'], 0, 'Examples:'],
  [['--fast'], 2, "Unknown option '--fast'"],
  [['verify'], 2, "Unexpected argument 'verify'"],
  [['--only', 'speed'], 2, 'There is no benchmark "speed".'],
])('%j ends with %d', (argv, exitCode, said) => {
  expect(readArguments(argv, KNOWN)).toEqual({ say: expect.stringContaining(said), exitCode });
});

const main = fileURLToPath(new URL('main.ts', import.meta.url));

test.each([
  ['--help', 0, 'stdout'],
  ['--fast', 2, 'stderr'],
] as const)('the program ends with %s: %d, on %s, without a stack', async (flag, expected, stream) => {
  const ended = await new Promise<{ code: unknown; stdout: string; stderr: string }>((resolve) => {
    execFile(process.execPath, ['--import', 'tsx', main, flag], (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : error.code, stdout, stderr }),
    );
  });
  expect(ended.code).toBe(expected);
  expect(ended[stream]).toContain('Usage: npm run bench');
  expect(ended.stdout + ended.stderr).not.toMatch(/\n\s+at /);
});
