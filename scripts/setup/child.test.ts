import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { node, quietly } from './child.mjs';
import { SetupError } from './progress.mjs';

const CHILD = fileURLToPath(new URL('child.mjs', import.meta.url));

test('the exit code of the command is ours', async () => {
  expect(await node(['-e', 'process.exit(7)'])).toBe(7);
});

test('a command that a signal ended gives 128 and the signal', async () => {
  expect(await node(['-e', "process.kill(process.pid, 'SIGKILL')"])).toBe(137);
});

test.each(['SIGTERM', 'SIGINT'] as const)('%s reaches the command, which may drain before it ends', async (signal) => {
  const drain = `process.on('${signal}', () => { console.log('drained'); process.exit(3); }); setInterval(() => {}, 1e6); console.log('ready');`;
  const outer = spawn(
    process.execPath,
    [
      '--input-type=module',
      '-e',
      `import { node } from ${JSON.stringify(CHILD)}; process.exitCode = await node(['-e', ${JSON.stringify(drain)}]);`,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const lines: string[] = [];
  const ended = once(outer, 'close');
  for await (const line of createInterface({ input: outer.stdout })) {
    lines.push(line);
    if (line === 'ready') outer.kill(signal);
  }
  expect(lines).toEqual(['ready', 'drained']);
  expect(await ended).toEqual([3, null]);
});

test('a shell in between that ends on a signal takes the command with it', async () => {
  const drain = `process.on('SIGTERM', () => { console.log('drained'); process.exit(); }); setInterval(() => {}, 1e6); console.log('ready');`;
  const script = `import { node } from ${JSON.stringify(CHILD)}; await node(['-e', ${JSON.stringify(drain)}]);`;
  const between = `const child = require('node:child_process').spawn(process.execPath, ['--input-type=module', '-e', ${JSON.stringify(script)}], { stdio: 'inherit' }); child.on('close', () => {});`;
  const shell = spawn(process.execPath, ['-e', between], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, npm_lifecycle_event: 'serve' },
  });
  const lines: string[] = [];
  for await (const line of createInterface({ input: shell.stdout })) {
    lines.push(line);
    if (line === 'ready') shell.kill('SIGTERM');
  }
  expect(lines).toEqual(['ready', 'drained']);
});

test('a step that fails shows everything that it printed', async () => {
  const failing = quietly(process.execPath, ['-e', "console.log('out'); console.error('err'); process.exit(1)"]);
  await expect(failing).rejects.toThrow(SetupError);
  await expect(failing).rejects.toThrow(/out[\s\S]*err[\s\S]*ended with 1/);
});

test('a step that succeeds gives its standard output alone', async () => {
  expect(await quietly(process.execPath, ['-e', "console.log('out'); console.error('err')"])).toBe('out\n');
});
