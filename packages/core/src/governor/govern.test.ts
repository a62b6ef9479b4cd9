import { describe, expect, it, vi } from 'vitest';
import * as errors from '../errors/index.js';
import { systemRuntime } from '../runtime.js';
import { govern } from './govern.js';
import { MemoryGovernor, type MemoryVerdict } from './memory.js';
import type { Governor, GovernorDecision, ProposedAction } from './port.js';

const action: ProposedAction = { tool: 'exec', input: { command: 'ls' } };
const memory = (verdict: MemoryVerdict, redact?: (output: unknown) => unknown) =>
  new MemoryGovernor({ policy: () => verdict, ...(redact && { redact }) });
const wrap = (inner: Governor, over: Partial<Governor>): Governor => ({
  name: inner.name,
  decide: (...args) => inner.decide(...args),
  settle: (...args) => inner.settle(...args),
  ...over,
});

describe('govern', () => {
  it('runs an allowed action with its frozen input and returns the output', async () => {
    const result = await govern(memory({ outcome: 'allow' }), action, (input) => `ran ${String(input['command'])}`);
    expect(result).toMatchObject({ source: 'run', output: 'ran ls', report: { redacted: false } });
  });

  it('runs what was decided on, whatever the caller changes meanwhile', async () => {
    const input = { command: 'ls' };
    const governor = memory({ outcome: 'allow' });
    const governed = govern(governor, { tool: 'exec', input }, (given) => given['command']);
    input.command = 'rm -rf /';
    expect((await governed).output).toBe('ls');
  });

  it('runs the arguments the gateway returned where it edited them', async () => {
    const inner = memory({ outcome: 'allow' });
    const editing = wrap(inner, {
      decide: async (...args) => {
        const decision = await inner.decide(...args);
        return { ...decision, action: { ...decision.action, input: { command: 'ls -l' } } };
      },
    });
    expect((await govern(editing, action, (input) => input['command'])).output).toBe('ls -l');
  });

  it('gives every call ids of its own', async () => {
    const seen: ProposedAction[] = [];
    const governor = new MemoryGovernor({
      policy: (asked) => {
        seen.push(asked);
        return { outcome: 'allow' };
      },
    });
    let n = 0;
    await govern(governor, action, () => '', { runtime: { ...systemRuntime, id: () => `id-${++n}` } });
    await govern(governor, { ...action, runId: 'r', callId: 'c' }, () => '');
    expect(seen.map(({ runId, callId }) => [runId, callId])).toEqual([
      ['id-1', 'id-2'],
      ['r', 'c'],
    ]);
  });

  it('acts for whom the governor acts, unless the action says otherwise', async () => {
    const governor = wrap(memory({ outcome: 'allow' }), { defaults: { agent: 'a', session: 's', runId: 'r' } });
    const { decision } = await govern(governor, { ...action, session: 'own' }, () => '');
    expect(decision.action).toMatchObject({ agent: 'a', session: 'own', runId: 'r' });
  });

  it('returns the result of a call that the gateway carried out, and runs nothing', async () => {
    const run = vi.fn();
    const result = await govern(memory({ outcome: 'allow', result: { id: 7 } }), action, run);
    expect(result).toMatchObject({ source: 'gateway', output: { id: 7 } });
    expect(run).not.toHaveBeenCalled();
  });

  it('hands over what the gateway left of the output', async () => {
    const governor = memory({ outcome: 'allow' }, () => '[redacted]');
    const result = await govern(governor, action, () => 'AKIA…');
    expect(result).toMatchObject({ source: 'redaction', output: '[redacted]' });
  });

  it('reports how long the run took', async () => {
    const times = [10, 35];
    const governor = memory({ outcome: 'allow' });
    await govern(governor, action, () => 'x', { runtime: { ...systemRuntime, monotonic: () => times.shift() ?? 0 } });
    expect(governor.outcomes).toEqual([{ status: 'ok', output: 'x', durationMs: 25 }]);
  });

  it('reports an error of the run and throws it on', async () => {
    const governor = memory({ outcome: 'allow' });
    const failure = new TypeError('boom');
    const governed = govern(governor, action, () => Promise.reject(failure), {
      runtime: { ...systemRuntime, monotonic: () => 0 },
    });
    await expect(governed).rejects.toBe(failure);
    expect(governor.outcomes).toEqual([{ status: 'error', error: 'boom', durationMs: 0 }]);
  });

  it('throws the error of the run even when it cannot be reported, and says that the report is lost', async () => {
    const incidents: unknown[] = [];
    const governor = memory({ outcome: 'allow' });
    const failing = govern(
      governor,
      action,
      () => {
        governor.fault = 'down';
        throw new TypeError('boom');
      },
      { onIncident: ({ phase, failedOpen }) => incidents.push([phase, failedOpen]) },
    );
    await expect(failing).rejects.toThrow('boom');
    expect(incidents).toEqual([['report', false]]);
  });

  it('withholds an output that could not be scanned', async () => {
    const governor = memory({ outcome: 'allow' });
    const run = () => {
      governor.fault = 'down';
      return 'secret';
    };
    await expect(govern(governor, action, run)).rejects.toThrow(errors.ConnectionError);
  });

  it('hands over an unscanned output when told to fail open, and says so', async () => {
    const onIncident = vi.fn();
    const governor = memory({ outcome: 'allow' });
    const run = () => {
      governor.fault = 'down';
      return 'output';
    };
    expect((await govern(governor, action, run, { failMode: 'open', onIncident })).output).toBe('output');
    expect(onIncident).toHaveBeenCalledWith(expect.objectContaining({ phase: 'report', failedOpen: true }));
  });
});

describe('govern: refusals', () => {
  const pending = async (over: GovernorDecision | undefined) => {
    const inner = memory({ outcome: 'ask', reason: 'prod' });
    return wrap(inner, { settle: async (decision) => ({ ...decision, ...over }) as GovernorDecision });
  };
  const denied = (cause: 'policy' | 'rejected' | 'expired' | 'cancelled') =>
    wrap(memory({ outcome: 'deny', reason: 'no' }), {
      decide: async (asked) => ({ governor: 'm', action: asked, reason: 'no', native: 1, outcome: 'deny', cause }),
    });

  it.each([
    ['policy', errors.PolicyDeniedError],
    ['rejected', errors.ApprovalRejectedError],
    ['cancelled', errors.ApprovalRejectedError],
    ['expired', errors.ApprovalTimeoutError],
  ] as const)('a refusal by %s is its own error, with the decision', async (cause, type) => {
    const run = vi.fn();
    const thrown: unknown = await govern(denied(cause), action, run).catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(type);
    expect(thrown).toMatchObject({ reason: 'no', decision: { outcome: 'deny', cause }, gateway: 'm' });
    expect(run).not.toHaveBeenCalled();
  });

  it('throws ApprovalRequiredError when told not to wait', async () => {
    const thrown: unknown = await govern(memory({ outcome: 'ask', reason: 'prod' }), action, vi.fn(), {
      onPending: 'throw',
    }).catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(errors.ApprovalRequiredError);
    expect(thrown).toMatchObject({ approvalId: 'memory-1', reason: 'prod' });
  });

  it('waits by default, and runs after the approval', async () => {
    const governor = memory({ outcome: 'ask' });
    const governed = govern(governor, action, () => 'ran');
    setImmediate(() => governor.approve('memory-1'));
    expect((await governed).output).toBe('ran');
  });

  it('takes a settle that settles nothing for no answer', async () => {
    const run = vi.fn();
    await expect(govern(await pending(undefined), action, run)).rejects.toThrow(errors.ApprovalTimeoutError);
    expect(run).not.toHaveBeenCalled();
  });
});

describe('govern: no trustworthy answer', () => {
  const lying = (change: object): Governor => {
    const inner = memory({ outcome: 'allow' });
    return wrap(inner, {
      decide: async (...args) => ({ ...(await inner.decide(...args)), ...change }) as GovernorDecision,
    });
  };

  it.each([
    ['an unknown verdict', { outcome: 'maybe' }],
    ['no verdict', { outcome: undefined }],
    ['a verdict on another call', { action: { ...action, runId: 'r', callId: 'other' } }],
    ['a verdict on another tool', { action: { tool: 'wipe', input: {}, runId: 'r', callId: 'c' } }],
    ['a verdict on nothing', { action: undefined }],
  ])('%s is an error, in either fail mode', async (_what, change) => {
    const run = vi.fn();
    for (const failMode of ['closed', 'open'] as const) {
      const governed = govern(lying(change), { ...action, runId: 'r', callId: 'c' }, run, { failMode });
      await expect(governed).rejects.toThrow(errors.ResponseError);
    }
    expect(run).not.toHaveBeenCalled();
  });

  it.each([
    ['a refused credential', new errors.AuthenticationError('no', { status: 401 })],
    ['an unreadable answer', new errors.ResponseParseError('no')],
    ['a redirect', new errors.UnexpectedRedirectError('no', { status: 302 })],
    ['a bug', new TypeError('no')],
  ])('%s never fails open', async (_what, error) => {
    const run = vi.fn();
    const broken = wrap(memory({ outcome: 'allow' }), { decide: () => Promise.reject(error) });
    await expect(govern(broken, action, run, { failMode: 'open' })).rejects.toBe(error);
    expect(run).not.toHaveBeenCalled();
  });

  it.each([
    ['out of reach', new errors.ConnectionError('no')],
    ['late', new errors.TimeoutError('no', { phase: 'response', timeoutMs: 1 })],
    ['failing', new errors.ServerError('no', { status: 503 })],
  ])('a gateway that is %s fails open when told to, visibly', async (_what, error) => {
    const onIncident = vi.fn();
    const broken = wrap(memory({ outcome: 'allow' }), { decide: () => Promise.reject(error) });
    const { decision } = await govern(broken, action, () => 'ran', { failMode: 'open', onIncident });
    expect(decision.failedOpen).toEqual({ code: error.code, message: 'no' });
    expect(onIncident).toHaveBeenCalledWith(expect.objectContaining({ phase: 'decide', failedOpen: true, error }));
  });

  it('warns on the process when nobody listens for incidents', async () => {
    const warning = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    const broken = wrap(memory({ outcome: 'allow' }), {
      decide: () => Promise.reject(new errors.ConnectionError('gone')),
    });
    await govern(broken, action, () => 'ran', { failMode: 'open' });
    expect(warning).toHaveBeenCalledWith("Tool 'exec' runs without a decision (failMode: 'open'): gone", {
      type: 'SallyportWarning',
      code: 'SALLYPORT_INCIDENT',
    });
    warning.mockRestore();
  });

  it('a listener that objects keeps the action from running', async () => {
    const run = vi.fn();
    const broken = wrap(memory({ outcome: 'allow' }), {
      decide: () => Promise.reject(new errors.ConnectionError('gone')),
    });
    const onIncident = () => {
      throw new Error('not without a gateway');
    };
    await expect(govern(broken, action, run, { failMode: 'open', onIncident })).rejects.toThrow(
      'not without a gateway',
    );
    expect(run).not.toHaveBeenCalled();
  });

  it('a verdict after the deadline finds nobody waiting', async () => {
    vi.useFakeTimers();
    try {
      const run = vi.fn();
      let answer: (decision: GovernorDecision) => void = () => {};
      const slow = wrap(memory({ outcome: 'allow' }), { decide: () => new Promise((resolve) => (answer = resolve)) });
      const governed = govern(slow, action, run, { deadlineMs: 1_000 });
      const refused = expect(governed).rejects.toMatchObject({ code: 'timeout', phase: 'deadline', timeoutMs: 1_000 });
      await vi.advanceTimersByTimeAsync(1_000);
      await refused;
      answer({ governor: 'm', action, reason: '', native: null, outcome: 'allow' });
      await vi.advanceTimersByTimeAsync(0);
      expect(run).not.toHaveBeenCalled();
    } finally {
      vi.useRealTimers();
    }
  });

  it('leaves no listener on the signal of the caller', async () => {
    const { signal } = new AbortController();
    const added = vi.spyOn(signal, 'addEventListener');
    const removed = vi.spyOn(signal, 'removeEventListener');
    await govern(memory({ outcome: 'allow' }), action, () => 'x', { signal });
    expect(added.mock.calls.length).toBeGreaterThan(0);
    expect(removed).toHaveBeenCalledTimes(added.mock.calls.length);
  });

  it('does not run when the caller aborted while the gateway decided', async () => {
    const run = vi.fn();
    const caller = new AbortController();
    const inner = memory({ outcome: 'allow' });
    const aborting = wrap(inner, {
      decide: (...args) => {
        caller.abort(new Error('changed my mind'));
        return inner.decide(args[0]);
      },
    });
    const governed = govern(aborting, action, run, { signal: caller.signal });
    await expect(governed).rejects.toMatchObject({ code: 'aborted', cause: new Error('changed my mind') });
    expect(run).not.toHaveBeenCalled();
  });
});

describe('govern: its arguments', () => {
  const inner = memory({ outcome: 'allow' });
  it.each<readonly [string, readonly unknown[], string]>([
    ['no governor', [null, action, () => 1], 'needs a governor as its first argument, and not null'],
    ['another thing', [{}, action, () => 1], 'needs a governor as its first argument, and not an object'],
    ['no action', [inner, null, () => 1], 'action is null'],
    ['a text for an action', [inner, 'ls', () => 1], 'action is "ls"'],
    ['nothing to run', [inner, action, undefined], 'needs the function to run after the action, and not undefined'],
  ])('%s is a ConfigurationError', async (_what, given, message) => {
    const governed: unknown = Reflect.apply(govern, undefined, given);
    await expect(governed).rejects.toMatchObject({ code: 'configuration', message: expect.stringContaining(message) });
  });
});

describe('govern: its options', () => {
  it.each([
    ['onPending', 'return', "onPending must be 'wait' or 'throw', and not \"return\""],
    ['failMode', 'opened', "failMode must be 'closed' or 'open', and not \"opened\""],
    ['onPendng', 'throw', 'govern has no option "onPendng". Did you mean "onPending"?'],
  ])('%s cannot be %s', async (name, value, message) => {
    const run = vi.fn();
    const decide = vi.fn();
    const options: object = { [name]: value };
    const governed = govern(wrap(memory({ outcome: 'allow' }), { decide }), action, run, options);
    await expect(governed).rejects.toMatchObject({ code: 'configuration', message: expect.stringContaining(message) });
    expect(decide).not.toHaveBeenCalled();
    expect(run).not.toHaveBeenCalled();
  });
});
