import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { callerOn, failure, READ } from './test/caller.js';
import { FakeRuntime, FakeTransport, settle } from './test/fakes.js';

const listeners = (signal: AbortSignal): number => getEventListeners(signal, 'abort').length;

describe('the time limits of a call', () => {
  it('end an attempt that does not connect, and say so', async () => {
    const { caller, runtime, transport } = callerOn(['hangs connecting'], { timeoutMs: 1_000, maxRetries: 0 });
    const error = failure(caller.call(READ, 'x'));
    await runtime.advance(1_000);
    expect(await error).toMatchObject({ code: 'timeout', phase: 'connect', timeoutMs: 1_000 });
    expect(transport.aborted).toHaveLength(1);
  });

  it('end an attempt that gets no complete answer', async () => {
    const { caller, runtime } = callerOn(['hangs'], { maxRetries: 0 });
    const error = failure(caller.call(READ, 'x', { timeoutMs: 50 }));
    await runtime.advance(50);
    expect(await error).toMatchObject({ code: 'timeout', phase: 'response', timeoutMs: 50 });
  });

  it('count for each attempt anew, and for the whole call once', async () => {
    const { caller, runtime, transport } = callerOn(['hangs'], { timeoutMs: 1_000, deadlineMs: 2_000 });
    const error = failure(caller.call(READ, 'x'));
    await runtime.advance(1_999);
    expect(transport.requests).toHaveLength(2);
    await runtime.advance(1);
    expect(await error).toMatchObject({ code: 'timeout', phase: 'deadline', timeoutMs: 2_000 });
    expect(runtime.pending).toBe(0);
  });

  it('reject the caller first and abort the request after', async () => {
    const order: string[] = [];
    const transport = new FakeTransport(['hangs'], () => order.push(`aborted, rejected: ${rejected}`));
    let rejected = false;
    const runtime = new FakeRuntime();
    const { caller } = callerOn([], { transport, runtime, timeoutMs: 10, maxRetries: 0 });
    const call = failure(caller.call(READ, 'x')).then(() => {
      rejected = true;
      order.push('rejected');
    });
    await runtime.advance(10);
    await call;
    // The transport never settles: that the call did shows that it does not depend on the abort.
    expect(order).toEqual(['aborted, rejected: false', 'rejected']);
  });

  it('leave no timer behind a call that succeeds', async () => {
    const { caller, runtime } = callerOn([{ body: 1 }], { deadlineMs: 5_000 });
    await caller.call(READ, 'x');
    expect(runtime.pending).toBe(0);
  });
});

describe('the signal of a call', () => {
  it('ends it at once, with the reason as cause', async () => {
    const { caller, transport, runtime } = callerOn(['hangs']);
    const controller = new AbortController();
    const error = failure(caller.call(READ, 'x', { signal: controller.signal }));
    await settle();
    const reason = new Error('user left');
    controller.abort(reason);
    expect(await error).toMatchObject({ code: 'aborted', cause: reason, operation: 'gate.read' });
    expect([transport.aborted.length, runtime.pending, listeners(controller.signal)]).toEqual([1, 0, 0]);
  });

  it('lets nothing be sent when it was aborted before', async () => {
    const { caller, transport } = callerOn([{ body: 1 }]);
    expect(await failure(caller.call(READ, 'x', { signal: AbortSignal.abort() }))).toMatchObject({ code: 'aborted' });
    expect(transport.requests).toEqual([]);
  });

  it('carries one listener for many calls in flight, and none after them', async () => {
    const { caller } = callerOn(['hangs']);
    const controller = new AbortController();
    const errors = Array.from({ length: 50 }, () => failure(caller.call(READ, 'x', { signal: controller.signal })));
    await settle();
    expect(listeners(controller.signal)).toBe(1);
    controller.abort();
    expect(await Promise.all(errors)).toHaveLength(50);
    expect(listeners(controller.signal)).toBe(0);
  });

  it('is left alone when calls succeed, fail, time out or are refused', async () => {
    const { signal } = new AbortController();
    const outcomes = [{ body: 1 }, { status: 400 }, { breaks: new Error('reset'), sent: true }, { body: '<' }] as const;
    const { caller } = callerOn(outcomes, { maxRetries: 0 });
    for (const _ of outcomes) await caller.call(READ, 'x', { signal }).catch(() => {});
    await caller.call(READ, '', { signal }).catch(() => {});
    const late = callerOn(['hangs'], { maxRetries: 0, timeoutMs: 5 });
    const call = failure(late.caller.call(READ, 'x', { signal }));
    await late.runtime.advance(5);
    await call;
    expect(listeners(signal)).toBe(0);
  });
});
