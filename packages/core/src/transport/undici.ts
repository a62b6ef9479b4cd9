import { Readable } from 'node:stream';
import type { Exchange, Transport, TransportRequest, TransportResponse, TransportStream } from './port.js';
import type { DispatchExchange, DispatchHandler } from './undici-handler.js';
import { SendExchange } from './undici-send.js';
import { OpenExchange } from './undici-stream.js';

/**
 * One request as undici's dispatchers take it.
 *
 * @example
 * ```ts
 * import type { DispatchRequest } from '@sallyport/core';
 *
 * const label = ({ method, origin, path }: DispatchRequest): string => `${method} ${origin}${path}`;
 * ```
 */
export interface DispatchRequest {
  readonly origin: string;
  readonly path: string;
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body: string | Uint8Array | Readable | null;
  readonly headersTimeout: number;
  readonly bodyTimeout: number;
}

/**
 * Any undici dispatcher: `Agent`, `Pool`, `ProxyAgent`, `EnvHttpProxyAgent`, `MockAgent`, composed or not.
 *
 * @example
 * ```ts
 * import type { DispatcherLike } from '@sallyport/core';
 * import { ProxyAgent } from 'undici';
 *
 * const dispatcher: DispatcherLike = new ProxyAgent('http://proxy.internal:3128');
 * ```
 */
export interface DispatcherLike {
  /** Takes a request; false asks for patience before the next. */
  dispatch(request: DispatchRequest, handler: DispatchHandler): boolean;
}

type DispatcherSource = () => DispatcherLike;

let loading: Promise<DispatcherSource> | undefined;

/**
 * undici takes longer to load than all else together, so only the first call that needs it does. Its names are on `default`
 * where a bundler has wrapped the CommonJS package, and on the module itself where it was required.
 */
function loadGlobalDispatcher(): Promise<DispatcherSource> {
  loading ??= import('undici').then(({ default: wrapped, ...bare }) => {
    const undici = wrapped ?? bare;
    return () => undici.getGlobalDispatcher();
  });
  return loading;
}

/**
 * Carries requests on an undici dispatcher, without `fetch` and without an AbortController per attempt.
 *
 * @example
 * ```ts
 * import { UndiciTransport } from '@sallyport/core';
 * import { Agent } from 'undici';
 *
 * const transport = new UndiciTransport(new Agent({ connections: 16 }));
 * ```
 */
export class UndiciTransport implements Transport {
  #source: DispatcherSource | undefined;

  /** @param dispatcher - the dispatcher to use; undici's global one, looked up for each request, when absent. */
  constructor(dispatcher?: DispatcherLike) {
    if (dispatcher) this.#source = () => dispatcher;
  }

  /** Sends, and reads the whole response. */
  send(request: TransportRequest): Exchange<TransportResponse> {
    return this.#start(request, new SendExchange(request.maxResponseBytes));
  }

  /** Sends, and hands the response over once its headers are there. */
  open(request: TransportRequest): Exchange<TransportStream> {
    return this.#start(request, new OpenExchange());
  }

  /** Nothing to release: the dispatcher was handed in, or belongs to the process. */
  close(): Promise<void> {
    return Promise.resolve();
  }

  #start<T>(request: TransportRequest, exchange: DispatchExchange<T>): DispatchExchange<T> {
    if (this.#source) dispatch(this.#source, request, exchange);
    else {
      loadGlobalDispatcher()
        .then((source) => {
          this.#source = source;
          dispatch(source, request, exchange);
        })
        .catch((error: unknown) => exchange.abort(asError(error)));
    }
    return exchange;
  }
}

function dispatch<T>(source: DispatcherSource, request: TransportRequest, exchange: DispatchExchange<T>): void {
  if (exchange.ended) return;
  const { url, body } = request;
  const pathStart = url.indexOf('/', url.indexOf('//') + 2);
  try {
    source().dispatch(
      {
        origin: url.slice(0, pathStart),
        path: url.slice(pathStart),
        method: request.method,
        headers: request.headers,
        body: body === undefined ? null : isBuffered(body) ? body : Readable.from(body, { objectMode: false }),
        // The pipeline's timers bound every exchange, and exactly; the dispatcher's are a second coarse.
        headersTimeout: 0,
        bodyTimeout: 0,
      },
      exchange,
    );
  } catch (error) {
    exchange.abort(asError(error));
  }
}

const isBuffered = (body: NonNullable<TransportRequest['body']>): body is string | Uint8Array =>
  typeof body === 'string' || body instanceof Uint8Array;

const asError = (thrown: unknown): Error => (thrown instanceof Error ? thrown : new Error(String(thrown)));
