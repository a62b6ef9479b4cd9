import type { CallMeta } from './call-promise.js';
import type { CallScope, Limit } from './scope.js';
import type { TransportStream } from './transport/port.js';

/**
 * An answer whose body is read as it arrives. Iterate it once, to its end or until `break`; or cancel it.
 *
 * @example
 * ```ts
 * import type { OpenResponse } from '@sallyport/core';
 *
 * async function size(response: OpenResponse): Promise<number> {
 *   let bytes = 0;
 *   for await (const chunk of response) bytes += chunk.length;
 *   return bytes;
 * }
 * ```
 */
export interface OpenResponse extends AsyncIterable<Uint8Array> {
  readonly meta: CallMeta;
  /** Ends it early; harmless when it is over. */
  cancel(): void;
}

/**
 * The body of an open call, under the call's scope: its signal, the client's `close()` and the idle limit go on applying
 * until the last byte.
 *
 * @param explain - turns what a transport throws into an error of ours.
 */
export class ScopedStream implements OpenResponse {
  readonly meta: CallMeta;
  readonly #stream: TransportStream;
  readonly #scope: CallScope;
  readonly #idleTimeoutMs: number;
  readonly #explain: (error: unknown) => unknown;
  #cancelled = false;

  constructor(
    stream: TransportStream,
    meta: CallMeta,
    scope: CallScope,
    idleTimeoutMs: number,
    explain: (error: unknown) => unknown,
  ) {
    this.meta = meta;
    this.#stream = stream;
    this.#scope = scope;
    this.#idleTimeoutMs = idleTimeoutMs;
    this.#explain = explain;
    scope.releaseOnEnd(() => stream.cancel());
  }

  cancel(): void {
    this.#cancelled = true;
    this.#scope.close();
    this.#stream.cancel();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    const chunks = this.#stream.body[Symbol.asyncIterator]();
    const next = () => ({ result: chunks.next(), abort: () => this.#stream.cancel() });
    const limit: Limit = { timeoutMs: this.#idleTimeoutMs, phase: () => 'idle' };
    try {
      for (;;) {
        const step = await this.#scope.guard(next, limit);
        if (step.done) return;
        yield step.value;
      }
    } catch (error) {
      if (!this.#cancelled) throw this.#explain(error);
    } finally {
      this.cancel();
    }
  }
}
