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
import { ApprovalsApi } from './approvals-api.js';
import { AuditApi } from './audit-api.js';
import { ask, askOrThrow } from './call-tool.js';
import { Connection, checked } from './connection.js';
import { CredentialsApi } from './credentials-api.js';
import { VargateGovernor, type VargateGovernorOptions } from './governor.js';
import { ManagedAgentsApi, SessionsApi } from './managed-api.js';
import { getHealth, getMcpHealth } from './operations/settings.js';
import { rejectGoverned } from './refusal.js';
import { SettingsApi } from './settings-api.js';
import type {
  AllowedCall,
  AnsweredApproval,
  CallToolOptions,
  GatewayHealth,
  LocalVerification,
  PendingCall,
  ToolCallResult,
  TreeObservation,
  TreeWatchState,
  VargateClientOptions,
  VerifyLocallyOptions,
  WaitForApprovalOptions,
  WatchTreeOptions,
} from './types/index.js';
import { verifyLocally } from './verify-locally.js';
import { waitForApproval } from './wait.js';
import { watchTree } from './watch-tree.js';

type Params = Readonly<Record<string, unknown>>;

/**
 * The client of a Vargate gateway: asks whether an agent's tool call may be made, before it is.
 *
 * Nothing but an unambiguous `allowed` is ever taken for permission. Every error is a `VargateError`.
 *
 * @example
 * ```ts
 * import { VargateClient } from '@sallyport/vargate';
 *
 * const vargate = new VargateClient({ agent: { id: 'my-agent-v1' } });
 * const result = await vargate.callTool('http', 'GET', { url: 'https://api.example.com/data' });
 * process.stdout.write(`${result.outcome}: ${result.actionId}\n`);
 * ```
 */
export class VargateClient {
  /** The gateway's address, without a trailing slash. */
  readonly baseUrl: string;
  readonly audit: AuditApi;
  readonly approvals: ApprovalsApi;
  readonly managedAgents: ManagedAgentsApi;
  readonly sessions: SessionsApi;
  readonly credentials: CredentialsApi;
  readonly settings: SettingsApi;
  readonly #connection: Connection;
  #trees: TreeWatchState | undefined;

  /**
   * @param options - address and key default to `VARGATE_URL` and `VARGATE_API_KEY`.
   * @throws ConfigurationError when an option is unknown or impossible.
   */
  constructor(options: VargateClientOptions = {}) {
    const connection = new Connection(options);
    this.#connection = connection;
    this.baseUrl = connection.baseUrl;
    this.audit = new AuditApi(connection);
    this.approvals = new ApprovalsApi(connection);
    this.managedAgents = new ManagedAgentsApi(connection);
    this.sessions = new SessionsApi(connection);
    this.credentials = new CredentialsApi(connection);
    this.settings = new SettingsApi(connection);
  }

  /**
   * Asks about a tool call (`POST /mcp/tools/call`). A refusal is returned, not thrown; tell the answers apart by `outcome`.
   *
   * @param params - the tool's arguments; at most 65,536 characters of JSON.
   * @throws RateLimitError when too many calls are made; PolicyEngineUnavailableError when nothing could be decided.
   */
  callTool(tool: string, method: string, params: Params, options?: CallToolOptions): CallPromise<ToolCallResult> {
    return ask(this.#connection, tool, method, params, options);
  }

  /**
   * Asks about a tool call, and throws a refusal. A call that is `pending` has not been made either: look at `outcome`.
   *
   * @throws PolicyDeniedError with the violations, when policy refuses; and what `callTool` throws.
   */
  governedToolCall(
    tool: string,
    method: string,
    params: Params,
    options?: CallToolOptions,
  ): CallPromise<AllowedCall | PendingCall> {
    return askOrThrow(this.#connection, tool, method, params, options);
  }

  /**
   * Runs an action only when this gateway allows it; `govern` of core with this client.
   *
   * @throws PolicyDeniedError when policy refuses; ApprovalRejectedError, ApprovalTimeoutError, ApprovalRequiredError of core.
   */
  govern<T>(action: ProposedAction, run: Run<T>, options: GovernOptions = {}): Promise<Governed<T>> {
    const { runtime } = this.#connection.caller;
    return govern(this.asGovernor(), action, run, { runtime, ...options }).catch(rejectGoverned);
  }

  /**
   * This client as the Governor port. By default `tool` and `operation` are tool and method, and `input` (with `resource`) the
   * params. What the gateway carries out itself is not run a second time.
   */
  asGovernor(options?: VargateGovernorOptions): VargateGovernor {
    return new VargateGovernor(this.#connection, options);
  }

  /**
   * Waits until a call is approved, rejected or expired. The server wakes the waiter where it can, and is asked at growing
   * intervals of half a second to five where it cannot.
   *
   * @throws ApprovalTimeoutError when nobody answered within `maxWaitMs`; AbortedError when `signal` aborts.
   * @throws VargateError with the code `approval_unknown`, when the gateway shows no such call.
   */
  waitForApproval(actionId: string, options?: WaitForApprovalOptions): Promise<AnsweredApproval> {
    return waitForApproval(this.#connection, actionId, options);
  }

  /**
   * Verifies the audit log here: every record's hash and link from the first one on, every tree built anew, proofs of
   * inclusion. Nothing is believed because the gateway says so; its own finding is in `claimed`. Memory stays flat.
   *
   * @returns what was found; a log that does not verify is a result, not an error.
   * @throws ResponseError when the gateway does not show its log.
   */
  verifyLocally(options?: VerifyLocallyOptions): Promise<LocalVerification> {
    return verifyLocally(this.#connection, options);
  }

  /**
   * Looks at the trees over the audit log, remembers them, and accepts later ones only where they go on from those that were
   * seen before. Keep `state` for the next process.
   *
   * @throws VerificationError `cut_tail`, `rewritten`, `broken_link`, or `unanchored_range` after more than 500 new trees.
   */
  async watchTree(options: WatchTreeOptions = {}): Promise<TreeObservation> {
    const observation = await watchTree(this.#connection, options, this.#trees);
    this.#trees = observation.state;
    return observation;
  }

  /** How the gateway is; needs no key. */
  health(options?: RequestOptions): CallPromise<GatewayHealth> {
    return this.#connection.call(getHealth, undefined, options);
  }

  /** How its MCP server is; needs no key. */
  mcpHealth(options?: RequestOptions): CallPromise<GatewayHealth> {
    return this.#connection.call(getMcpHealth, undefined, options);
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
