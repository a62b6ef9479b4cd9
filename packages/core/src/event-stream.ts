import { unwatchSignal, watchSignal } from './abort.js';
import type { CallMeta } from './call-promise.js';
import { ConfigurationError } from './errors/configuration.js';
import { StreamError } from './errors/response.js';
import { TimeoutError } from './errors/transport.js';
import { EventReader, type ServerSentEvent } from './events.js';
import { headerValue } from './headers.js';
import type { Operation } from './operation.js';
import { checkNames, optionNames } from './option-names.js';
import { OPEN_OPTIONS, type OpenOptions } from './options.js';
import type { Caller } from './pipeline.js';
import { isRetryable } from './retry.js';
import type { OpenResponse } from './stream.js';

const MAX_EVENT_BYTES = 1024 * 1024;
/** The first wait between connections, unless the server names its own. It doubles with each one that brings nothing. */
const RECONNECT_MS = 1_000;
const LONGEST_RECONNECT_MS = 60_000;
/** Connections that may end in a row without having brought an event. */
const MAX_EMPTY_CONNECTIONS = 5;

/**
 * What a call can be told that reads events.
 *
 * @example
 * ```ts
 * import type { EventStreamOptions } from '@sallyport/core';
 *
 * const options: EventStreamOptions = { idleTimeoutMs: 90_000, maxEventBytes: 64_000 };
 * ```
 */
export interface EventStreamOptions extends OpenOptions {
  /**
   * The largest event that is accepted.
   *
   * @defaultValue `1_048_576` (1 MiB)
   */
  readonly maxEventBytes?: number;
  /** Continues after this event, where the server can. */
  readonly lastEventId?: string;
}

/** How a stream's operation lets a reader continue after the connection was lost. */
export interface EventSource<Event> {
  /**
   * `resume`: connect again with `Last-Event-ID`, so that nothing is lost. `restart`: connect again, and miss what
   * happened in between. `never`: a lost connection is an error, its regular end the end of the stream.
   */
  readonly reconnect: 'resume' | 'restart' | 'never';
  /** Turns an event into what the client hands out; undefined drops it. */
  readonly decode: (event: ServerSentEvent) => Event | undefined;
}

/**
 * Events as they happen. It connects when it is first iterated or `opened()`; iterate it once. `break`, `close()`, the
 * call's signal and the client's `close()` end it.
 *
 * @example
 * ```ts
 * import type { EventStream } from '@sallyport/core';
 *
 * async function firstOf<T>(events: EventStream<T>): Promise<T | undefined> {
 *   for await (const event of events) return event;
 *   return undefined;
 * }
 * ```
 */
export interface EventStream<Event> extends AsyncIterable<Event>, AsyncDisposable {
  /** Resolves once the server has accepted the connection: from then on no event is missed. */
  opened(): Promise<CallMeta>;
  /** The id of the last event that carried one. */
  readonly lastEventId: string | undefined;
  /** Ends the stream and the connection; harmless when it is over. */
  close(): void;
}

const EVENT_NAMES = optionNames({
  ...OPEN_OPTIONS,
  maxEventBytes: true,
  lastEventId: true,
} satisfies Readonly<Record<keyof EventStreamOptions, true>>);

/** Reads the events of an operation, connecting again where that is allowed. */
export function openEvents<Input, Event>(
  caller: Caller,
  operation: Operation<Input, unknown>,
  input: Input,
  source: EventSource<Event>,
  options: EventStreamOptions = {},
): EventStream<Event> {
  checkNames(options, EVENT_NAMES, operation.name);
  const { maxEventBytes: _, lastEventId: __, ...opening } = options;
  const connect: Connect = (lastEventId, signal) => {
    const headers = { accept: 'text/event-stream', 'last-event-id': lastEventId, ...options.headers };
    return caller.open(operation, input, { ...opening, headers, signal });
  };
  return new ReconnectingEvents(caller, operation.name, source, options, connect);
}

type Connect = (lastEventId: string | undefined, signal: AbortSignal) => Promise<OpenResponse>;

class ReconnectingEvents<Event> implements EventStream<Event> {
  lastEventId: string | undefined;
  readonly #caller: Caller;
  readonly #operation: string;
  readonly #source: EventSource<Event>;
  readonly #options: EventStreamOptions;
  readonly #connect: Connect;
  /** Ends whatever is under way: connecting, reading, or waiting to connect again. */
  readonly #controller = new AbortController();
  readonly #userAbort = { aborted: (reason: unknown) => this.#controller.abort(reason) };
  #connection: Promise<OpenResponse> | undefined;
  #iterated = false;
  #closed = false;
  #retryMs: number | undefined;
  /** Whether events were handed out on the present connection, and on any. */
  #brought = false;
  #broughtEver = false;

  constructor(
    caller: Caller,
    operation: string,
    source: EventSource<Event>,
    options: EventStreamOptions,
    connect: Connect,
  ) {
    this.#caller = caller;
    this.#operation = operation;
    this.#source = source;
    this.#options = options;
    this.#connect = connect;
    this.lastEventId = options.lastEventId;
  }

  async opened(): Promise<CallMeta> {
    return (await this.#connected()).meta;
  }

  close(): void {
    this.#closed = true;
    if (this.#options.signal) unwatchSignal(this.#options.signal, this.#userAbort);
    this.#controller.abort();
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.close();
    return Promise.resolve();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Event, void, undefined> {
    if (this.#iterated) throw new ConfigurationError('An event stream can be iterated once. Ask for a second one.');
    this.#iterated = true;
    try {
      for (let empty = 0; ; empty = this.#brought ? 0 : empty + 1) {
        this.#brought = false;
        try {
          yield* this.#events(await this.#connected());
          if (this.#source.reconnect === 'never') return;
        } catch (error) {
          if (!this.#isPassing(error)) throw error;
        }
        await this.#waitToReconnect(empty);
      }
    } catch (error) {
      if (!this.#closed) throw this.#caller.own(error, this.#operation);
    } finally {
      this.close();
    }
  }

  #connected(): Promise<OpenResponse> {
    if (this.#connection === undefined) {
      const { signal } = this.#options;
      if (signal?.aborted) this.#controller.abort(signal.reason);
      else if (signal) watchSignal(signal, this.#userAbort);
      this.#connection = this.#connect(this.lastEventId, this.#controller.signal);
    }
    return this.#connection;
  }

  async *#events(response: OpenResponse): AsyncGenerator<Event, void, undefined> {
    const { status, headers } = response.meta;
    const type = headerValue(headers, 'content-type') ?? 'none';
    if (!type.toLowerCase().startsWith('text/event-stream')) {
      response.cancel();
      throw this.#error(`was answered with content type "${type}" instead of an event stream.`, status);
    }
    const reader = new EventReader(this.#options.maxEventBytes ?? MAX_EVENT_BYTES);
    for await (const chunk of response) {
      for (const event of reader.feed(chunk)) {
        this.lastEventId = event.id ?? this.lastEventId;
        this.#brought = true;
        this.#broughtEver = true;
        const decoded = this.#source.decode(event);
        if (decoded !== undefined) yield decoded;
      }
      this.#retryMs = reader.retryMs;
    }
  }

  /** Whether a lost connection is something that connecting again may cure. */
  #isPassing(error: unknown): boolean {
    if (this.#source.reconnect === 'never') return false;
    return isRetryable(error, true) || (error instanceof TimeoutError && error.phase === 'idle');
  }

  async #waitToReconnect(empty: number): Promise<void> {
    if (this.#source.reconnect === 'resume' && this.#broughtEver && this.lastEventId === undefined) {
      throw this.#error('lost its connection, and the server gave its events no ids to continue from.');
    }
    if (empty >= MAX_EMPTY_CONNECTIONS) {
      throw this.#error(`lost ${empty + 1} connections in a row without receiving an event.`);
    }
    this.#connection = undefined;
    const waitMs = Math.min(this.#retryMs ?? RECONNECT_MS, LONGEST_RECONNECT_MS) * 2 ** empty;
    const jittered = waitMs * (0.5 + this.#caller.runtime.random() / 2);
    await this.#caller.pause(this.#operation, jittered, this.#controller.signal);
  }

  #error(what: string, status?: number): StreamError {
    return new StreamError(`${this.#operation} ${what}`, {
      gateway: this.#caller.gateway,
      operation: this.#operation,
      status,
      lastEventId: this.lastEventId,
    });
  }
}
