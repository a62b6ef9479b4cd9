import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { AuthenticationError, ResponseValidationError, StreamError } from './errors/index.js';
import { type EventSource, type EventStreamOptions, openEvents } from './event-stream.js';
import { callerOn, failure, READ } from './test/caller.js';
import { FakeTransport, type Script, settle } from './test/fakes.js';

const SSE = { 'content-type': 'text/event-stream; charset=utf-8' };
const stream = (...body: string[]): Script => ({ headers: SSE, body });
const data = ({ data }: { data: string }): string => data;

function eventsOf(
  script: readonly Script[],
  source: Partial<EventSource<string>> = {},
  options: EventStreamOptions = {},
) {
  const bench = callerOn(script, { maxRetries: 0 });
  const events = openEvents(bench.caller, READ, 'x', { reconnect: 'never', decode: data, ...source }, options);
  return { ...bench, events };
}

/** Collects events until the stream ends or fails, noting which. */
function collect(events: AsyncIterable<string>): { readonly found: string[]; readonly end: Promise<unknown> } {
  const found: string[] = [];
  const end = (async () => {
    try {
      for await (const event of events) found.push(event);
      return 'ended';
    } catch (error) {
      return error;
    }
  })();
  return { found, end };
}

describe('an event stream', () => {
  it('gives the events that its decoder wants, to the end', async () => {
    const { events, transport } = eventsOf([stream('data: a\n\nda', 'ta: b\n\n', 'data: c\n\n')], {
      decode: ({ data }) => (data === 'b' ? undefined : data),
    });
    const { found, end } = collect(events);
    expect([await end, found]).toEqual(['ended', ['a', 'c']]);
    expect(transport.requests[0]?.headers).toMatchObject({ accept: 'text/event-stream' });
    expect(transport.requests).toHaveLength(1);
  });

  it('connects when it is opened or iterated, once', async () => {
    const { events, transport } = eventsOf([stream('data: a\n\n')]);
    await settle();
    expect(transport.requests).toHaveLength(0);
    expect(await events.opened()).toMatchObject({ status: 200, attempts: 1 });
    const { found, end } = collect(events);
    await end;
    expect([found, transport.requests.length]).toEqual([['a'], 1]);
    expect(await collect(events).end).toMatchObject({ code: 'configuration' });
  });

  it('fails with a typed error when the server refuses, is something else, or sends what it should not', async () => {
    expect(await collect(eventsOf([{ status: 401 }]).events).end).toBeInstanceOf(AuthenticationError);
    const html = eventsOf([{ headers: { 'content-type': 'text/html' }, body: '<p>' }]);
    expect(await collect(html.events).end).toBeInstanceOf(StreamError);
    expect(html.transport.aborted).not.toEqual([]);
    const decode = (): never => {
      throw new ResponseValidationError('not an event');
    };
    const wrong = eventsOf([stream('data: a\n\n')], { decode, reconnect: 'restart' });
    expect(await collect(wrong.events).end).toBeInstanceOf(ResponseValidationError);
    const large = eventsOf([stream('data: aaaaaaaaaaaa\n\n')], {}, { maxEventBytes: 5 });
    expect(await collect(large.events).end).toMatchObject({ code: 'response_too_large' });
  });

  it('cleans up when its reader stops', async () => {
    const controller = new AbortController();
    const { events, transport, runtime } = eventsOf(
      [stream('data: a\n\n', 'data: b\n\n')],
      {},
      {
        signal: controller.signal,
        idleTimeoutMs: 1_000,
      },
    );
    for await (const event of events) if (event === 'a') break;
    expect([transport.aborted.length > 0, runtime.pending]).toEqual([true, 0]);
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
  });

  it('ends quietly when it is closed, and with an error when its signal aborts', async () => {
    const first = eventsOf(['hangs']);
    const closed = collect(first.events);
    await settle();
    first.events.close();
    expect(await closed.end).toBe('ended');

    const controller = new AbortController();
    const second = eventsOf(['hangs'], {}, { signal: controller.signal });
    const aborted = collect(second.events);
    await settle();
    controller.abort('enough');
    expect(await aborted.end).toMatchObject({ code: 'aborted', cause: 'enough' });
  });

  it('ends with the client', async () => {
    const { caller, events } = eventsOf(['hangs']);
    const { end } = collect(events);
    await settle();
    await caller.close();
    expect(await end).toMatchObject({ code: 'aborted', message: 'The client was closed.' });
  });
});

describe('a lost connection', () => {
  it('is resumed after the last event that was seen', async () => {
    const { events, transport, runtime } = eventsOf(
      [stream('id: 1\ndata: a\n\n', 'id: 2\ndata: b\n\n'), stream('id: 3\ndata: c\n\n'), 'hangs'],
      { reconnect: 'resume' },
      { lastEventId: '0' },
    );
    const { found } = collect(events);
    await runtime.advance(749);
    expect(transport.requests).toHaveLength(1);
    await runtime.advance(1);
    await runtime.advance(750);
    expect(found).toEqual(['a', 'b', 'c']);
    expect(transport.requests.map(({ headers }) => headers['last-event-id'])).toEqual(['0', '2', '3']);
    expect(events.lastEventId).toBe('3');
    events.close();
  });

  it('is not resumed when events had no ids: some would be lost in silence', async () => {
    const { events, transport } = eventsOf([stream('data: a\n\n')], { reconnect: 'resume' });
    const { found, end } = collect(events);
    expect(await end).toMatchObject({ code: 'response_stream', operation: 'gate.read' });
    expect([found, transport.requests.length]).toEqual([['a'], 1]);
  });

  it('is restarted where missing events is said to be fine', async () => {
    const { events, runtime } = eventsOf([stream('data: a\n\n'), stream('data: b\n\n'), 'hangs'], {
      reconnect: 'restart',
    });
    const { found } = collect(events);
    await runtime.advance(10_000);
    expect(found).toEqual(['a', 'b']);
    events.close();
  });

  it('waits as long as the server asks', async () => {
    const { events, runtime, transport } = eventsOf([stream('retry: 4000\ndata: a\n\n'), 'hangs'], {
      reconnect: 'restart',
    });
    collect(events);
    await runtime.advance(2_999);
    expect(transport.requests).toHaveLength(1);
    await runtime.advance(1);
    expect(transport.requests).toHaveLength(2);
    events.close();
  });

  it('can be closed while it waits', async () => {
    const { events, runtime } = eventsOf([stream('data: a\n\n')], { reconnect: 'restart' });
    const { end } = collect(events);
    await settle();
    expect(runtime.pending).toBe(1);
    events.close();
    expect([await end, runtime.pending]).toEqual(['ended', 0]);
  });

  it('is given up after six connections in a row that brought nothing', async () => {
    const { events, runtime, transport } = eventsOf([{ breaks: new Error('refused'), sent: false }], {
      reconnect: 'restart',
    });
    const { end } = collect(events);
    await runtime.advance(120_000);
    expect(await end).toBeInstanceOf(StreamError);
    expect(transport.requests).toHaveLength(6);
  });

  it('is an error when it breaks and may not be mended, and also where the server refuses', async () => {
    const broken = eventsOf([{ breaks: new Error('reset'), sent: true }]);
    expect(await collect(broken.events).end).toMatchObject({ code: 'connection' });
    const refused = eventsOf([stream('data: a\n\n'), { status: 403 }], { reconnect: 'restart' });
    const { end } = collect(refused.events);
    await refused.runtime.advance(10_000);
    expect(await end).toMatchObject({ status: 403 });
  });

  it('is noticed by silence', async () => {
    const transport = new FakeTransport([{ headers: SSE }, 'hangs']);
    const silent = {
      send: transport.send.bind(transport),
      close: transport.close.bind(transport),
      open: (request: Parameters<typeof transport.open>[0]) => {
        const exchange = transport.open(request);
        const never = { [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => {}) }) };
        return { ...exchange, result: exchange.result.then((answer) => ({ ...answer, body: never })) };
      },
    };
    const { caller, runtime } = callerOn([], { transport: silent, maxRetries: 0 });
    const source = { reconnect: 'never', decode: data } as const;
    const { end } = collect(openEvents(caller, READ, 'x', source, { idleTimeoutMs: 30_000 }));
    await runtime.advance(29_999);
    expect(transport.aborted).toEqual([]);
    await runtime.advance(1);
    expect(await end).toMatchObject({ code: 'timeout', phase: 'idle', timeoutMs: 30_000 });
    expect(transport.aborted).not.toEqual([]);
  });
});

describe('an open call', () => {
  it('hands over its body, and reads the body of an error', async () => {
    const { caller } = callerOn([{ body: ['a', 'b'] }, { status: 404, body: [{ error: 'gone' }] }]);
    const chunks: string[] = [];
    for await (const chunk of await caller.open(READ, 'x')) chunks.push(new TextDecoder().decode(chunk));
    expect(chunks).toEqual(['a', 'b']);
    expect(String(await failure(caller.open(READ, 'x')))).toContain('gone');
  });

  it('keeps its signal until the last byte, and no longer', async () => {
    const { signal } = new AbortController();
    const { caller } = callerOn([{ body: ['a', 'b'] }]);
    const response = await caller.open(READ, 'x', { signal });
    expect(getEventListeners(signal, 'abort')).toHaveLength(1);
    for await (const _chunk of response);
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });

  it('lets go of the connection at once when its signal aborts, also while nobody reads', async () => {
    const controller = new AbortController();
    const { caller, transport } = callerOn([{ body: ['a'] }]);
    const response = await caller.open(READ, 'x', { signal: controller.signal });
    expect(transport.aborted).toHaveLength(0);
    controller.abort('enough');
    expect(transport.aborted).toHaveLength(1);
    const reading = response[Symbol.asyncIterator]().next();
    expect(await failure(reading)).toMatchObject({ code: 'aborted', cause: 'enough' });
  });

  it('outlives its deadline once it is open', async () => {
    const { caller, runtime } = callerOn([{ body: ['a'] }]);
    const response = await caller.open(READ, 'x', { deadlineMs: 100, timeoutMs: 50 });
    await runtime.advance(1_000);
    const chunks: number[] = [];
    for await (const chunk of response) chunks.push(chunk.length);
    expect(chunks).toEqual([1]);
  });
});
