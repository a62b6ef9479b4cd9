import { type CallPromise, ConfigurationError, type RequestOptions } from '@sallyport/core';
import { checkJson, checkNames, checkOptionalText, checkPlainObject, checkText, shown } from '@sallyport/core/internal';
import { type Connection, checked } from './connection.js';
import { checkBetween, checkLength, checkWhole } from './numbers.js';
import {
  createAgent,
  createSession,
  getAgent,
  getCompliance,
  getSessionAudit,
  getStatus,
  interruptSession,
  listAgents,
  listSessions,
  replaySession,
} from './operations/managed.js';
import { MANAGED_AGENT_NAMES, SESSION_NAMES, SESSION_QUERY_NAMES } from './option-names.js';
import { watchSession } from './session-watch.js';
import type {
  ComplianceArtifact,
  CreatedSession,
  Interrupted,
  ManagedAgent,
  ManagedAgentParams,
  SessionEvent,
  SessionParams,
  SessionQuery,
  SessionReplay,
  SessionStatus,
  WatchSessionOptions,
} from './types/index.js';

function checkTexts(name: string, value: unknown): void {
  if (value === undefined) return;
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return;
  throw new ConfigurationError(`${name} must be a list of texts, and not ${shown(value)}.`);
}

function checkRecord(name: string, value: unknown): void {
  if (value === undefined) return;
  checkPlainObject(name, value);
  checkJson(name, value);
}

function checkAgent(params: ManagedAgentParams): void {
  checkPlainObject('params', params);
  checkNames(params, MANAGED_AGENT_NAMES, createAgent.name);
  checkText('name', params.name);
  checkLength('name', params.name, 256);
  checkOptionalText('anthropicModel', params.anthropicModel);
  checkOptionalText('systemPrompt', params.systemPrompt);
  checkTexts('allowedTools', params.allowedTools);
  checkTexts('requireHumanApproval', params.requireHumanApproval);
  checkBetween('maxSessionHours', params.maxSessionHours, 0.1, 24);
  checkWhole('maxDailySessions', params.maxDailySessions, 1, 1000);
  checkWhole('maxDelegationDepth', params.maxDelegationDepth, 1, 5);
  checkRecord('governanceProfile', params.governanceProfile);
  checkOptionalText('parentAgentId', params.parentAgentId);
}

/**
 * Anthropic managed agents under Vargate's rules: which tools they may use, which of those need a human, and how much of
 * everything.
 *
 * @example
 * ```ts
 * import { VargateClient } from '@sallyport/vargate';
 *
 * const { managedAgents, sessions } = new VargateClient();
 * const { id } = await managedAgents.create({ name: 'Research Assistant', requireHumanApproval: ['vargate_send_email'] });
 * await sessions.create({ agentId: id, userMessage: 'Research AI governance trends.' });
 * ```
 */
export class ManagedAgentsApi {
  readonly #connection: Connection;

  /** @internal Made by the client. */
  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /**
   * Sets up an agent.
   *
   * @throws ConfigurationError when a bound is broken; NotFoundError when there is no such parent.
   */
  create(params: ManagedAgentParams, options?: RequestOptions): CallPromise<ManagedAgent> {
    return checked(() => {
      checkAgent(params);
      return this.#connection.call(createAgent, params, options);
    });
  }

  /** All agents of the tenant. */
  list(options?: RequestOptions): CallPromise<readonly ManagedAgent[]> {
    return this.#connection.call(listAgents, undefined, options);
  }

  /** One agent, whole. @throws NotFoundError when there is none. */
  get(agentId: string, options?: RequestOptions): CallPromise<ManagedAgent> {
    return this.#connection.call(getAgent, agentId, options);
  }
}

/**
 * Sessions of managed agents.
 *
 * @example
 * ```ts
 * import { VargateClient } from '@sallyport/vargate';
 *
 * const { sessions } = new VargateClient();
 * for await (const { status, totalGovernedCalls } of sessions.watch('vs-a1b2c3d4e5f6g7h8')) {
 *   process.stdout.write(`${status}: ${totalGovernedCalls} governed calls\n`);
 * }
 * ```
 */
export class SessionsApi {
  readonly #connection: Connection;

  /** @internal Made by the client. */
  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /**
   * Starts a session.
   *
   * @throws NotFoundError when there is no such agent; RateLimitError when a budget is used up; PermissionDeniedError when
   * the tenant may not have managed agents.
   */
  create(params: SessionParams, options?: RequestOptions): CallPromise<CreatedSession> {
    return checked(() => {
      checkPlainObject('params', params);
      checkNames(params, SESSION_NAMES, createSession.name);
      checkText('agentId', params.agentId);
      checkOptionalText('userMessage', params.userMessage);
      checkOptionalText('environmentId', params.environmentId);
      checkRecord('metadata', params.metadata);
      return this.#connection.call(createSession, params, options);
    });
  }

  /** Sessions, newest first. */
  list(query: SessionQuery = {}, options?: RequestOptions): CallPromise<readonly SessionStatus[]> {
    return checked(() => {
      checkNames(query, SESSION_QUERY_NAMES, listSessions.name);
      checkWhole('limit', query.limit, 1, 200);
      return this.#connection.call(listSessions, query, options);
    });
  }

  /** How a session stands. @throws NotFoundError when there is none. */
  status(sessionId: string, options?: RequestOptions): CallPromise<SessionStatus> {
    return this.#connection.call(getStatus, sessionId, options);
  }

  /**
   * How a session stands, each time that it has changed, until it is no longer active; the last one included. Iterate it
   * once; `break` ends it.
   */
  watch(sessionId: string, options?: WatchSessionOptions): AsyncIterable<SessionStatus> {
    return watchSession(this.#connection, sessionId, options);
  }

  /**
   * What happened in a session, oldest first.
   *
   * @param query - `limit` is 1 to 1000; 200 when absent.
   */
  audit(
    sessionId: string,
    query: { readonly limit?: number } = {},
    options?: RequestOptions,
  ): CallPromise<readonly SessionEvent[]> {
    return checked(() => {
      const { limit = 200 } = query;
      checkWhole('limit', limit, 1, 1000);
      return this.#connection.call(getSessionAudit, { sessionId, limit }, options);
    });
  }

  /**
   * Stops a session: nothing further is done, though what is under way may still finish.
   *
   * @param reason - 1 to 1000 characters, for the audit log.
   * @throws ConflictError when the session is no longer active.
   */
  interrupt(sessionId: string, reason: string, options?: RequestOptions): CallPromise<Interrupted> {
    return checked(() => {
      checkText('reason', reason);
      checkLength('reason', reason, 1000);
      return this.#connection.call(interruptSession, { sessionId, reason }, options);
    });
  }

  /** The compliance artifact, also while the session runs. */
  compliance(sessionId: string, options?: RequestOptions): CallPromise<ComplianceArtifact> {
    return this.#connection.call(getCompliance, sessionId, options);
  }

  /** Decides the session's governed calls again, under the current policy. */
  replay(sessionId: string, options?: RequestOptions): CallPromise<SessionReplay> {
    return this.#connection.call(replaySession, sessionId, options);
  }
}
