import { ApprovalRequiredError, ConfigurationError, PolicyDeniedError } from '@sallyport/core';
import { describe, expect, it, vi } from 'vitest';
import { RampartDeniedError } from './errors.js';
import { OUR_FEATURES, setUp } from './fixture/setup.js';

const askedAbout = ({ gateway }: ReturnType<typeof setUp>) =>
  gateway.requests
    .filter(({ path }) => path.startsWith('/v1/tool/'))
    .map(({ path, body }) => [path, Reflect.get(Object(body), 'params')]);

describe('guard', () => {
  it('runs the function only when allowed', async () => {
    const { rampart } = setUp();
    const exec = vi.fn((command: string) => `ran ${command}`);
    const guarded = rampart.guard(exec, { tool: 'exec' });
    expect(await guarded('git status')).toBe('ran git status');
    const refusal: unknown = await guarded('rm -rf /').catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(PolicyDeniedError);
    expect(exec).toHaveBeenCalledTimes(1);
  });

  it('throws the class that enforce throws, and so does govern (SDK: guards call enforce)', async () => {
    const { rampart } = setUp();
    const params = { command: 'rm -rf /' };
    const ways: readonly (() => PromiseLike<unknown>)[] = [
      () => rampart.guard((_: string) => 1, { tool: 'exec' })(params.command),
      () => rampart.govern({ tool: 'exec', input: params }, () => 1),
    ];
    for (const refuse of ways) {
      const refusal: unknown = await Promise.resolve(refuse()).catch((error: unknown) => error);
      expect(refusal).toBeInstanceOf(RampartDeniedError);
      expect(refusal).toMatchObject({ tool: 'exec', reason: 'Destructive', decision: { decision: 'deny' } });
      expect(refusal).toMatchObject({
        message: expect.stringMatching(/^Tool 'exec' denied by policy '.*': Destructive$/),
      });
    }
  });

  it('takes the function’s name for the tool’s', async () => {
    const set = setUp(OUR_FEATURES);
    async function lookUp(query: { readonly customer: string }) {
      return query.customer;
    }
    expect(await set.rampart.guard(lookUp)({ customer: 'c-17' })).toBe('c-17');
    expect(askedAbout(set)).toEqual([['/v1/tool/lookUp', { customer: 'c-17' }]]);
  });

  it('names the arguments of the usual tools, and of others by option', async () => {
    const set = setUp(OUR_FEATURES);
    const { rampart } = set;
    await rampart.guard((path: string, content: string) => path + content, { tool: 'write' })('/a', 'x');
    await rampart.guard((from: string, to: string) => from + to, { tool: 'copy', params: ['from', 'to'] })('/a', '/b');
    expect(askedAbout(set)).toEqual([
      ['/v1/tool/write', { path: '/a', content: 'x' }],
      ['/v1/tool/copy', { from: '/a', to: '/b' }],
    ]);
  });

  it('runs the arguments that were decided on', async () => {
    const { rampart } = setUp();
    const given = { list: ['a'] };
    const running = rampart.guard((input: { readonly list: readonly string[] }) => input.list.join(), { tool: 'list' })(
      given,
    );
    given.list.push('b');
    expect(await running).toBe('a');
  });

  it.each([
    ['an argument without a name', ['a', 'b'], { tool: 'exec' }],
    ['arguments of an unknown tool', ['a'], { tool: 'other' }],
    ['an argument that is no JSON', [new Map()], { tool: 'other', params: ['map'] }],
  ])('refuses %s: it could not be decided on', async (_what, args, options) => {
    const { gateway, rampart } = setUp();
    const call = vi.fn((..._args: unknown[]) => 'ran');
    await expect(rampart.guard(call, options)(...args)).rejects.toBeInstanceOf(ConfigurationError);
    expect(call).not.toHaveBeenCalled();
    expect(gateway.requests).toEqual([]);
  });

  it('refuses a function without a name', () => {
    expect(() => setUp().rampart.guard(() => 1)).toThrow('needs the option "tool"');
  });

  it('hands over what the gateway left of the output', async () => {
    const { gateway, rampart } = setUp(OUR_FEATURES);
    const guarded = rampart.guard((_command: string) => ({ key: gateway.secret }), { tool: 'exec' });
    expect(await guarded('env')).toBe('[REDACTED: sensitive content removed by Rampart]');
  });

  it('waits for a human, or throws when told to', async () => {
    const { gateway, rampart } = setUp(OUR_FEATURES);
    const exec = vi.fn((command: string) => `ran ${command}`);
    const waiting = rampart.guard(exec, { tool: 'exec' })('sudo reboot');
    setImmediate(() => gateway.answer('approval-1', 'approved'));
    expect(await waiting).toBe('ran sudo reboot');
    const throwing = rampart.guard(exec, { tool: 'exec', onPending: 'throw' });
    await expect(throwing('sudo halt')).rejects.toBeInstanceOf(ApprovalRequiredError);
    expect(exec).toHaveBeenCalledTimes(1);
  });

  it('acts for the agent it is told', async () => {
    const { gateway, rampart } = setUp();
    await rampart.guard((_command: string) => '', { tool: 'exec', agent: 'other', session: 's2', runId: 'r2' })('ls');
    expect(gateway.requests[0]?.body).toMatchObject({ agent: 'other', session: 's2', run_id: 'r2' });
  });
});
