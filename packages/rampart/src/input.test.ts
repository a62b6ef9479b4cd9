import { describe, expect, it } from 'vitest';
import type { RampartClient } from './client.js';
import { client, sentBy } from './fixture/answering.js';

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

const cyclic: { self?: unknown } = {};
cyclic.self = cyclic;

describe('what JSON would drop or change is refused before anything is sent, by its path', () => {
  it.each<readonly [string, unknown, string]>([
    ['Infinity', { a: { b: [1, Number.POSITIVE_INFINITY] } }, 'a.b[1] is Infinity'],
    ['NaN', { a: Number.NaN }, 'a is NaN'],
    ['undefined', { a: undefined }, 'a is undefined'],
    ['a hole', { a: new Array(1) }, 'a[0] is undefined'],
    ['a function', { a: () => 1 }, 'a is a function'],
    ['a symbol', { a: Symbol('s') }, 'a is a symbol'],
    ['a bigint', { a: 1n }, 'a is a bigint'],
    ['a cycle', cyclic, 'self is circular'],
    ['a Date', { a: { at: new Date(0) } }, 'a.at is a Date'],
    ['a Map', { a: new Map() }, 'a is a Map'],
    ['half a surrogate pair', { a: ['x\ud800'] }, 'a[0] holds half a surrogate pair'],
    ['half a surrogate pair in a name', { a: { '\udc00': 1 } }, 'a has a name that holds half a surrogate pair'],
    ['a number beyond 2^53 - 1', { a: Number.MAX_SAFE_INTEGER + 1 }, 'a is 9007199254740992, a whole number beyond'],
    ['a number below', { a: -1e21 }, 'a is -1e+21, a whole number beyond'],
  ])('%s', async (_what, value, fault) => {
    const named = (name: string) => `${name}.${fault}`;
    expect(await refusal('evaluate', 'custom', value)).toContain(named('params'));
    expect(await refusal('preflight', 'custom', value)).toContain(named('params'));
    expect(await refusal('enforce', 'custom', value)).toContain(named('params'));
    expect(await refusal('evaluate', 'custom', {}, { input: value })).toContain(named('input'));
    const isUndefined = fault === 'a is undefined';
    if (!isUndefined)
      expect(await refusal('govern', { tool: 'x', input: value }, () => 1)).toContain(named('action.input'));
  });

  it('half a surrogate pair in a command or an option', async () => {
    expect(await refusal('exec', 'echo \ud800')).toContain('params.command holds half a surrogate pair');
    expect(await refusal('safeExec', 'echo \ud800')).toContain('action.input.command holds half a surrogate pair');
    expect(await refusal('exec', 'ls', { workdir: '/\udfff' })).toContain('workdir holds half a surrogate pair');
  });

  it.each([
    ['read', { path: '/root/.ssh/id_rsa\0.pub' }, {}, 'params.path contains NUL'],
    ['custom', { to: [1, { '\0': 1 }] }, {}, 'params.to[1] has a name that contains NUL'],
    ['custom', {}, { input: { to: '\0' } }, 'input.to contains NUL'],
    ['custom', {}, { session: 'a\0' }, 'session contains NUL'],
  ])('NUL in %s %j %j', async (tool, params, options, fault) => {
    for (const method of ['evaluate', 'preflight', 'enforce']) {
      expect(await refusal(method, tool, params, options)).toContain(fault);
    }
  });

  it('and nothing else is', async () => {
    const { fetch, rampart } = client();
    const params = { a: [1.5, -0, 2 ** 53 - 1, null, true, '😂\n\t\x07', {}], ['__proto__']: { b: 1 } };
    await rampart.evaluate('custom', params, { response: 'half of an output \ud83d, \0' });
    expect(sentBy(fetch).body).toMatchObject({ params: JSON.parse(JSON.stringify(params)) });
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
