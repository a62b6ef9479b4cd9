import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { runShell } from './shell.js';

it('passes on what a terminal sends to its foreground, as long as a command runs', async () => {
  // Somebody who has a say in what the signal does to this process: it goes on.
  const heard = vi.fn();
  process.on('SIGHUP', heard);
  const before = process.listenerCount('SIGHUP');
  const ready = join(mkdtempSync(join(tmpdir(), 'sallyport-')), 'ready');
  const command = `trap 'echo hung up; exit 3' HUP; echo > ${ready}; while :; do sleep 0.01; done`;
  const running = runShell(command, { maxOutputBytes: 1_000, killGraceMs: 1_000, runTimeoutMs: 10_000 });
  await vi.waitFor(() => expect(existsSync(ready)).toBe(true), { timeout: 5_000 });
  process.emit('SIGHUP', 'SIGHUP');
  expect(await running).toMatchObject({ output: 'hung up\n', exitCode: 3 });
  expect(heard).toHaveBeenCalledTimes(1);
  expect(process.listenerCount('SIGHUP')).toBe(before);
  process.off('SIGHUP', heard);
});
