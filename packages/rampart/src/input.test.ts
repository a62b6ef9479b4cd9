import { describe, expect, it } from 'vitest';
import type { RampartClient } from './client.js';
import { client } from './fixture/answering.js';

/** Calls a method as untyped code can, with any arguments. */
function call(rampart: RampartClient, member: string, ...args: readonly unknown[]): Promise<unknown> {
  const [owner = '', method] = member.split('.');
  const target: object = method === undefined ? rampart : Reflect.get(rampart, owner);
  const returned: unknown = Reflect.apply(Reflect.get(target, method ?? owner), target, args);
  return Promise.resolve(returned);
}

async function refusal(member: string, ...args: readonly unknown[]) {
  const { fetch, rampart } = client();
  const thrown: unknown = await call(rampart, member, ...args).catch((error: unknown) => error);
  expect(thrown).toMatchObject({ code: 'configuration' });
  expect(fetch).not.toHaveBeenCalled();
  return String(thrown);
}

describe('a call without input is refused before anything is sent', () => {
  const commands = ['exec', 'preflightExec', 'safeExec', 'test'];
  it.each(commands)('%s needs a command', async (method) => {
    expect(await refusal(method)).toContain('command must be a string, and not undefined');
    expect(await refusal(method, ' ')).toContain('command must not be empty');
  });

  it.each(['evaluate', 'preflight', 'enforce'])('%s needs a tool and params', async (method) => {
    expect(await refusal(method)).toContain('toolName must be a string');
    expect(await refusal(method, 'custom')).toContain('params must be a plain object, and not undefined');
    expect(await refusal(method, 'custom', ['ls'])).toContain('params must be a plain object, and not an array');
    expect(await refusal(method, 'custom', new Date(0))).toContain('params must be a plain object, and not a Date');
  });

  it.each([
    ['approvals.resolve', ['approval-1']],
    ['approvals.bulkResolve', []],
    ['approvals.create', []],
    ['hostedApprovals.resolve', ['audit-1']],
    ['rules.learn', []],
  ])('%s needs params', async (method, args) => {
    expect(await refusal(method, ...args)).toContain('params must be a plain object, and not undefined');
  });
});

describe('an option that nobody would read is refused before anything is sent', () => {
  it.each([
    ['exec', ['ls', { sesion: 's' }], 'has no option "sesion". Did you mean "session"?'],
    ['exec', ['ls', { foo: 5 }], 'has no option "foo". It knows: signal, timeoutMs'],
    ['exec', ['ls', { timeout: 5 }], 'Use "timeoutMs"'],
    ['exec', ['ls', null], 'must be an object, and not null'],
    ['evaluate', ['read', {}, { verification: true }], 'has no option "verification"'],
    ['preflight', ['read', {}, { enforced: true }], 'Did you mean "enforce"?'],
    ['enforce', ['read', {}, { sesion: 's' }], 'Did you mean "session"?'],
    ['preflightExec', ['ls', { agnt: 'a' }], 'Did you mean "agent"?'],
    ['safeExec', ['ls', { runTimeout: 5 }], 'Did you mean "runTimeoutMs"?'],
    ['safeExec', ['ls', { onPending: 'foo' }], "onPending must be 'return' or 'wait', and not \"foo\""],
    ['safeExec', ['ls', { failMode: 'opened' }], "failMode must be 'closed' or 'open', and not \"opened\""],
    ['safeExec', ['ls', { cwd: 5 }], 'cwd must be a string, and not 5'],
    ['govern', [{ tool: 'x', input: {} }, () => 1, { onPending: 'foo' }], "onPending must be 'wait' or 'throw'"],
    ['govern', [{ tool: 'x', input: {} }, () => 1, { failmode: 'open' }], 'Did you mean "failMode"?'],
    ['test', ['ls', { sesion: 's' }], 'Did you mean "session"?'],
    ['health', [{ retry: 1 }], 'rampart.health has no option "retry"'],
    ['approvals.wait', ['approval-1', { maxWait: 1 }], 'has no option "maxWait"'],
  ])('%s(%j)', async (method, args, message) => {
    expect(await refusal(method, ...args)).toContain(message);
  });

  it.each([
    [{ onPending: 'foo' }, "onPending must be 'wait' or 'throw'"],
    [{ failMode: 'foo' }, "failMode must be 'closed' or 'open'"],
    [{ tol: 'x' }, 'guard has no option "tol". Did you mean "tool"?'],
  ])('guard(fn, %j), where the function is wrapped', (options, message) => {
    const { rampart } = client();
    const wrap = () => Reflect.apply(rampart.guard, rampart, [function read() {}, options]);
    expect(wrap).toThrow(message);
  });
});
