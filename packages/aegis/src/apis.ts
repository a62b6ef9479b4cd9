import type { CallPromise, Pages, RequestOptions } from '@sallyport/core';
import { checkPlainObject, cursorPages } from '@sallyport/core/internal';
import { type Connection, checked } from './connection.js';
import type { Decision } from './decision.js';
import { getAuditTrail, listAuditEvents, queryAuditLog } from './operations/audit.js';
import {
  getDecision,
  getEscalation,
  listDecisions,
  listEscalations,
  respondToEscalation,
} from './operations/governance.js';
import type {
  AuditEntry,
  AuditEvent,
  AuditPage,
  AuditQuery,
  AuditTrail,
  DecisionPage,
  DecisionQuery,
  Escalation,
  EscalationPage,
  EscalationQuery,
  OperatorVerdict,
  PageQuery,
} from './types/index.js';

/** A list whose pages name the next one. */
export function pagesOf<Item, Page extends { readonly cursor?: string }, Query extends PageQuery>(
  query: Query,
  fetch: (query: Query) => CallPromise<Page>,
  items: (page: Page) => readonly Item[],
): Pages<Item, Page> {
  return cursorPages<Item, Page, string>({
    fetch: (cursor) => fetch(cursor === undefined ? query : { ...query, cursor }),
    items,
    next: ({ cursor }) => cursor,
  });
}

/**
 * Decisions that were made. Needs the scope `governance:read`.
 *
 * @example
 * ```ts
 * import { AegisClient } from '@sallyport/aegis';
 *
 * for await (const decision of new AegisClient().decisions.list({ outcome: 'DENY' })) {
 *   process.stdout.write(`${decision.timestamp} ${decision.reason}\n`);
 * }
 * ```
 */
export class DecisionsApi {
  readonly #connection: Connection;

  /** @internal Made by the client. */
  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** @throws GovernanceError when there is no such decision. */
  get(decisionId: string, options?: RequestOptions): CallPromise<Decision> {
    return this.#connection.call(getDecision, decisionId, options);
  }

  /** Decisions, newest first: await it for the first page, iterate it for all. */
  list(query: DecisionQuery = {}, options?: RequestOptions): Pages<Decision, DecisionPage> {
    return pagesOf(
      query,
      (each) => this.#connection.call(listDecisions, each, options),
      ({ decisions }) => decisions,
    );
  }
}

/**
 * What waits for an operator, and the operator's verdict. Reading needs the scope `governance:read`, answering `admin`.
 *
 * @example
 * ```ts
 * import { AegisClient } from '@sallyport/aegis';
 *
 * const operator = new AegisClient({ apiKey: 'a key of scope admin' });
 * for await (const { escalationId } of operator.escalations.list()) {
 *   await operator.escalations.respond(escalationId, { decision: 'deny', operatorId: 'alice' });
 * }
 * ```
 */
export class EscalationsApi {
  readonly #connection: Connection;

  /** @internal Made by the client. */
  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** What is pending, or was: await it for the first page, iterate it for all. */
  list(query: EscalationQuery = {}, options?: RequestOptions): Pages<Escalation, EscalationPage> {
    return pagesOf(
      query,
      (each) => this.#connection.call(listEscalations, each, options),
      ({ escalations }) => escalations,
    );
  }

  /** @throws GovernanceError when there is no such escalation. */
  get(escalationId: string, options?: RequestOptions): CallPromise<Escalation> {
    return this.#connection.call(getEscalation, { id: escalationId }, options);
  }

  /**
   * Answers one escalation; once.
   *
   * @throws AegisAuthError for an agent's key: nobody approves their own proposal.
   */
  respond(escalationId: string, verdict: OperatorVerdict, options?: RequestOptions): CallPromise<Escalation> {
    return checked(() => {
      checkPlainObject('verdict', verdict);
      return this.#connection.call(respondToEscalation, { ...verdict, escalationId }, options);
    });
  }
}

/**
 * The audit log. Needs the scope `audit:read`.
 *
 * @example
 * ```ts
 * import { AegisClient } from '@sallyport/aegis';
 *
 * const { entries } = await new AegisClient().audit.log({ actorId: 'agent-001' });
 * ```
 */
export class AuditApi {
  readonly #connection: Connection;

  /** @internal Made by the client. */
  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Entries, newest first: await it for the first page, iterate it for all. */
  log(query: AuditQuery = {}, options?: RequestOptions): Pages<AuditEntry, AuditPage> {
    return pagesOf(
      query,
      (each) => this.#connection.call(queryAuditLog, each, options),
      ({ entries }) => entries,
    );
  }

  /** Everything about one decision: what was proposed, how it was evaluated, what became of it. */
  trail(decisionId: string, options?: RequestOptions): CallPromise<AuditTrail> {
    return this.#connection.call(getAuditTrail, decisionId, options);
  }

  /** The latest events, in short. */
  events(query: { readonly limit?: number } = {}, options?: RequestOptions): CallPromise<readonly AuditEvent[]> {
    return this.#connection.call(listAuditEvents, query, options);
  }
}
