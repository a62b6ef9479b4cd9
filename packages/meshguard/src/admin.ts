import type { CallPromise, Pages, RequestOptions } from '@sallyport/core';
import { checkNames, checkPlainObject, checkText, optionNames } from '@sallyport/core/internal';
import { AnalyticsApi } from './analytics-api.js';
import { AnomaliesApi, DelegationsApi, TrustApi } from './apis.js';
import { auditLog } from './audit-log.js';
import type { Connection } from './connection.js';
import { createAgent, getAgent, listAgents, revokeAgent, rotateToken, updateAgent } from './operations/agents.js';
import { getAuditStats } from './operations/audit.js';
import {
  applyPolicy,
  deletePolicy,
  documentType,
  getPolicy,
  listPolicies,
  testPolicy,
  validatePolicy,
} from './operations/policies.js';
import type {
  Agent,
  AgentToken,
  AuditEntry,
  AuditLogStats,
  AuditQuery,
  CreateAgentParams,
  CreatedAgent,
  Policy,
  PolicyDocument,
  PolicyTest,
  PolicyValidation,
  TestPolicyParams,
  UpdateAgentParams,
} from './types/index.js';

type Names<T> = Readonly<Record<keyof T, true>>;

const UPDATE_NAMES = optionNames({
  name: true,
  trustTier: true,
  tags: true,
  metadata: true,
} satisfies Names<UpdateAgentParams>);

const CREATE_NAMES = optionNames({
  name: true,
  trustTier: true,
  tags: true,
  description: true,
  capabilities: true,
  metadata: true,
} satisfies Names<CreateAgentParams>);

function checkDocument(document: PolicyDocument): void {
  if (typeof document === 'string') checkText('document', document);
  else checkPlainObject('document', document);
}

/** A text's content type, unless the caller names its own. */
function withType(document: PolicyDocument, options: RequestOptions = {}): RequestOptions {
  const type = documentType(document);
  return type === undefined ? options : { ...options, headers: { 'content-type': type, ...options.headers } };
}

/**
 * What an admin token can do at a gateway: agents, policies, the audit log. A {@link MeshGuardClient} has all of it.
 *
 * @example
 * ```ts
 * import { type MeshGuardAdmin, MeshGuardClient } from '@sallyport/meshguard';
 *
 * const admin: MeshGuardAdmin = new MeshGuardClient({ adminToken: 'msat_…' });
 * await admin.revokeAgent('agent_abc123');
 * ```
 */
export class MeshGuardAdmin {
  readonly analytics: AnalyticsApi;
  readonly anomalies: AnomaliesApi;
  readonly delegations: DelegationsApi;
  readonly trust: TrustApi;
  readonly #connection: Connection;

  /** @internal Made by the client. */
  constructor(connection: Connection) {
    this.#connection = connection;
    this.analytics = new AnalyticsApi(connection);
    this.anomalies = new AnomaliesApi(connection);
    this.delegations = new DelegationsApi(connection);
    this.trust = new TrustApi(connection);
  }

  /** Every agent that is not revoked. */
  listAgents(options?: RequestOptions): CallPromise<readonly Agent[]> {
    return this.#connection.call(listAgents, undefined, options);
  }

  /** @throws NotFoundError when there is no such agent. */
  getAgent(id: string, options?: RequestOptions): CallPromise<Agent> {
    return this.#connection.call(getAgent, id, options);
  }

  /** Creates an agent. Its token is in the answer, and nowhere else. */
  createAgent(params: CreateAgentParams, options?: RequestOptions): CallPromise<CreatedAgent> {
    return this.#connection.checked(() => {
      checkNames(params, CREATE_NAMES, 'createAgent');
      checkText('name', params.name);
      return this.#connection.call(createAgent, params, options);
    });
  }

  /**
   * Changes an agent: only what is given.
   *
   * @throws NotFoundError when there is no such agent.
   */
  updateAgent(id: string, changes: UpdateAgentParams, options?: RequestOptions): CallPromise<Agent> {
    return this.#connection.checked(() => {
      checkNames(changes, UPDATE_NAMES, 'updateAgent');
      return this.#connection.call(updateAgent, { id, changes }, options);
    });
  }

  /** Ends an agent, at once and for good: its token is refused from now on. */
  revokeAgent(id: string, options?: RequestOptions): CallPromise<void> {
    return this.#connection.call(revokeAgent, id, options);
  }

  /** Issues a new token for an agent. */
  rotateToken(id: string, options?: RequestOptions): CallPromise<AgentToken> {
    return this.#connection.call(rotateToken, id, options);
  }

  /** Every policy, with its rules. */
  listPolicies(options?: RequestOptions): CallPromise<readonly Policy[]> {
    return this.#connection.call(listPolicies, undefined, options);
  }

  /** @throws NotFoundError when there is no policy of that name. */
  getPolicy(name: string, options?: RequestOptions): CallPromise<Policy> {
    return this.#connection.call(getPolicy, name, options);
  }

  /**
   * Puts a policy into force, in the place of one of the same name.
   *
   * @param document - an object, or the text of a YAML or JSON file.
   * @throws ValidationError when it is no policy.
   */
  applyPolicy(document: PolicyDocument, options?: RequestOptions): CallPromise<Policy> {
    return this.#connection.checked(() => {
      checkDocument(document);
      return this.#connection.call(applyPolicy, document, withType(document, options));
    });
  }

  /** Looks at a policy without putting it into force. What is wrong with it is an answer, not an error. */
  validatePolicy(document: PolicyDocument, options?: RequestOptions): CallPromise<PolicyValidation> {
    return this.#connection.checked(() => {
      checkDocument(document);
      return this.#connection.call(validatePolicy, document, withType(document, options));
    });
  }

  /** What a policy would say to a call. Nothing is counted or recorded. */
  testPolicy(params: TestPolicyParams, options?: RequestOptions): CallPromise<PolicyTest> {
    return this.#connection.checked(() => {
      checkPlainObject('params', params);
      return this.#connection.call(testPolicy, params, options);
    });
  }

  /** @throws NotFoundError when there is no policy of that name. */
  deletePolicy(name: string, options?: RequestOptions): CallPromise<void> {
    return this.#connection.call(deletePolicy, name, options);
  }

  /** The audit log, newest first: await it for the first page, iterate it for every entry. */
  getAuditLog(query: AuditQuery = {}, options?: RequestOptions): Pages<AuditEntry, readonly AuditEntry[]> {
    return auditLog(this.#connection, query, options);
  }

  /** Decisions of the last day in numbers. */
  auditStats(options?: RequestOptions): CallPromise<AuditLogStats> {
    return this.#connection.call(getAuditStats, undefined, options);
  }
}
