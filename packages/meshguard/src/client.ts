import type { CallPromise, RawRequestOptions, RequestOptions } from '@sallyport/core';
import { checkPlainObject } from '@sallyport/core/internal';
import { MeshGuardAdmin } from './admin.js';
import { Connection } from './connection.js';
import { type CheckArgument, check, enforce, scoped } from './decide.js';
import { MeshGuardGovernor, type MeshGuardGovernorOptions } from './governor.js';
import { getHealth, logAudit } from './operations/audit.js';
import { type ProxyMethod, sendThrough } from './proxy.js';
import type { ProxyResponse } from './proxy-response.js';
import type {
  AuditReport,
  GovernedDecision,
  HealthStatus,
  MeshGuardClientOptions,
  PolicyDecision,
  ProxyOptions,
} from './types/index.js';

/**
 * The client of a MeshGuard gateway: asks whether an agent may do something before it does, and sends requests through it.
 *
 * A refusal is an answer of `check`, and an error of everything else. Nothing but an unambiguous `allow` is ever taken for
 * permission. Every error is a `MeshGuardError`.
 *
 * @example
 * ```ts
 * import { MeshGuardClient } from '@sallyport/meshguard';
 *
 * const client = new MeshGuardClient({ gatewayUrl: 'https://dashboard.meshguard.app', agentToken: 'your-agent-token' });
 * const decision = await client.check('read:contacts');
 * process.stdout.write(decision.allowed ? 'Access granted!\n' : `Denied: ${decision.reason}\n`);
 * ```
 */
export class MeshGuardClient extends MeshGuardAdmin {
  /** The gateway's address, without a trailing slash. */
  readonly gatewayUrl: string;
  /** The same, under the name that the clients of all gateways have for it. */
  readonly baseUrl: string;
  /** Correlates the calls of this client in the audit log. */
  readonly traceId: string;
  readonly #connection: Connection;

  /**
   * @param options - address and tokens default to `MESHGUARD_GATEWAY_URL`, `MESHGUARD_AGENT_TOKEN` and
   * `MESHGUARD_ADMIN_TOKEN`.
   * @throws ConfigurationError when an option is unknown or impossible.
   */
  constructor(options: MeshGuardClientOptions = {}) {
    const connection = new Connection(options);
    super(connection);
    this.#connection = connection;
    this.gatewayUrl = connection.settings.config.baseUrl;
    this.baseUrl = this.gatewayUrl;
    this.traceId = connection.traceId;
  }

  /**
   * Asks whether an action may be done. A refusal is returned, not thrown; one that a human can lift has `pending`.
   *
   * @param action - `verb:resource`, such as `read:contacts`; ASCII, without commas.
   * @param options - a resource, or options.
   * @throws AuthenticationError, RateLimitError, MeshGuardError when there is no decision that can be trusted.
   */
  check(action: string, options?: CheckArgument): CallPromise<PolicyDecision> {
    return check(this.#connection, action, options);
  }

  /**
   * Asks, and throws what is not allowed.
   *
   * @throws PolicyDeniedError when policy refuses; it is an ApprovalRequiredError when a human can lift that.
   */
  enforce(action: string, options?: CheckArgument): CallPromise<PolicyDecision> {
    return enforce(this.#connection, action, options);
  }

  /**
   * Governs a function: it runs only when the action is allowed, and what it returns or throws is returned or thrown.
   *
   * @throws PolicyDeniedError when policy refuses; the function did not run then.
   */
  govern<T>(action: string, run: (decision: PolicyDecision) => T | Promise<T>, options?: CheckArgument): Promise<T>;
  /**
   * Governs a block of code: `await using decision = await client.govern(action)`. What follows runs only when allowed.
   *
   * @throws PolicyDeniedError when policy refuses.
   */
  govern(action: string, options?: CheckArgument): Promise<GovernedDecision>;
  async govern<T>(
    action: string,
    second?: CheckArgument | ((decision: PolicyDecision) => T | Promise<T>),
    options?: CheckArgument,
  ): Promise<T | GovernedDecision> {
    if (typeof second === 'function') return second(await this.enforce(action, options));
    return scoped(await this.enforce(action, second));
  }

  /**
   * Sends a request through the gateway to the service behind it.
   *
   * @param path - below the service's root, with its query; sent as it is.
   * @returns the service's own answer, whatever its status, unread.
   * @throws PolicyDeniedError when the gateway refuses. A 403 of the service is its answer, and no error.
   */
  request(method: ProxyMethod, path: string, options?: ProxyOptions): Promise<ProxyResponse> {
    return sendThrough(this.#connection, method, path, options);
  }

  /** Sends a GET request through the gateway. */
  get(path: string, options?: ProxyOptions): Promise<ProxyResponse> {
    return this.request('GET', path, options);
  }

  /** Sends a POST request through the gateway. */
  post(path: string, options?: ProxyOptions): Promise<ProxyResponse> {
    return this.request('POST', path, options);
  }

  /** Sends a PUT request through the gateway. */
  put(path: string, options?: ProxyOptions): Promise<ProxyResponse> {
    return this.request('PUT', path, options);
  }

  /** Sends a PATCH request through the gateway. */
  patch(path: string, options?: ProxyOptions): Promise<ProxyResponse> {
    return this.request('PATCH', path, options);
  }

  /** Sends a DELETE request through the gateway. */
  delete(path: string, options?: ProxyOptions): Promise<ProxyResponse> {
    return this.request('DELETE', path, options);
  }

  /** Adds an entry of your own to the audit log; decisions are recorded without it. */
  logAudit(report: AuditReport, options?: RequestOptions): CallPromise<{ readonly id?: string }> {
    return this.#connection.checked(() => {
      checkPlainObject('report', report);
      return this.#connection.call(logAudit, report, options);
    });
  }

  /** How the gateway is, also when it is not healthy. Needs no token. */
  health(options: RequestOptions = {}): CallPromise<HealthStatus> {
    const headers = { 'x-meshguard-trace-id': null, ...options.headers };
    return this.#connection.call(getHealth, undefined, { ...options, headers });
  }

  /** Whether the gateway is up and healthy. Whatever goes wrong is a no. */
  async isHealthy(options?: RequestOptions): Promise<boolean> {
    const status = await this.health(options).then(
      (health) => health.status,
      () => 'unknown',
    );
    return status === 'healthy';
  }

  /** This client as the Governor port: by default `operation:tool` is the action and `input` its context. */
  asGovernor(options?: MeshGuardGovernorOptions): MeshGuardGovernor {
    return new MeshGuardGovernor(this.#connection, options);
  }

  /**
   * Makes a request to the gateway itself that no method covers; its answer is parsed and not checked.
   *
   * @param options - `auth` is `agent`, `admin` or `none`; `agent` when absent.
   */
  call(
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    options?: RawRequestOptions,
  ): CallPromise<unknown> {
    return this.#connection.checked(() => this.#connection.caller.request(method, path, options));
  }

  /** Ends every call under way with an `AbortedError`, and refuses new ones. */
  close(): Promise<void> {
    return this.#connection.caller.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
