import type { CallPromise, Pages, RequestOptions } from '@sallyport/core';
import { pagesOf } from './apis.js';
import { type Connection, checked } from './connection.js';
import {
  createGrant,
  createPolicy,
  getCapability,
  listCapabilities,
  listGrants,
  listPolicies,
  registerCapability,
  revokeGrant,
  updatePolicy,
} from './operations/registry.js';
import { checkCapability, checkGrant, checkPolicy, checkPolicyUpdate } from './registry-params.js';
import type {
  Capability,
  CapabilityPage,
  Grant,
  GrantPage,
  GrantParams,
  PageQuery,
  Policy,
  PolicyPage,
  PolicyParams,
  RegisterCapabilityParams,
} from './types/index.js';

/**
 * What can be allowed at all. Changing it needs the scope `capabilities:manage`.
 *
 * @example
 * ```ts
 * import { AegisClient } from '@sallyport/aegis';
 *
 * await new AegisClient().capabilities.register({ name: 'email.send', riskLevel: 'medium' });
 * ```
 */
export class CapabilitiesApi {
  readonly #connection: Connection;

  /** @internal Made by the client. */
  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Capabilities: await it for the first page, iterate it for all. */
  list(query: PageQuery = {}, options?: RequestOptions): Pages<Capability, CapabilityPage> {
    return pagesOf(
      query,
      (each) => this.#connection.call(listCapabilities, each, options),
      ({ capabilities }) => capabilities,
    );
  }

  /** @throws GovernanceError when there is no such capability. */
  get(id: string, options?: RequestOptions): CallPromise<Capability> {
    return this.#connection.call(getCapability, id, options);
  }

  /** Makes a capability known. */
  register(params: RegisterCapabilityParams, options?: RequestOptions): CallPromise<Capability> {
    return checked(() => {
      checkCapability(params);
      return this.#connection.call(registerCapability, params, options);
    });
  }
}

/**
 * What the gateway decides by. Changing it needs the scope `policies:manage`.
 *
 * @example
 * ```ts
 * import { AegisClient } from '@sallyport/aegis';
 *
 * await new AegisClient().policies.create({
 *   name: 'production-deploy-confirmation',
 *   rules: [
 *     {
 *       capability: 'infrastructure.deploy',
 *       condition: "parameters.environment == 'production'",
 *       outcome: 'REQUIRE_CONFIRMATION',
 *       priority: 100,
 *     },
 *   ],
 * });
 * ```
 */
export class PoliciesApi {
  readonly #connection: Connection;

  /** @internal Made by the client. */
  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Policies in force: await it for the first page, iterate it for all. */
  list(query: PageQuery = {}, options?: RequestOptions): Pages<Policy, PolicyPage> {
    return pagesOf(
      query,
      (each) => this.#connection.call(listPolicies, each, options),
      ({ policies }) => policies,
    );
  }

  /** Puts a policy into force. @throws GovernanceError when a condition cannot be read. */
  create(params: PolicyParams, options?: RequestOptions): CallPromise<Policy> {
    return checked(() => {
      checkPolicy(params);
      return this.#connection.call(createPolicy, params, options);
    });
  }

  /** Replaces a policy, at once. */
  update(id: string, params: PolicyParams, options?: RequestOptions): CallPromise<Policy> {
    return checked(() => {
      checkPolicyUpdate(params);
      return this.#connection.call(updatePolicy, { ...params, id }, options);
    });
  }
}

/**
 * Which actor has which capability. Changing it needs the scope `capabilities:manage`.
 *
 * @example
 * ```ts
 * import { AegisClient } from '@sallyport/aegis';
 *
 * const { grants } = new AegisClient();
 * await grants.create('agent-001', { capability: 'database.query' });
 * await grants.revoke('agent-001', 'database.query');
 * ```
 */
export class GrantsApi {
  readonly #connection: Connection;

  /** @internal Made by the client. */
  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** What an actor has: await it for the first page, iterate it for all. */
  list(actorId: string, query: PageQuery = {}, options?: RequestOptions): Pages<Grant, GrantPage> {
    return pagesOf(
      query,
      (each) => this.#connection.call(listGrants, { ...each, actorId }, options),
      ({ grants }) => grants,
    );
  }

  /** Gives a capability to an actor. @throws GovernanceError when there is no such capability. */
  create(actorId: string, params: GrantParams, options?: RequestOptions): CallPromise<Grant> {
    return checked(() => {
      checkGrant(params);
      return this.#connection.call(createGrant, { ...params, actorId }, options);
    });
  }

  /** Takes a capability away, at once. */
  revoke(actorId: string, capability: string, options?: RequestOptions): CallPromise<void> {
    return this.#connection.call(revokeGrant, { actorId, capability }, options);
  }
}
