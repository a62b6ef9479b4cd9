import type { Credential } from './credentials.js';
import type { SallyportError } from './errors/base.js';
import { ConfigurationError } from './errors/configuration.js';
import type { HeaderInput } from './headers.js';
import type { ErrorDecoder } from './operation.js';
import type { ClientOptions } from './options.js';
import type { Backoff } from './retry.js';
import { FetchTransport } from './transport/fetch.js';
import type { Transport } from './transport/port.js';
import { UndiciTransport } from './transport/undici.js';

/** What a gateway's client builds its {@link Caller} from. */
export interface CallerConfig {
  /** The gateway's name in errors, spans and the user agent: `rampart`. */
  readonly gateway: string;
  /** As `parseBaseUrl` returns it: absolute, without a trailing slash. */
  readonly baseUrl: string;
  /** By the names that operations ask for; undefined where the user gave none. */
  readonly credentials: Readonly<Record<string, Credential | undefined>>;
  /** What to do about a credential that is missing, by its name: `'Give it as "token" or set RAMPART_TOKEN.'`. */
  readonly credentialHelp?: Readonly<Record<string, string>>;
  /** The credential of `request()` when the caller names none; `none` when absent. */
  readonly defaultAuth?: string;
  /** What the user gave, checked by `checkOptionNames`. */
  readonly options: ClientOptions;
  /** The gateway's documented defaults, where they differ from ours. */
  readonly defaults?: {
    readonly timeoutMs?: number;
    readonly maxRetries?: number;
    readonly backoff?: Backoff;
    readonly retriesStatus?: (status: number) => boolean;
  };
  /** Headers of the protocol itself; the user's come after and win. */
  readonly headers?: HeaderInput;
  /**
   * The header that carries the idempotency key; quoted in the standard one, bare in any other.
   *
   * @defaultValue `'idempotency-key'`
   */
  readonly idempotencyHeader?: string;
  /** Asked after an operation's own decoders, before the general classes by status. */
  readonly errors?: readonly ErrorDecoder[];
  /** Turns an error into the gateway's own family, where users expect that of every error. */
  readonly adopt?: (error: SallyportError) => SallyportError;
}

/** The transport the options ask for. */
export function resolveTransport({ fetch, dispatcher, transport }: ClientOptions): Transport {
  if ([fetch, dispatcher, transport].filter((given) => given !== undefined).length > 1) {
    throw new ConfigurationError('Give at most one of fetch, dispatcher and transport: each replaces the others.');
  }
  return transport ?? (fetch ? new FetchTransport(fetch) : new UndiciTransport(dispatcher));
}
