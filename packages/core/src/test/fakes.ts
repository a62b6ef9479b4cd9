import type { Runtime, Timer } from '../runtime.js';
import type { Exchange, Transport, TransportRequest, TransportResponse, TransportStream } from '../transport/port.js';

/** Lets everything that is ready run, promises and immediates alike. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
}

interface Pending {
  readonly at: number;
  readonly callback: () => void;
}

/** A clock that moves only when told to; ids count up, and randomness is always one half. */
export class FakeRuntime implements Runtime {
  readonly #timers = new Set<Pending>();
  #ms = 0;
  #ids = 0;

  now = (): number => Date.UTC(2026, 0, 1) + this.#ms;
  monotonic = (): number => this.#ms;
  random = (): number => 0.5;
  id = (): string => `id-${++this.#ids}`;

  after = (ms: number, callback: () => void): Timer => {
    const timer = { at: this.#ms + ms, callback };
    this.#timers.add(timer);
    return { cancel: () => this.#timers.delete(timer) };
  };

  /** Timers that are set and have neither fired nor been cancelled. */
  get pending(): number {
    return this.#timers.size;
  }

  async advance(ms: number): Promise<void> {
    const until = this.#ms + ms;
    await settle();
    for (;;) {
      const [next] = [...this.#timers].filter(({ at }) => at <= until).sort((a, b) => a.at - b.at);
      if (!next) break;
      this.#timers.delete(next);
      this.#ms = Math.max(this.#ms, next.at);
      next.callback();
      await settle();
    }
    this.#ms = until;
  }
}

export interface FakeReply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON unless it is text. */
  readonly body?: unknown;
}

/** What the transport does with a request: answer, break (before or after sending), or never come back. */
export type Script = FakeReply | { readonly breaks: Error; readonly sent: boolean } | 'hangs' | 'hangs connecting';

/** A transport that follows a script, its last line for ever, and remembers what it was asked. */
export class FakeTransport implements Transport {
  readonly requests: TransportRequest[] = [];
  readonly aborted: Error[] = [];
  closed = false;
  readonly #script: readonly Script[];
  readonly #onAbort: () => void;

  constructor(script: readonly Script[], onAbort: () => void = () => {}) {
    this.#script = script;
    this.#onAbort = onAbort;
  }

  send(request: TransportRequest): Exchange<TransportResponse> {
    return this.#exchange(request, ({ status = 200, headers = {}, body }) => ({ status, headers, body: bytes(body) }));
  }

  open(request: TransportRequest): Exchange<TransportStream> {
    return this.#exchange(request, ({ status = 200, headers = {}, body }) => ({
      status,
      headers,
      body: chunksOf(body),
      cancel: () => this.aborted.push(new Error('cancelled')),
    }));
  }

  close(): Promise<void> {
    this.closed = true;
    return Promise.resolve();
  }

  #exchange<T>(request: TransportRequest, answer: (reply: FakeReply) => T): Exchange<T> {
    const line = this.#script[Math.min(this.requests.length, this.#script.length - 1)] ?? {};
    this.requests.push(request);
    const abort = (reason: Error): void => {
      this.aborted.push(reason);
      this.#onAbort();
    };
    // A real transport may never settle after an abort: neither does this one.
    if (line === 'hangs') return { result: new Promise(() => {}), sent: true, abort };
    if (line === 'hangs connecting') return { result: new Promise(() => {}), sent: false, abort };
    if ('breaks' in line) return { result: Promise.reject(line.breaks), sent: line.sent, abort };
    return { result: Promise.resolve(answer(line)), sent: true, abort };
  }
}

const bytes = (body: unknown): Uint8Array =>
  new TextEncoder().encode(body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body));

async function* chunksOf(body: unknown): AsyncGenerator<Uint8Array> {
  if (Array.isArray(body)) for (const part of body) yield bytes(part);
  else yield bytes(body);
}
