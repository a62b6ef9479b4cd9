import { describe, expect, it } from 'vitest';
import { ConnectionError } from './errors/index.js';
import { callerOn, failure, READ } from './test/caller.js';
import { settle } from './test/fakes.js';

describe('middleware', () => {
  it('runs around every attempt, in order, and may change the request', async () => {
    const seen: string[] = [];
    const { caller, transport, runtime } = callerOn([{ status: 503 }, { body: 1 }], {
      middleware: [
        async (request, next) => {
          seen.push(`outer ${request.attempt}`);
          const answer = await next({ ...request, headers: { ...request.headers, 'x-a': '1' } });
          seen.push(`outer saw ${answer.status}`);
          return answer;
        },
        (request, next) => {
          seen.push(`inner ${request.operation} ${request.headers['x-a']}`);
          return next(request);
        },
      ],
    });
    const call = caller.call(READ, 'x');
    await runtime.advance(250);
    await call;
    expect(seen).toEqual([
      'outer 1',
      'inner gate.read 1',
      'outer saw 503',
      'outer 2',
      'inner gate.read 1',
      'outer saw 200',
    ]);
    expect(transport.requests[1]?.headers['x-a']).toBe('1');
  });

  it('ends the call with what it throws, unless that is marked as retryable', async () => {
    class Mine extends Error {
      readonly retryable: boolean;

      constructor(retryable: boolean) {
        super('mine');
        this.retryable = retryable;
      }
    }
    for (const [retryable, attempts] of [
      [false, 1],
      [true, 3],
    ] as const) {
      let runs = 0;
      const { caller, runtime } = callerOn([{}], {
        middleware: [
          () => {
            runs++;
            throw new Mine(retryable);
          },
        ],
      });
      const error = failure(caller.call(READ, 'x'));
      await runtime.advance(10_000);
      expect([await error, runs]).toEqual([new Mine(retryable), attempts]);
    }
  });

  it('sees the typed errors of the transport, which stay retryable', async () => {
    const seen: unknown[] = [];
    const { caller, runtime } = callerOn([{ breaks: new Error('reset'), sent: true }, { body: 1 }], {
      middleware: [
        async (request, next) => {
          try {
            return await next(request);
          } catch (error) {
            seen.push(error);
            throw error;
          }
        },
      ],
    });
    const call = caller.call(READ, 'x');
    await runtime.advance(250);
    expect(await call).toBe(1);
    expect(seen).toEqual([expect.any(ConnectionError)]);
  });

  it('sends nothing any more once its attempt is over', async () => {
    let goOn = (): void => {};
    const gate = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const { caller, transport, runtime } = callerOn([{}], {
      maxRetries: 0,
      timeoutMs: 100,
      middleware: [
        async (request, next) => {
          await gate;
          return next(request);
        },
      ],
    });
    const error = failure(caller.call(READ, 'x'));
    await runtime.advance(100);
    expect(await error).toMatchObject({ code: 'timeout' });
    goOn();
    await settle();
    expect(transport.requests).toEqual([]);
  });

  it('is held to the time limit of an attempt as well', async () => {
    const { caller, runtime } = callerOn([{}], {
      maxRetries: 0,
      timeoutMs: 100,
      middleware: [() => new Promise(() => {})],
    });
    const error = failure(caller.call(READ, 'x'));
    await runtime.advance(100);
    expect(await error).toMatchObject({ code: 'timeout', phase: 'connect' });
  });
});
