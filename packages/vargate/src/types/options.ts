import type { ClientOptions, RequestOptions } from '@sallyport/core';

/**
 * The agent that calls are made for.
 *
 * @example
 * ```ts
 * import type { VargateAgent } from '@sallyport/vargate';
 *
 * const agent: VargateAgent = { id: 'my-agent-v1', type: 'autonomous', version: '1.0.0' };
 * ```
 */
export interface VargateAgent {
  /**
   * 1 to 256 of `A-Z a-z 0-9 _ - .`.
   * @defaultValue `unknown-agent`
   */
  readonly id?: string;
  /**
   * At most 64 characters.
   * @defaultValue `autonomous`
   */
  readonly type?: string;
  /**
   * `major.minor.patch`, and more after it; at most 32 characters.
   * @defaultValue `1.0.0`
   */
  readonly version?: string;
}

/**
 * How a {@link VargateClient} is set up. Everything has a default or an environment variable.
 *
 * @example
 * ```ts
 * import { VargateClient, type VargateClientOptions } from '@sallyport/vargate';
 *
 * const options: VargateClientOptions = { apiKey: 'vg-…', agent: { id: 'my-agent-v1' } };
 * const vargate = new VargateClient(options);
 * ```
 */
export interface VargateClientOptions extends ClientOptions {
  /**
   * The gateway's address, its `/api` included; `http:` only on loopback, unless `allowInsecure`.
   * @defaultValue `VARGATE_URL`, else `https://vargate.ai/api`
   */
  readonly baseUrl?: string | URL;
  /**
   * The tenant's key, sent as `X-API-Key`.
   * @defaultValue `VARGATE_API_KEY`
   */
  readonly apiKey?: string;
  /** A session token, sent as `Authorization: Bearer` in place of the key: an approver who is signed in has one. */
  readonly sessionToken?: string;
  /** The agent of calls that name no other. */
  readonly agent?: VargateAgent;
  /**
   * Lets the key travel unencrypted to a host that is not this machine.
   * @defaultValue `false`
   */
  readonly allowInsecure?: boolean;
}

/**
 * How a tool call is made.
 *
 * @example
 * ```ts
 * import type { CallToolOptions } from '@sallyport/vargate';
 *
 * const options: CallToolOptions = { agent: { id: 'billing-agent' }, timeoutMs: 10_000 };
 * ```
 */
export interface CallToolOptions extends RequestOptions {
  /** Overrides the client's agent, field by field. */
  readonly agent?: VargateAgent;
  /** Replaces the gateway's clock in the rule about business hours; gateways honour it for tests only. */
  readonly isBusinessHours?: boolean;
}
