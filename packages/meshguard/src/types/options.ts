import type { ClientOptions, OpenOptions, RequestOptions } from '@sallyport/core';

/**
 * How a {@link MeshGuardClient} is set up. Everything has a default or an environment variable.
 *
 * @example
 * ```ts
 * import { MeshGuardClient, type MeshGuardClientOptions } from '@sallyport/meshguard';
 *
 * const options: MeshGuardClientOptions = { gatewayUrl: 'http://localhost:9090', agentToken: 'eyJ…' };
 * const client = new MeshGuardClient(options);
 * ```
 */
export interface MeshGuardClientOptions extends ClientOptions {
  /**
   * The gateway's address; `http:` only on loopback, unless `allowInsecure`.
   * @defaultValue `MESHGUARD_GATEWAY_URL`, else `https://dashboard.meshguard.app`
   */
  readonly gatewayUrl?: string | URL;
  /**
   * The agent's token, for decisions and proxied requests.
   * @defaultValue `MESHGUARD_AGENT_TOKEN`
   */
  readonly agentToken?: string;
  /**
   * The admin token, for everything that manages the gateway.
   * @defaultValue `MESHGUARD_ADMIN_TOKEN`
   */
  readonly adminToken?: string;
  /**
   * Correlates the calls of this client in the audit log; visible ASCII.
   * @defaultValue an id made for this client
   */
  readonly traceId?: string;
  /**
   * Lets the tokens travel unencrypted to a host that is not this machine.
   * @defaultValue `false`
   */
  readonly allowInsecure?: boolean;
}

/**
 * What an action is about, beside its name.
 *
 * @example
 * ```ts
 * import type { ActionFacts } from '@sallyport/meshguard';
 *
 * const facts: ActionFacts = { resource: 'invoices/17', context: { amount: 120 } };
 * ```
 */
export interface ActionFacts {
  /** What is acted on; visible ASCII. */
  readonly resource?: string;
  /** What conditions of policies look at; plain JSON, 8 KiB at most once it is written. */
  readonly context?: Readonly<Record<string, unknown>>;
  /** The agent's id, where a gateway wants to be told beside the token. */
  readonly agentId?: string;
  /** Replaces the client's own for this call. */
  readonly traceId?: string;
}

/**
 * Options of a decision.
 *
 * @example
 * ```ts
 * import { type CheckOptions, MeshGuardClient } from '@sallyport/meshguard';
 *
 * const options: CheckOptions = { resource: 'customer/17', timeoutMs: 2_000 };
 * await new MeshGuardClient().check('read:contacts', options);
 * ```
 */
export interface CheckOptions extends ActionFacts, RequestOptions {}

/**
 * Options of a request that goes through the gateway to the service behind it.
 *
 * @example
 * ```ts
 * import type { ProxyOptions } from '@sallyport/meshguard';
 *
 * const options: ProxyOptions = { action: 'write:email', json: { to: 'user@example.com' } };
 * ```
 */
export interface ProxyOptions extends ActionFacts, OpenOptions {
  /**
   * The action to decide on.
   * @defaultValue what the gateway makes of method and path: `read:api/contacts`
   */
  readonly action?: string;
  /** Sent as JSON. */
  readonly json?: unknown;
  /**
   * Sent as it is, instead of `json`: a text as UTF-8, bytes, or a stream of bytes, which is sent as it comes and never
   * repeated. Give a `content-type` header along.
   */
  readonly body?: string | Uint8Array | AsyncIterable<Uint8Array>;
  /**
   * Milliseconds that may pass without a byte of the answer's body. Give `Infinity` for streams that may be silent.
   * @defaultValue `timeoutMs`
   */
  readonly idleTimeoutMs?: number;
}
