import { ConfigurationError } from '@sallyport/core';
import {
  bearer,
  type CallerConfig,
  checkEncrypted,
  checkOptionalText,
  checkOptionNames,
  parseBaseUrl,
  readEnv,
  shown,
} from '@sallyport/core/internal';
import { adoptError } from './errors.js';
import { stderrLogger } from './log.js';
import type { AegisClientOptions } from './types/index.js';

const OWN_OPTIONS = ['endpoint', 'apiKey', 'retryDelayMs', 'allowInsecure'] as const;
const OWN_NAMES: readonly string[] = OWN_OPTIONS satisfies readonly (keyof AegisClientOptions)[];

const RETRIES = 3;
const RETRY_DELAY_MS = 1_000;
/** The documents ask for "a small jitter". */
const JITTER = 0.25;

function resolveEndpoint({ endpoint, allowInsecure }: AegisClientOptions): string {
  if (!(endpoint instanceof URL)) checkOptionalText('endpoint', endpoint);
  const given = endpoint ?? readEnv('AEGIS_ENDPOINT');
  if (given === undefined) {
    throw new ConfigurationError(
      'The client needs the address of the platform. Give it as "endpoint" or set AEGIS_ENDPOINT.',
    );
  }
  const baseUrl = parseBaseUrl(given, endpoint === undefined ? 'AEGIS_ENDPOINT' : 'endpoint');
  checkEncrypted(baseUrl, allowInsecure);
  return baseUrl;
}

function resolveKey({ apiKey }: AegisClientOptions): string {
  const key = apiKey ?? readEnv('AEGIS_API_KEY');
  if (key !== undefined) return key;
  throw new ConfigurationError(
    'The client needs an API key. Give it as "apiKey" or set AEGIS_API_KEY; an empty "apiKey" sends none.',
  );
}

/** A whole number of an environment variable; undefined when it is not set. */
function numberFromEnv(name: string): number | undefined {
  const text = readEnv(name);
  if (text === undefined) return undefined;
  if (/^\d+$/.test(text)) return Number(text);
  throw new ConfigurationError(`${name} must be a whole number, and not ${shown(text)}.`);
}

function resolveDelay({ retryDelayMs = RETRY_DELAY_MS, backoff }: AegisClientOptions): number {
  if (backoff !== undefined && retryDelayMs !== RETRY_DELAY_MS) {
    throw new ConfigurationError('Give retryDelayMs or backoff, and not both.');
  }
  if (typeof retryDelayMs === 'number' && retryDelayMs >= 0) return retryDelayMs;
  throw new ConfigurationError(`retryDelayMs must be a number of at least 0, and not ${shown(retryDelayMs)}.`);
}

/** What is worth another attempt: too many requests, and whatever fails at the gateway. Never a decision, nor another 4xx. */
const retriesStatus = (status: number): boolean => status === 429 || status >= 500;

/**
 * The connection that the options and the environment describe.
 *
 * @throws ConfigurationError when they are impossible.
 */
export function callerConfig(options: AegisClientOptions): CallerConfig {
  checkOptionNames(options, OWN_NAMES, 'AegisClient');
  const key = resolveKey(options);
  const timeoutMs = numberFromEnv('AEGIS_TIMEOUT');
  const level = readEnv('AEGIS_LOG_LEVEL');
  return {
    gateway: 'aegis',
    baseUrl: resolveEndpoint(options),
    credentials: { key: key === '' ? undefined : bearer(key, 'apiKey') },
    defaultAuth: key === '' ? 'none' : 'key',
    idempotencyHeader: 'x-idempotency-key',
    defaults: {
      ...(timeoutMs !== undefined && { timeoutMs }),
      maxRetries: numberFromEnv('AEGIS_RETRIES') ?? RETRIES,
      backoff: { baseMs: resolveDelay(options), capMs: Number.POSITIVE_INFINITY, jitter: JITTER },
      retriesStatus,
    },
    options: level === undefined || options.logger ? options : { ...options, logger: stderrLogger(level) },
    adopt: adoptError,
  };
}
