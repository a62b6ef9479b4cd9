import { ConfigurationError } from './errors/configuration.js';
import type { HeaderInput } from './headers.js';
import type { Logger } from './logger.js';
import type { Middleware } from './middleware.js';
import type { Operation } from './operation.js';
import { checkNames, optionNames } from './option-names.js';
import { shown } from './plain.js';
import type { Backoff } from './retry.js';
import type { Runtime } from './runtime.js';
import type { FetchLike } from './transport/fetch.js';
import type { Transport } from './transport/port.js';
import type { DispatcherLike } from './transport/undici.js';

/**
 * What every client of every gateway can be told at construction.
 *
 * @example
 * ```ts
 * import type { ClientOptions } from '@sallyport/core';
 *
 * const options: ClientOptions = { timeoutMs: 5_000, maxRetries: 1, logger: console };
 * ```
 */
export interface ClientOptions {
  /**
   * Milliseconds for one attempt, headers and body together. `Infinity` for no limit.
   *
   * @defaultValue `30_000`
   */
  readonly timeoutMs?: number;
  /**
   * Milliseconds for a whole call, retries and the waits between them included.
   *
   * @defaultValue no limit
   */
  readonly deadlineMs?: number;
  /**
   * Attempts after the first one. `0` is one attempt.
   *
   * @defaultValue `2`, or what the gateway's own documentation says
   */
  readonly maxRetries?: number;
  /** An alias of `maxRetries`. */
  readonly retries?: number;
  /**
   * The waits between attempts.
   *
   * @defaultValue full jitter from 0.5 s to 8 s
   */
  readonly backoff?: Backoff;
  /**
   * Retries that may be spent before calls succeed again; each success gives a tenth back.
   *
   * @defaultValue `20`
   */
  readonly retryBudget?: number;
  /**
   * `auto`: an idempotency key goes along, and the call is retried when the server says that it honours keys.
   * `always`: the server is known to honour them. `never`: no key is sent.
   *
   * @defaultValue `'auto'`
   */
  readonly idempotency?: 'auto' | 'always' | 'never';
  /** Sent with every request; `null` removes a header. */
  readonly headers?: HeaderInput;
  /**
   * Bytes a response body may have when it is read whole. Larger ones end in `ResponseTooLargeError`.
   *
   * @defaultValue what the gateway's own documents say of an operation, else `16_777_216` (16 MiB)
   */
  readonly maxResponseBytes?: number;
  /** A WHATWG fetch to send with, instead of undici. */
  readonly fetch?: FetchLike;
  /** An undici dispatcher to send on, instead of undici's global one. */
  readonly dispatcher?: DispatcherLike;
  /** A transport of your own. The client closes it. */
  readonly transport?: Transport;
  /** Runs around every attempt, the first one outermost. */
  readonly middleware?: readonly Middleware[];
  /** Told about attempts (`debug`) and retries (`info`). */
  readonly logger?: Logger;
  /**
   * OpenTelemetry spans and metrics, when `@opentelemetry/api` is installed.
   *
   * @defaultValue `true`
   */
  readonly telemetry?: boolean;
  /** Time, timers, randomness and ids; for tests. */
  readonly runtime?: Runtime;
}

/**
 * What one call can be told; each overrides the client's own setting.
 *
 * @example
 * ```ts
 * import type { RequestOptions } from '@sallyport/core';
 *
 * const options: RequestOptions = { signal: AbortSignal.timeout(1_000), maxRetries: 0 };
 * ```
 */
export interface RequestOptions {
  readonly signal?: AbortSignal;
  /** Milliseconds for one attempt, headers and body together. */
  readonly timeoutMs?: number;
  /** Milliseconds for the whole call. */
  readonly deadlineMs?: number;
  readonly maxRetries?: number;
  /** Laid over the client's headers; `null` removes one. */
  readonly headers?: HeaderInput;
  /** The key under which the server recognises a repetition; made when absent. At most 255 visible ASCII characters, no quotes. */
  readonly idempotencyKey?: string;
}

/**
 * What a call can be told whose answer is a stream. `timeoutMs` and `deadlineMs` end when its headers are there.
 *
 * @example
 * ```ts
 * import type { OpenOptions } from '@sallyport/core';
 *
 * const options: OpenOptions = { idleTimeoutMs: 60_000 };
 * ```
 */
export interface OpenOptions extends RequestOptions {
  /**
   * Milliseconds that may pass without a byte. Set it above the server's heartbeat.
   *
   * @defaultValue no limit
   */
  readonly idleTimeoutMs?: number;
}

/** Settings of one call or client, all filled in. */
export interface Limits {
  readonly timeoutMs: number;
  readonly deadlineMs: number;
  readonly maxRetries: number;
}

/** Every option there is: the type makes a forgotten one an error here. */
const CLIENT_OPTIONS: Readonly<Record<keyof ClientOptions, true>> = {
  timeoutMs: true,
  deadlineMs: true,
  maxRetries: true,
  retries: true,
  backoff: true,
  retryBudget: true,
  idempotency: true,
  headers: true,
  maxResponseBytes: true,
  fetch: true,
  dispatcher: true,
  transport: true,
  middleware: true,
  logger: true,
  telemetry: true,
  runtime: true,
};

/** What every call can be told. */
export const REQUEST_OPTIONS = {
  signal: true,
  timeoutMs: true,
  deadlineMs: true,
  maxRetries: true,
  headers: true,
  idempotencyKey: true,
} as const satisfies Readonly<Record<keyof RequestOptions, true>>;

/** What a call can be told whose answer is a stream. */
export const OPEN_OPTIONS = {
  ...REQUEST_OPTIONS,
  idleTimeoutMs: true,
} as const satisfies Readonly<Record<keyof OpenOptions, true>>;

const REQUEST_NAMES = optionNames(REQUEST_OPTIONS);
const OPEN_NAMES = optionNames(OPEN_OPTIONS);

/** @throws ConfigurationError when a call is told something that it would not look at. */
export function checkCallOptions(
  { name, options: own }: Pick<Operation<never, unknown>, 'name' | 'options'>,
  options: RequestOptions,
  streamed = false,
): void {
  checkNames(options, own ?? (streamed ? OPEN_NAMES : REQUEST_NAMES), name);
}

/**
 * Refuses options that the client does not know, with the name that was probably meant.
 *
 * @param options - what the user gave.
 * @param own - the client's own option names, beside those of {@link ClientOptions}.
 * @param client - the client's class name, for the message.
 * @throws ConfigurationError when an option is unknown, or is `timeout`, whose unit nobody can guess.
 */
export function checkOptionNames(options: object, own: readonly string[], client: string): void {
  checkNames(options, new Set([...own, ...Object.keys(CLIENT_OPTIONS)]), client);
}

function checkNumber(name: string, value: number, lowest: number): number {
  if (typeof value === 'number' && value >= lowest) return value;
  throw new ConfigurationError(`${name} must be a number of at least ${lowest}, and not ${shown(value)}.`);
}

function checkCount(name: string, value: number): number {
  if (Number.isInteger(value) && value >= 0) return value;
  throw new ConfigurationError(`${name} must be a whole number of at least 0, and not ${shown(value)}.`);
}

/** Lays the limits of a call over those of its client. */
export function resolveLimits(given: RequestOptions & Pick<ClientOptions, 'retries'>, base: Limits): Limits {
  if (given.retries !== undefined && given.maxRetries !== undefined && given.retries !== given.maxRetries) {
    throw new ConfigurationError('retries and maxRetries are the same option: give one of them.');
  }
  const { timeoutMs = base.timeoutMs, deadlineMs = base.deadlineMs } = given;
  return {
    timeoutMs: checkNumber('timeoutMs', timeoutMs, 1),
    deadlineMs: checkNumber('deadlineMs', deadlineMs, 1),
    maxRetries: checkCount('maxRetries', given.maxRetries ?? given.retries ?? base.maxRetries),
  };
}

/** The cap on bodies where neither the user nor the operation has one. */
export const DEFAULT_MAX_RESPONSE_BYTES = 16 * 1024 * 1024;

/** The user's cap on bodies, checked; undefined where there is none. */
export function resolveMaxResponseBytes({ maxResponseBytes }: ClientOptions): number | undefined {
  return maxResponseBytes === undefined ? undefined : checkNumber('maxResponseBytes', maxResponseBytes, 1);
}

/** The client's retry budget, checked. */
export function resolveRetryBudget({ retryBudget = 20 }: ClientOptions): number {
  return checkNumber('retryBudget', retryBudget, 0);
}

/** The client's waits between attempts, checked; its gateway's own where it names none. */
export function resolveBackoff({ backoff }: ClientOptions, own: Backoff): Backoff {
  if (backoff === undefined) return own;
  return {
    baseMs: checkNumber('backoff.baseMs', backoff.baseMs, 0),
    capMs: checkNumber('backoff.capMs', backoff.capMs, 0),
    jitter: typeof backoff.jitter === 'number' ? checkNumber('backoff.jitter', backoff.jitter, 0) : 'full',
  };
}
