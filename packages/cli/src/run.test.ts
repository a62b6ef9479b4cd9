import { expect, test } from 'vitest';
import { environmentFailure } from './terminal/environment.js';
import { showsColour } from './terminal/io.js';
import { runCli } from './testing/cli.js';

test('--help shows the commands, the exit codes and examples', async () => {
  const { code, out } = await runCli(['--help']);
  const help = out.join('\n');
  expect(code).toBe(0);
  for (const word of ['serve', 'explain', 'approvals', 'verify', 'test', 'tokens', 'Exit codes:', 'Examples:']) {
    expect(help).toContain(word);
  }
});

test.each(['serve', 'explain', 'approvals', 'verify', 'test', 'tokens'])('%s --help has examples', async (command) => {
  const { code, out } = await runCli([command, '--help']);
  expect(code).toBe(0);
  expect(out.join('\n')).toContain('Examples:');
});

test('--version prints the version of the package', async () => {
  expect((await runCli(['--version'])).out).toEqual([expect.stringMatching(/^\d+\.\d+\.\d+/)]);
});

test.each([
  [['verfy', 'x'], 'Did you mean verify?'],
  [['serve', '--port', '65536'], 'Give a port from 0 to 65535.'],
  [['serve', '--approval-timeout', 'soon'], 'Give a number with its unit, such as 90s, 30m, 12h or 7d.'],
  [['tokens', 'create', '--expires', '5'], 'Give a number with its unit, such as 90s, 30m, 12h or 7d.'],
  [['tokens', 'create', '--name', 'my agent'], 'Give 1 to 64 letters, digits, _ or -.'],
  [['approvals', 'list', '--dialect', 'other'], 'Allowed choices are rampart, meshguard, aegis, vargate.'],
  [['serve', '--mode', 'lax'], 'Allowed choices are enforce, monitor, disabled.'],
  [['tokens', 'create', '--role', 'root'], 'Allowed choices are agent, approver, admin.'],
  [['approvals', 'approve'], "missing required argument 'id'"],
])('%j is a usage error that says what is right', async (argv, said) => {
  const { code, out, err } = await runCli(argv);
  expect(code).toBe(2);
  expect(out).toEqual([]);
  expect(err.join('\n')).toContain(said);
});

test.each([
  [{}, true, true],
  [{}, false, false],
  [{ NO_COLOR: '1' }, true, false],
  [{ NO_COLOR: '' }, true, true],
  [{ FORCE_COLOR: '1' }, false, true],
  [{ FORCE_COLOR: '0' }, true, false],
  [{ TERM: 'dumb' }, true, false],
])('with %j on a terminal (%s), colours are %s', (env, isTerminal, shown) => {
  expect(showsColour(env, isTerminal)).toBe(shown);
});

test.each([
  ['EACCES', new Error('permission denied', { cause: Object.assign(new Error('x'), { code: 'EACCES' }) })],
  ['ENOSPC', Object.assign(new Error('no space left on device'), { code: 'ENOSPC' })],
  ['SQLITE_IOERR_READ', Object.assign(new Error('disk I/O error'), { code: 'SQLITE_IOERR_READ' })],
])('%s is a fault of the machine, told with what helps', (_code, error) => {
  const failure = environmentFailure(error);
  expect([failure?.exitCode, failure?.message]).toEqual([2, error.message]);
  expect(failure?.hint).toMatch(/^(?:Let|Make|Look)/);
});

test('a fault of ours is not told as one of the machine', () => {
  expect(environmentFailure(new TypeError('x is not a function'))).toBeUndefined();
});
