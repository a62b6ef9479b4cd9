import {
  type CallPromise,
  type Governed,
  type GovernOptions,
  govern,
  type ProposedAction,
  type RawRequestOptions,
  type RequestOptions,
  type Run,
} from '@sallyport/core';
import { checkPlainObject } from '@sallyport/core/internal';
import { AuditApi, DecisionsApi, EscalationsApi } from './apis.js';
import { Connection, checked, owned } from './connection.js';
import { type Decision, escalationOf } from './decision.js';
import { type GovernedOptions, type GovernedWrapper, governedBy } from './governed.js';
import type { AegisGovernorOptions } from './governed-action.js';
import { AegisGovernor } from './governor.js';
import { type GovernanceMiddleware, governanceMiddleware, type RequireGovernanceOptions } from './middleware.js';
import { getHealth } from './operations/audit.js';
import { reportExecution } from './operations/governance.js';
import { type Approval, resubmit, submit } from './propose.js';
import { CapabilitiesApi, GrantsApi, PoliciesApi } from './registry-apis.js';
import type {
  AegisClientOptions,
  Escalation,
  ExecutionReport,
  Health,
  Proposal,
  RecordedExecution,
  WaitForEscalationOptions,
} from './types/index.js';
import { waitForVerdict } from './wait.js';

/**
 * The client of an AEGIS gateway: proposes an action, and gets a decision.
 *
 * DENY, ESCALATE and REQUIRE_CONFIRMATION are answers of `propose`, not errors; only ALLOW is permission. Every error is an
 * `AegisError`, and is to be taken for DENY.
 *
 * @example
 * ```ts
 * import { AegisClient } from '@sallyport/aegis';
 *
 * const aegis = new AegisClient({ endpoint: 'https://api.aegissystems.live' });
 * const decision = await aegis.propose({
 *   actor: { id: 'agent-001', type: 'ai-agent' },
 *   action: { capability: 'database.query', parameters: { query: 'SELECT * FROM users LIMIT 10' } },
 * });
 * if (decision.outcome === 'ALLOW') process.stdout.write('Safe to execute the action\n');
 * ```
 */
export class AegisClient {
  /** The platform's address, without a trailing slash. */
  readonly baseUrl: string;
  readonly decisions: DecisionsApi;
  readonly escalations: EscalationsApi;
  readonly capabilities: CapabilitiesApi;
  readonly policies: PoliciesApi;
  readonly grants: GrantsApi;
  readonly audit: AuditApi;
  readonly #connection: Connection;
  readonly #governor: AegisGovernor;

  /**
   * @param options - address and key default to `AEGIS_ENDPOINT` and `AEGIS_API_KEY`; `AEGIS_TIMEOUT` (milliseconds),
   * `AEGIS_RETRIES` and `AEGIS_LOG_LEVEL` are read as well.
   * @throws ConfigurationError when one of them is missing, unknown or impossible.
   */
  constructor(options: AegisClientOptions = {}) {
    const connection = new Connection(options);
    this.baseUrl = connection.baseUrl;
    this.#connection = connection;
    this.#governor = new AegisGovernor(connection);
    this.decisions = new DecisionsApi(connection);
    this.escalations = new EscalationsApi(connection);
    this.capabilities = new CapabilitiesApi(connection);
    this.policies = new PoliciesApi(connection);
    this.grants = new GrantsApi(connection);
    this.audit = new AuditApi(connection);
  }

  /**
   * Proposes an action (`POST /api/v1/governance/propose`). Never throws because of an outcome.
   *
   * @throws GovernanceError when the proposal is invalid.
   * @throws AegisError when there is no decision that can be trusted.
   */
  propose(proposal: Proposal, options?: RequestOptions): CallPromise<Decision> {
    return submit(this.#connection, proposal, undefined, options);
  }

  /**
   * Resubmits a proposal that the user has confirmed, or an operator approved. The gateway evaluates it again: it may still refuse.
   *
   * @param approval - the decision of REQUIRE_CONFIRMATION, or the approved escalation.
   * @param proposal - the same as before: the confirmation is bound to actor, capability, resource and parameters.
   * @throws GovernanceError when the confirmation was used, has expired, or is for something else.
   */
  confirm(approval: Approval, proposal: Proposal, options?: RequestOptions): CallPromise<Decision> {
    return resubmit(this.#connection, approval, proposal, options);
  }

  /**
   * Proposes, and asks the user where the gateway wants that.
   *
   * @param prompt - shows the decision to the user; only `true` is a yes.
   * @returns the last decision; that of REQUIRE_CONFIRMATION when the user said no.
   */
  async proposeWithConfirmation(
    proposal: Proposal,
    prompt: (decision: Decision) => boolean | Promise<boolean>,
    options?: RequestOptions,
  ): Promise<Decision> {
    const decision = await this.propose(proposal, options);
    if (decision.outcome !== 'REQUIRE_CONFIRMATION') return decision;
    const isConfirmed = (await prompt(decision)) === true;
    return isConfirmed ? this.confirm(decision, proposal, options) : decision;
  }

  /**
   * Waits until an operator has decided. Resubmit what was approved with `confirm(escalation, proposal)`.
   *
   * @param decision - of ESCALATE, or the id of its escalation.
   * @throws ApprovalTimeoutError when nobody answered within `maxWaitMs`.
   */
  async waitForEscalation(decision: Decision | string, options?: WaitForEscalationOptions): Promise<Escalation> {
    if (typeof decision === 'string') return waitForVerdict(this.#connection, decision, undefined, options);
    const { escalationId, expiresAt } = owned(() => escalationOf(decision));
    return waitForVerdict(this.#connection, escalationId, expiresAt, options);
  }

  /** Reports what became of an operation that was allowed. */
  reportExecution(
    decision: Decision | string,
    report: ExecutionReport,
    options?: RequestOptions,
  ): CallPromise<RecordedExecution> {
    return checked(() => {
      checkPlainObject('report', report);
      const decisionId = typeof decision === 'string' ? decision : decision.decisionId;
      return this.#connection.call(reportExecution, { ...report, decisionId }, options);
    });
  }

  /**
   * Guards routes of Express, Fastify and Hono: only what is allowed goes through.
   *
   * @example
   * ```ts
   * import { AegisClient, type GovernedRequest } from '@sallyport/aegis';
   *
   * const mayDeploy = new AegisClient().requireGovernance('infrastructure.deploy', {
   *   actorId: (request: GovernedRequest) => String(request.agentId),
   * });
   * ```
   */
  requireGovernance(capability: string, options?: RequireGovernanceOptions): GovernanceMiddleware {
    return governanceMiddleware(this.#connection, capability, options);
  }

  /**
   * Wraps a function that takes its arguments as one object, so that it runs only when allowed, with the arguments that were
   * decided on.
   *
   * @throws AegisDeniedError from the wrapped function, for any outcome but ALLOW; it did not run then.
   * @example
   * ```ts
   * import { AegisClient } from '@sallyport/aegis';
   *
   * const governedTool = new AegisClient().governed('database.query');
   * const query = governedTool(async ({ sql }: { sql: string }) => `rows of ${sql}`);
   * await query({ sql: 'SELECT 1' });
   * ```
   */
  governed(capability: string, options?: GovernedOptions): GovernedWrapper {
    return governedBy(this.#connection, capability, options);
  }

  /** Runs an action only when this gateway allows it; `govern` of core with this client. */
  govern<T>(action: ProposedAction, run: Run<T>, options: GovernOptions = {}): Promise<Governed<T>> {
    return govern(this.#governor, action, run, { runtime: this.#connection.caller.runtime, ...options });
  }

  /** This client as the Governor port: by default `tool.operation` is the capability and `input` its parameters. */
  asGovernor(options?: AegisGovernorOptions): AegisGovernor {
    return new AegisGovernor(this.#connection, options);
  }

  /** Whether the gateway is up; needs no key. */
  health(options?: RequestOptions): CallPromise<Health> {
    return this.#connection.call(getHealth, undefined, options);
  }

  /** Makes a request that no method covers; its answer is parsed and not checked. */
  request(
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    options?: RawRequestOptions,
  ): CallPromise<unknown> {
    return checked(() => this.#connection.caller.request(method, path, options));
  }

  /** Ends every call under way with an `AbortedError`, and refuses new ones. */
  close(): Promise<void> {
    return this.#connection.caller.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
