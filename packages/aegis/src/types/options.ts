import type { ClientOptions } from '@sallyport/core';

/**
 * How an {@link AegisClient} is set up.
 *
 * @example
 * ```ts
 * import { AegisClient, type AegisClientOptions } from '@sallyport/aegis';
 *
 * const options: AegisClientOptions = { endpoint: 'https://api.aegissystems.live', apiKey: 'aegis_sk_live_…' };
 * const aegis = new AegisClient(options);
 * ```
 */
export interface AegisClientOptions extends ClientOptions {
  /**
   * The platform's address, without `/api/v1`; `http:` only on loopback, unless `allowInsecure`.
   * @defaultValue `AEGIS_ENDPOINT`
   */
  readonly endpoint?: string | URL;
  /**
   * The API key. An empty one sends none, for servers that want none.
   * @defaultValue `AEGIS_API_KEY`
   */
  readonly apiKey?: string;
  /**
   * Milliseconds before the first retry; doubled for each one after, with up to a quarter on top.
   * @defaultValue `1_000`
   */
  readonly retryDelayMs?: number;
  /**
   * Lets the key travel unencrypted to a host that is not this machine.
   * @defaultValue `false`
   */
  readonly allowInsecure?: boolean;
}
