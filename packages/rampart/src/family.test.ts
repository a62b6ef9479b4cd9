import * as core from '@sallyport/core';
import { describe, expect, it } from 'vitest';
import { RampartClient } from './client.js';
import { RampartError } from './errors.js';
import { answering, client } from './fixture/answering.js';
import { OUR_FEATURES, setUp } from './fixture/setup.js';
import type { RampartClientOptions } from './types/index.js';

const action = { tool: 'exec', input: { command: 'ls' } };
const thrownBy = async (work: () => unknown): Promise<unknown> => {
  try {
    await work();
  } catch (error) {
    return error;
  }
  throw new Error('It was expected to fail.');
};

const answered = (status: number, body: unknown = { error: 'x' }) =>
  client({ fetch: answering(status, body), maxRetries: 0 }).rampart;
const never = { fetch: () => new Promise<Response>(() => {}), maxRetries: 0 };
const make = (options: object) => Reflect.construct(RampartClient, [options]);
const ours = (options?: RampartClientOptions) => setUp(OUR_FEATURES, options).rampart;

const FAILURES: readonly (readonly [string, () => unknown, abstract new (...args: never[]) => unknown])[] = [
  ['an option that does not exist', () => make({ sesion: 's' }), core.ConfigurationError],
  ['an impossible option', () => make({ timeoutMs: 'x' }), core.ConfigurationError],
  [
    'an argument that is missing',
    () => Reflect.apply(client().rampart.exec, client().rampart, []),
    core.ConfigurationError,
  ],
  ['an option of a call', () => Reflect.apply(ours().events, ours(), [{ sesion: 's' }]), core.ConfigurationError],
  ['a function that cannot be guarded', () => ours().guard(() => 1), core.ConfigurationError],
  [
    'arguments that are no JSON',
    () => ours().guard((n: number) => n, { tool: 'x', params: ['n'] })(Number.NaN),
    core.ConfigurationError,
  ],
  ['arguments of a governor', () => ours().asGovernor().decide({ tool: '', input: {} }), core.ConfigurationError],
  ['401', () => answered(401).exec('ls'), core.AuthenticationError],
  ['403', () => answered(403).exec('ls'), core.PermissionDeniedError],
  ['404', () => answered(404).approvals.get('a'), core.NotFoundError],
  ['409', () => answered(409).exec('ls'), core.ConflictError],
  ['429', () => answered(429).exec('ls'), core.RateLimitError],
  ['503', () => answered(503).exec('ls'), core.ServerError],
  ['a redirect', () => answered(302).exec('ls'), core.UnexpectedRedirectError],
  [
    'an answer that is not understood',
    () => answered(200, { decision: 'maybe' }).exec('ls'),
    core.ResponseValidationError,
  ],
  [
    'a page that goes nowhere',
    async () => {
      const page = { events: [], next_offset: 1, date: 'd', total_in_file: 1 };
      for await (const _ of answered(200, page).audit.events({ offset: 5 }));
    },
    core.ResponseError,
  ],
  [
    'events that are none',
    async () => {
      for await (const _ of answered(200, {}).events());
    },
    core.StreamError,
  ],
  [
    'no connection',
    () => client({ fetch: () => Promise.reject(new Error('x')), maxRetries: 0 }).rampart.exec('ls'),
    core.ConnectionError,
  ],
  ['no answer in time', () => client(never).rampart.exec('ls', { timeoutMs: 20 }), core.TimeoutError],
  ['an abort', () => client(never).rampart.exec('ls', { signal: AbortSignal.abort() }), core.AbortedError],
  ['an abort around a call', () => ours().govern(action, () => 1, { signal: AbortSignal.abort() }), core.AbortedError],
  [
    'a client that is closed',
    async () => {
      const { rampart } = client();
      await rampart.close();
      await rampart.exec('ls');
    },
    core.AbortedError,
  ],
  ['a refusal by policy', () => ours().guard((_: string) => 1, { tool: 'exec' })('rm x'), core.PolicyDeniedError],
  [
    'a refusal at a boundary',
    () => answered(200, { decision: 'deny' }).enforce('exec', { command: 'x' }),
    core.PolicyDeniedError,
  ],
  [
    'a question',
    () => ours().guard((_: string) => 1, { tool: 'exec', onPending: 'throw' })('sudo x'),
    core.ApprovalRequiredError,
  ],
  ['a wait that was in vain', () => ours().approvals.wait('approval-1', { maxWaitMs: 1 }), core.SallyportError],
  ['a command that takes too long', () => ours().safeExec('sleep 60', { runTimeoutMs: 50 }), core.TimeoutError],
  ['a command that cannot start', () => ours().safeExec('echo', { cwd: '/nonexist' }), core.ConfigurationError],
];

describe('every error that the client throws is a RampartError, and what core calls it', () => {
  it.each(FAILURES)('%s', async (_what, work, type) => {
    const error = await thrownBy(work);
    expect(error).toBeInstanceOf(RampartError);
    expect(error).toBeInstanceOf(type);
    expect(error).toBeInstanceOf(core.SallyportError);
  });

  it('what a function throws that it runs stays as it is', async () => {
    const own = new TypeError('mine');
    const others = new core.RateLimitError('slow', { status: 429, gateway: 'meshguard' });
    for (const error of [own, others]) {
      const thrown = await thrownBy(() => ours().govern(action, () => Promise.reject(error)));
      expect(thrown).toBe(error);
      expect(thrown).not.toBeInstanceOf(RampartError);
    }
  });

  it('what another client of core throws is none', () => {
    expect(new core.AbortedError('x')).not.toBeInstanceOf(RampartError);
  });
});
