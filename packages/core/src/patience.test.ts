import { describe, expect, it } from 'vitest';
import { AbortedError } from './errors/index.js';
import { waitAtMost } from './patience.js';
import { failure } from './test/caller.js';
import { FakeRuntime } from './test/fakes.js';

const untilAborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_resolve, reject) => {
    if (signal.aborted) reject(new AbortedError('stopped'));
    signal.addEventListener('abort', () => reject(new AbortedError('stopped')));
  });

describe('waiting at most so long', () => {
  it('hands over what the work brings, and leaves no timer', async () => {
    const runtime = new FakeRuntime();
    expect(
      await waitAtMost(
        runtime,
        { maxWaitMs: 100 },
        async () => 'done',
        () => 'late',
      ),
    ).toBe('done');
    expect(runtime.pending).toBe(0);
  });

  it('says what comes of it when time is up', async () => {
    const runtime = new FakeRuntime();
    const waiting = waitAtMost(runtime, { maxWaitMs: 100 }, untilAborted, () => 'late');
    await runtime.advance(100);
    expect(await waiting).toBe('late');
  });

  it('ends as an abort when the caller gives up, and as a failure when the work fails', async () => {
    const runtime = new FakeRuntime();
    const signal = AbortSignal.abort();
    const late = () => 'late';
    expect(await failure(waitAtMost(runtime, { maxWaitMs: 1, signal }, untilAborted, late))).toBeInstanceOf(
      AbortedError,
    );
    const broken = () => Promise.reject(new TypeError('broken'));
    expect(await failure(waitAtMost(runtime, { maxWaitMs: 1 }, broken, late))).toBeInstanceOf(TypeError);
    expect(runtime.pending).toBe(0);
  });
});
