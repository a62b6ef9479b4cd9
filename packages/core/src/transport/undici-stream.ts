import type { TransportHeaders, TransportStream } from './port.js';
import { type DispatchController, DispatchExchange } from './undici-handler.js';

/** Chunks held before the socket is told to stop. */
const HIGH_WATER_BYTES = 64 * 1024;

interface Reader {
  readonly resolve: (step: IteratorResult<Uint8Array, undefined>) => void;
  readonly reject: (reason: Error) => void;
}

const DONE: IteratorResult<Uint8Array, undefined> = { done: true, value: undefined };

/** Hands the response over unread, with back-pressure. */
export class OpenExchange extends DispatchExchange<TransportStream> implements AsyncIterator<Uint8Array, undefined> {
  readonly #chunks: Uint8Array[] = [];
  #held = 0;
  #reader: Reader | undefined;
  #complete = false;
  #failure: Error | undefined;

  protected started(_controller: DispatchController, status: number, headers: TransportHeaders): void {
    this.resolve({
      status,
      headers,
      body: { [Symbol.asyncIterator]: () => this },
      cancel: () => this.#cancel(),
    });
  }

  onResponseData(controller: DispatchController, chunk: Uint8Array): void {
    const reader = this.#takeReader();
    if (reader) {
      reader.resolve({ done: false, value: chunk });
      return;
    }
    this.#chunks.push(chunk);
    this.#held += chunk.length;
    if (this.#held >= HIGH_WATER_BYTES) controller.pause();
  }

  onResponseEnd(): void {
    this.#complete = true;
    this.#takeReader()?.resolve(DONE);
  }

  next(): Promise<IteratorResult<Uint8Array, undefined>> {
    const chunk = this.#chunks.shift();
    if (chunk) {
      this.#held -= chunk.length;
      if (this.#held < HIGH_WATER_BYTES) this.controller?.resume();
      return Promise.resolve({ done: false, value: chunk });
    }
    if (this.#failure) return Promise.reject(this.#failure);
    if (this.#complete) return Promise.resolve(DONE);
    return new Promise((resolve, reject) => {
      this.#reader = { resolve, reject };
    });
  }

  return(): Promise<IteratorResult<Uint8Array, undefined>> {
    this.#cancel();
    return Promise.resolve(DONE);
  }

  protected override fail(error: Error): void {
    super.fail(error);
    if (this.#complete) return;
    this.#failure ??= error;
    this.#takeReader()?.reject(this.#failure);
  }

  #cancel(): void {
    this.#chunks.length = 0;
    this.#held = 0;
    if (this.#complete) return;
    this.abort(new Error('The stream was cancelled by its reader.'));
    this.#complete = true;
  }

  #takeReader(): Reader | undefined {
    const reader = this.#reader;
    this.#reader = undefined;
    return reader;
  }
}
