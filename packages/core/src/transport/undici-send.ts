import type { ResponseHead, TransportHeaders, TransportResponse } from './port.js';
import { tooLarge } from './too-large.js';
import { type DispatchController, DispatchExchange } from './undici-handler.js';

/** Reads the whole response. */
export class SendExchange extends DispatchExchange<TransportResponse> {
  readonly #limit: number;
  #status = 0;
  #headers: TransportHeaders = {};
  #first: Uint8Array | undefined;
  #more: Uint8Array[] | undefined;
  #size = 0;

  constructor(limitBytes: number) {
    super();
    this.#limit = limitBytes;
  }

  get head(): ResponseHead | undefined {
    return this.#status === 0 ? undefined : { status: this.#status, headers: this.#headers };
  }

  protected started(_controller: DispatchController, status: number, headers: TransportHeaders): void {
    this.#status = status;
    this.#headers = headers;
  }

  onResponseData(_controller: DispatchController, chunk: Uint8Array): void {
    this.#size += chunk.length;
    if (this.#size > this.#limit) this.abort(tooLarge(this.#limit));
    else if (this.#first === undefined) this.#first = chunk;
    else if (this.#more === undefined) this.#more = [this.#first, chunk];
    else this.#more.push(chunk);
  }

  onResponseEnd(): void {
    const body = this.#more ? Buffer.concat(this.#more) : (this.#first ?? new Uint8Array());
    this.resolve({ status: this.#status, headers: this.#headers, body });
  }
}
