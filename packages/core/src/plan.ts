import type { CallerConfig } from './caller-config.js';
import { ConfigurationError } from './errors/configuration.js';
import { mergeHeaders } from './headers.js';
import type { Operation, QueryValue, RetryClass } from './operation.js';
import { type Limits, type RequestOptions, resolveLimits } from './options.js';
import { checkPath } from './path.js';
import type { Runtime } from './runtime.js';
import { Secrets } from './secrets.js';

/** One logical call, decided: the same for each of its attempts. */
export interface CallPlan {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | AsyncIterable<Uint8Array> | undefined;
  readonly retry: RetryClass;
  /** Whether an idempotency key goes along. */
  readonly keyed: boolean;
  /** Whether the body can be sent again: a stream is used up by the first attempt. */
  readonly repeatable: boolean;
  readonly limits: Limits;
  /** What goes along that nobody may see. */
  readonly secrets: Secrets;
}

type Headers = Readonly<Record<string, string>>;

const ACCEPT = { json: 'application/json', text: '*/*' } as const;
/** The standard header, whose value is a quoted string (draft-ietf-httpapi-idempotency-key-header). */
const STANDARD_KEY_HEADER = 'idempotency-key';
const LONGEST_KEY = 255;

/** Turns operations into plans. What does not change from call to call is computed once: this is the hot path. */
export class Planner {
  readonly #config: CallerConfig;
  readonly #runtime: Runtime;
  readonly #limits: Limits;
  readonly #keyHeader: string;
  readonly #secrets: Secrets;
  readonly #ready = new Map<string, Headers>();

  constructor(config: CallerConfig, runtime: Runtime) {
    const { options, defaults = {} } = config;
    this.#config = config;
    this.#runtime = runtime;
    this.#limits = resolveLimits(options, {
      timeoutMs: defaults.timeoutMs ?? 30_000,
      deadlineMs: Number.POSITIVE_INFINITY,
      maxRetries: defaults.maxRetries ?? 2,
    });
    this.#keyHeader = config.idempotencyHeader ?? STANDARD_KEY_HEADER;
    mergeHeaders(config.headers, options.headers);
    const credentials = Object.values(config.credentials).map((credential) => credential?.secret ?? '');
    this.#secrets = new Secrets(credentials, config.headers, options.headers);
  }

  /** @throws ConfigurationError when the call cannot be made as asked. */
  plan<Input>(operation: Operation<Input, unknown>, input: Input, options: RequestOptions): CallPlan {
    const body = bodyOf(operation, input);
    const base = this.#headersFor(operation.auth, operation.reads ?? 'json', typeof body === 'string');
    const key = this.#keyFor(operation.retry, options.idempotencyKey);
    const keyed = key === undefined ? base : { ...base, [this.#keyHeader]: this.#keyValue(key) };
    return {
      method: operation.method,
      url: this.#config.baseUrl + checkPath(operation.path(input)) + queryString(operation.query?.(input)),
      headers: options.headers === undefined ? keyed : mergeHeaders(keyed, options.headers),
      body,
      retry: operation.retry,
      keyed: key !== undefined,
      repeatable: !isStream(body),
      limits: resolveLimits(options, this.#limits),
      secrets: options.headers === undefined ? this.#secrets : this.#secrets.with(options.headers),
    };
  }

  #keyFor(retry: RetryClass, given: string | undefined): string | undefined {
    if (given !== undefined) {
      if (given.length > LONGEST_KEY || !/^[!#-[\]-~]+$/.test(given)) {
        throw new ConfigurationError(
          `idempotencyKey must be 1 to ${LONGEST_KEY} visible ASCII characters without quotes and backslashes.`,
        );
      }
      return given;
    }
    return retry === 'keyed' && this.#config.options.idempotency !== 'never' ? this.#runtime.id() : undefined;
  }

  #keyValue(key: string): string {
    return this.#keyHeader === STANDARD_KEY_HEADER ? `"${key}"` : key;
  }

  #headersFor(auth: string, reads: keyof typeof ACCEPT, json: boolean): Headers {
    const cacheKey = `${auth} ${reads} ${json}`;
    let headers = this.#ready.get(cacheKey);
    if (headers === undefined) {
      const { gateway, headers: ofProtocol, options } = this.#config;
      headers = mergeHeaders(
        { accept: ACCEPT[reads], 'accept-encoding': 'identity', 'user-agent': `sallyport-${gateway}` },
        json ? { 'content-type': 'application/json' } : undefined,
        this.#credentialHeader(auth),
        ofProtocol,
        options.headers,
      );
      this.#ready.set(cacheKey, headers);
    }
    return headers;
  }

  #credentialHeader(auth: string): Headers | undefined {
    if (auth === 'none') return undefined;
    const credential = this.#config.credentials[auth];
    if (credential) return { [credential.header]: credential.value };
    throw new ConfigurationError(
      `This call needs the "${auth}" credential. ${this.#config.credentialHelp?.[auth] ?? 'Give it to the client.'}`,
    );
  }
}

/** Visible ASCII without `#`, which would end it. */
const PLAIN_QUERY = /^[!"$-~]*$/;

/** Query values with a leading `?`, those that are undefined left out; empty for none. */
function queryString(values: Readonly<Record<string, QueryValue>> | string | undefined): string {
  if (values === undefined || values === '') return '';
  if (typeof values === 'string') {
    if (PLAIN_QUERY.test(values)) return `?${values}`;
    throw new ConfigurationError('A query must be percent-encoded, and hold no "#".');
  }
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) if (value !== undefined) search.append(name, String(value));
  return search.size === 0 ? '' : `?${search}`;
}

const isStream = (value: unknown): value is AsyncIterable<Uint8Array> =>
  typeof value === 'object' && value !== null && Symbol.asyncIterator in value;

/** The body as it is sent: JSON, or bytes that are already what they should be. */
function bodyOf<Input>(operation: Operation<Input, unknown>, input: Input): CallPlan['body'] {
  const body = operation.body?.(input);
  if (body === undefined || body instanceof Uint8Array || isStream(body)) return body;
  try {
    return JSON.stringify(body);
  } catch (cause) {
    throw new ConfigurationError(
      `The input of ${operation.name} cannot be written as JSON. Look for a cycle or a bigint in it.`,
      { cause },
    );
  }
}
