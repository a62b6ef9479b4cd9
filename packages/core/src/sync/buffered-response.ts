import { ResponseParseError } from '../errors/response.js';

/** A response as it crosses the thread. */
export interface PackedResponse {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Uint8Array;
}

/**
 * A response that was read whole: what a blocking client returns where the async one returns an unread `Response`.
 *
 * @example
 * ```ts
 * import type { BufferedResponse } from '@sallyport/core';
 *
 * const contacts = (response: BufferedResponse): unknown => (response.ok ? response.json() : []);
 * ```
 */
export class BufferedResponse {
  readonly status: number;
  /** True for 2xx. */
  readonly ok: boolean;
  readonly headers: Headers;
  readonly #body: Uint8Array;

  /** @internal Made by the bridge. */
  constructor({ status, headers, body }: PackedResponse) {
    this.status = status;
    this.ok = status >= 200 && status < 300;
    this.headers = new Headers(headers.map(([name, value]): [string, string] => [name, value]));
    this.#body = body;
  }

  /** The body as it came. */
  bytes(): Uint8Array {
    return this.#body;
  }

  /** The body as UTF-8. */
  text(): string {
    return new TextDecoder().decode(this.#body);
  }

  /**
   * The body, parsed.
   *
   * @throws ResponseParseError when it is not JSON.
   */
  json(): unknown {
    try {
      return JSON.parse(this.text());
    } catch (cause) {
      const message = `The body of this ${this.status} answer is not JSON (${this.#body.length} bytes).`;
      throw new ResponseParseError(message, { status: this.status, cause });
    }
  }
}
