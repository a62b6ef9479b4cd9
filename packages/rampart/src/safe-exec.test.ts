import { existsSync, mkdtempSync, readFileSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AbortedError, ConfigurationError, TimeoutError } from '@sallyport/core';
import { describe, expect, it, vi } from 'vitest';
import { OUR_FEATURES, setUp } from './fixture/setup.js';

/** One that has ended and that nobody has waited for yet still has its number. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !existsSync('/proc') || !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

const node = (script: string) => `node -e ${JSON.stringify(script)}`;

describe('safeExec', () => {
  it('really runs an allowed command', async () => {
    const { rampart } = setUp();
    expect(await rampart.safeExec('echo hello')).toEqual({
      blocked: false,
      output: 'hello\n',
      stderr: '',
      exitCode: 0,
    });
  });

  it('returns what a failing command left behind', async () => {
    const { rampart } = setUp();
    const result = await rampart.safeExec('echo out; echo oops >&2; exit 3');
    expect(result).toEqual({ blocked: false, output: 'out\n', stderr: 'oops\n', exitCode: 3 });
  });

  it('runs nothing that is refused, and says why', async () => {
    const { rampart } = setUp();
    const marker = join(mkdtempSync(join(tmpdir(), 'sallyport-')), 'ran');
    const result = await rampart.safeExec(`rm -f x; touch ${marker}`);
    expect(result).toEqual({ blocked: true, reason: 'Destructive', suggestions: ['rampart allow "rm"'] });
    expect(await rampart.safeExec(`test -e ${marker}`)).toMatchObject({ exitCode: 1 });
  });

  it('does not take a question for permission: it returns the approval', async () => {
    const { rampart } = setUp(OUR_FEATURES);
    expect(await rampart.safeExec('sudo true')).toEqual({
      blocked: true,
      reason: 'Privileged',
      approvalId: 'approval-1',
    });
  });

  it('waits for the human with onPending: wait, and runs after the approval', async () => {
    const { gateway, rampart } = setUp(OUR_FEATURES);
    const running = rampart.safeExec('sudo() { echo "$@"; }; sudo hello', { onPending: 'wait' });
    setImmediate(() => gateway.answer('approval-1', 'approved'));
    expect(await running).toMatchObject({ blocked: false, output: 'hello\n' });
  });

  it('is blocked when the human refuses', async () => {
    const { gateway, rampart } = setUp(OUR_FEATURES);
    const running = rampart.safeExec('sudo true', { onPending: 'wait' });
    setImmediate(() => gateway.answer('approval-1', 'denied'));
    expect(await running).toEqual({ blocked: true, reason: 'denied by alice' });
  });

  it('hands over redacted output, with the true exit code', async () => {
    const { gateway, rampart } = setUp(OUR_FEATURES);
    expect(await rampart.safeExec(`echo fine; echo ${gateway.secret} >&2; exit 2`)).toEqual({
      blocked: false,
      output: '[REDACTED: sensitive content removed by Rampart]',
      stderr: '',
      exitCode: 2,
      redacted: true,
    });
  });

  it('reports everything that was printed, and the exit code', async () => {
    const { gateway, rampart } = setUp(OUR_FEATURES);
    await rampart.safeExec('echo out; echo err >&2; exit 4');
    expect(gateway.requests.at(-1)).toMatchObject({
      path: '/v1/outcomes',
      body: { status: 'ok', output: 'out\n\nerr\n', exit_code: 4 },
    });
  });

  it('runs in the directory and environment it is given, and lets policies see the directory', async () => {
    const { gateway, rampart } = setUp();
    const cwd = realpathSync(mkdtempSync(join(tmpdir(), 'sallyport-')));
    const env = { PATH: process.env['PATH'] ?? '', GREETING: 'hi' };
    expect(await rampart.safeExec('pwd; echo $GREETING', { cwd, env })).toMatchObject({ output: `${cwd}\nhi\n` });
    expect(gateway.requests[0]?.body).toMatchObject({ params: { workdir: cwd } });
  });

  it('hands the environment on, but not the credentials with which a command could approve itself', async () => {
    const { rampart } = setUp();
    vi.stubEnv('RAMPART_TOKEN', 'an-admin-token');
    vi.stubEnv('SALLYPORT_MASTER_KEY', 'a-key');
    vi.stubEnv('GREETING', 'hi');
    const result = await rampart.safeExec('echo "[$GREETING][$RAMPART_TOKEN][$SALLYPORT_MASTER_KEY]"');
    vi.unstubAllEnvs();
    expect(result).toMatchObject({ output: '[hi][][]\n' });
  });

  it('drops those credentials however their names are spelt, as Windows finds them', async () => {
    const { rampart } = setUp();
    vi.stubEnv('Rampart_Token', 'an-admin-token');
    vi.stubEnv('sallyport_master_KEY', 'a-key');
    const result = await rampart.safeExec('env');
    vi.unstubAllEnvs();
    expect(result.blocked ? '' : result.output).toMatch(/^PATH=/m);
    expect(result.blocked ? '' : result.output).not.toMatch(/an-admin-token|a-key/);
  });

  it('keeps no more output than it was told to', async () => {
    const { rampart } = setUp();
    const result = await rampart.safeExec(node('process.stdout.write("x".repeat(5000))'), { maxOutputBytes: 100 });
    expect(result).toMatchObject({ blocked: false, output: 'x'.repeat(100), truncated: true });
  });

  it('kills a command that runs too long', async () => {
    const { gateway, rampart } = setUp(OUR_FEATURES);
    const running = rampart.safeExec('sleep 60', { runTimeoutMs: 50 });
    await expect(running).rejects.toBeInstanceOf(TimeoutError);
    expect(gateway.requests.at(-1)).toMatchObject({ path: '/v1/outcomes', body: { status: 'error' } });
  });

  it('kills a command when the caller aborts', async () => {
    const { rampart } = setUp();
    const running = rampart.safeExec('sleep 60', { signal: AbortSignal.timeout(50) });
    await expect(running).rejects.toBeInstanceOf(AbortedError);
  });

  it.each([
    ['too long', () => ({ runTimeoutMs: 300 }), TimeoutError],
    ['an abort', () => ({ signal: AbortSignal.timeout(300) }), AbortedError],
  ])('ends what a command has started with it: %s', async (_why, limit, type) => {
    const { rampart } = setUp();
    const pidFile = join(mkdtempSync(join(tmpdir(), 'sallyport-')), 'pid');
    // The first has let go of the shell's output; the second holds it, and ignores the request to end.
    const [gentle, stubborn] = ['setInterval(()=>{},1e3)', "process.on('SIGTERM',()=>{});setInterval(()=>{},1e3)"];
    const inBackground = (command: string) => `${command} & echo $! >> ${pidFile}`;
    const [quiet, loud] = [`${node(gentle)} >/dev/null 2>&1`, node(stubborn)];
    const running = rampart.safeExec(`${inBackground(quiet)}; ${inBackground(loud)}; wait`, {
      ...limit(),
      killGraceMs: 100,
    });
    await expect(running).rejects.toBeInstanceOf(type);
    const pids = readFileSync(pidFile, 'utf8').trim().split('\n').map(Number);
    expect(pids).toHaveLength(2);
    await vi.waitFor(() => expect(pids.filter(isAlive)).toEqual([]));
  });

  it('asks a command to end before it kills it', async () => {
    const { rampart } = setUp();
    const marker = join(mkdtempSync(join(tmpdir(), 'sallyport-')), 'tidied');
    const running = rampart.safeExec(`trap 'echo > ${marker}; exit' TERM; while :; do sleep 0.01; done`, {
      runTimeoutMs: 100,
      killGraceMs: 10_000,
    });
    await expect(running).rejects.toBeInstanceOf(TimeoutError);
    expect(existsSync(marker)).toBe(true);
  });

  it('says that nobody answered in time, and which approval it was', async () => {
    const { rampart } = setUp(OUR_FEATURES);
    expect(await rampart.safeExec('sudo true', { onPending: 'wait', maxWaitMs: 1_000 })).toEqual({
      blocked: true,
      reason: expect.stringMatching(/^Nobody answered the approval within 1000 ms/),
      approvalId: 'approval-1',
    });
  });

  it('names the approval that expired at the gateway', async () => {
    const { gateway, rampart } = setUp(OUR_FEATURES);
    const running = rampart.safeExec('sudo true', { onPending: 'wait' });
    setImmediate(() => gateway.answer('approval-1', 'expired'));
    expect(await running).toEqual({ blocked: true, reason: 'The approval expired.', approvalId: 'approval-1' });
  });

  it('names a folder that does not exist, and reports that nothing ran', async () => {
    const { gateway, rampart } = setUp(OUR_FEATURES);
    const running = rampart.safeExec('echo hello', { cwd: '/nonexist' });
    await expect(running).rejects.toBeInstanceOf(ConfigurationError);
    await expect(running).rejects.toThrow('cwd must be a folder that exists, and not "/nonexist"');
    expect(gateway.requests.at(-1)).toMatchObject({
      path: '/v1/outcomes',
      body: { status: 'error', error: expect.stringContaining('/nonexist') },
    });
  });

  it('throws an error of its own when the system refuses to start a command', async () => {
    const { rampart } = setUp();
    const running = rampart.safeExec(`echo ${'x'.repeat(4_000_000)}`);
    await expect(running).rejects.toMatchObject({ code: 'not_started', cause: expect.any(Error) });
  });

  it('throws when the gateway cannot be asked, and runs nothing', async () => {
    const { gateway, rampart } = setUp();
    gateway.fault = 'down';
    await expect(rampart.safeExec('echo hello')).rejects.toMatchObject({ code: 'connection' });
  });
});
