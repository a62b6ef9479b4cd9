import type {
  Exchange,
  ResponseHead,
  Transport,
  TransportHeaders,
  TransportRequest,
  TransportResponse,
  TransportStream,
} from './port.js';
import { readWhole } from './read-whole.js';

/**
 * Any WHATWG `fetch`.
 *
 * @example
 * ```ts
 * import type { FetchLike } from '@sallyport/core';
 *
 * const logged: FetchLike = (url, init) => globalThis.fetch(url, init);
 * ```
 */
export type FetchLike = (url: string, init: RequestInit) => Promise<Response>;

/** Failures that happen before a byte of the request is written, by the codes of Node, undici, Bun and Deno. */
const BEFORE_SENDING = new Set([
  'ECONNREFUSED',
  'ConnectionRefused',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

function failedBeforeSending(error: unknown): boolean {
  for (let cause = error, depth = 0; cause instanceof Error && depth < 4; cause = cause.cause, depth++) {
    const code: unknown = Reflect.get(cause, 'code');
    if (typeof code === 'string' && BEFORE_SENDING.has(code)) return true;
  }
  return false;
}

function headersOf(response: Response): TransportHeaders {
  const headers: Record<string, string | string[]> = Object.fromEntries(response.headers);
  const cookies = response.headers.getSetCookie();
  if (cookies.length > 0) headers['set-cookie'] = cookies;
  return headers;
}

type Read<T> = (body: AsyncIterable<Uint8Array>, head: ResponseHead, abort: () => void) => Promise<T>;

class FetchExchange<T> implements Exchange<T> {
  readonly result: Promise<T>;
  /** Fetch does not say when it writes; it only fails in ways that tell that it never did. */
  sent = true;
  head: ResponseHead | undefined;
  readonly #controller = new AbortController();

  constructor(fetch: FetchLike, request: TransportRequest, read: Read<T>) {
    this.result = this.#run(fetch, request, read);
  }

  abort(reason: Error): void {
    this.#controller.abort(reason);
  }

  async #run(fetch: FetchLike, { url, method, headers, body }: TransportRequest, read: Read<T>): Promise<T> {
    try {
      const response = await fetch(url, {
        method,
        headers,
        redirect: 'manual',
        signal: this.#controller.signal,
        ...(body !== undefined && bodyInit(body)),
      });
      this.head = { status: response.status, headers: headersOf(response) };
      return await read(response.body ?? emptyBody(), this.head, () => this.#controller.abort());
    } catch (error) {
      if (failedBeforeSending(error)) this.sent = false;
      throw error;
    }
  }
}

function bodyInit(body: NonNullable<TransportRequest['body']>): RequestInit {
  if (typeof body === 'string') return { body };
  if (body instanceof Uint8Array) return { body: Uint8Array.from(body) };
  return { body: ReadableStream.from(body), duplex: 'half' };
}

/**
 * Carries requests on any WHATWG fetch: the process's own, an edge runtime's, or one that a test injects.
 *
 * @example
 * ```ts
 * import { FetchTransport } from '@sallyport/core';
 *
 * const transport = new FetchTransport((url, init) => fetch(url, init));
 * ```
 */
export class FetchTransport implements Transport {
  readonly #fetch: FetchLike;

  /** @param fetch - the function to use; the global one, looked up for each request, when absent. */
  constructor(fetch: FetchLike = (url, init) => globalThis.fetch(url, init)) {
    this.#fetch = fetch;
  }

  /** Sends, and reads the whole response. */
  send(request: TransportRequest): Exchange<TransportResponse> {
    return new FetchExchange(this.#fetch, request, async (body, head, abort) => {
      try {
        return { ...head, body: await readWhole(body, request.maxResponseBytes) };
      } catch (error) {
        abort();
        throw error;
      }
    });
  }

  /** Sends, and hands the response over once its headers are there. */
  open(request: TransportRequest): Exchange<TransportStream> {
    return new FetchExchange(this.#fetch, request, async (body, head, abort) => ({ ...head, body, cancel: abort }));
  }

  /** Nothing to release: fetch keeps its own connections. */
  close(): Promise<void> {
    return Promise.resolve();
  }
}

async function* emptyBody(): AsyncGenerator<Uint8Array> {}
