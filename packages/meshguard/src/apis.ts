import type { CallPromise, Pages, RequestOptions } from '@sallyport/core';
import { checkPlainObject, offsetPages } from '@sallyport/core/internal';
import type { Connection } from './connection.js';
import {
  createDelegation,
  getTrust,
  getTrustHistory,
  listAnomalies,
  recomputeTrust,
  revokeDelegation,
  summarizeAnomalies,
} from './operations/trust.js';
import type {
  Anomaly,
  AnomalyQuery,
  AnomalySummary,
  Delegation,
  DelegationParams,
  TrustHistoryQuery,
  TrustRecompute,
  TrustScore,
} from './types/index.js';

/**
 * How far agents are trusted. Needs an admin token.
 *
 * @example
 * ```ts
 * import { MeshGuardClient } from '@sallyport/meshguard';
 *
 * const { effectiveTier } = await new MeshGuardClient().trust.get('agent_abc123');
 * ```
 */
export class TrustApi {
  readonly #connection: Connection;

  /** @internal Made by the client. */
  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** The present score of an agent. */
  get(agentId: string, options?: RequestOptions): CallPromise<TrustScore> {
    return this.#connection.call(getTrust, agentId, options);
  }

  /** Its earlier scores. */
  history(
    agentId: string,
    query: TrustHistoryQuery = {},
    options?: RequestOptions,
  ): CallPromise<readonly TrustScore[]> {
    return this.#connection.call(getTrustHistory, { ...query, agentId }, options);
  }

  /** Computes every score of an organisation again. */
  recompute(orgId: string, options?: RequestOptions): CallPromise<TrustRecompute> {
    return this.#connection.call(recomputeTrust, orgId, options);
  }
}

/**
 * What agents may do in each other's name. Needs an admin token.
 *
 * @example
 * ```ts
 * import { MeshGuardClient } from '@sallyport/meshguard';
 *
 * const { delegations } = new MeshGuardClient();
 * const { id } = await delegations.create({ sourceAgentId: 'agent_a', targetAgentId: 'agent_b', scope: ['read:*'] });
 * await delegations.revoke(id, 'the task is done');
 * ```
 */
export class DelegationsApi {
  readonly #connection: Connection;

  /** @internal Made by the client. */
  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Lets one agent act for another, within a scope. The ceiling is the scope where none is given. */
  create(params: DelegationParams, options?: RequestOptions): CallPromise<Delegation> {
    return this.#connection.checked(() => {
      checkPlainObject('params', params);
      return this.#connection.call(createDelegation, params, options);
    });
  }

  /** Ends a delegation. Those that were made under it fail from then on. */
  revoke(id: string, reason?: string, options?: RequestOptions): CallPromise<void> {
    return this.#connection.call(revokeDelegation, { id, reason }, options);
  }
}

const DEFAULT_LIMIT = 50;

/**
 * What agents do that they do not usually do. Needs an admin token.
 *
 * @example
 * ```ts
 * import { MeshGuardClient } from '@sallyport/meshguard';
 *
 * for await (const { description } of new MeshGuardClient().anomalies.list({ resolved: false })) {
 *   process.stdout.write(`${description}\n`);
 * }
 * ```
 */
export class AnomaliesApi {
  readonly #connection: Connection;

  /** @internal Made by the client. */
  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Anomalies: await it for the first page, iterate it for all. */
  list(query: AnomalyQuery = {}, options?: RequestOptions): Pages<Anomaly, readonly Anomaly[]> {
    const { limit = DEFAULT_LIMIT } = query;
    return offsetPages<Anomaly, readonly Anomaly[]>(
      {
        items: (page) => page,
        fetch: (offset) => this.#connection.call(listAnomalies, { ...query, limit, offset }, options),
      },
      limit,
    );
  }

  /** The anomalies of one agent in numbers, beside those of its organisation. */
  summary(agentId: string, options?: RequestOptions): CallPromise<AnomalySummary> {
    return this.#connection.call(summarizeAnomalies, agentId, options);
  }
}
