import {
  type CallPromise,
  type EventStream,
  type EventStreamOptions,
  type Governed,
  type GovernOptions,
  govern,
  type ProposedAction,
  type RawRequestOptions,
  type RequestOptions,
  type Run,
} from '@sallyport/core';
import { type Caller, checkNames, checkText, createCaller, mapCall } from '@sallyport/core/internal';
import { ApprovalsApi, HostedApprovalsApi } from './approvals-api.js';
import { AuditApi } from './audit-api.js';
import { Calls } from './calls.js';
import { adopting, checked, RampartApprovalRequiredError, RampartDeniedError, rejectAdopted } from './errors.js';
import { rampartEvents } from './events.js';
import { RampartGovernor, type RampartGovernorOptions } from './governor.js';
import { type GuardOptions, guardFunction } from './guard.js';
import { getHealth, getMetrics, getStatus, type TestCall, testCommand } from './operations/policy.js';
import { TEST_NAMES } from './option-names.js';
import { PolicyApi, RulesApi } from './policy-api.js';
import { type SafeExecOptions, type SafeExecResult, safeExec } from './safe-exec.js';
import { callerConfig, defaultIdentity } from './settings.js';
import type {
  EvaluateOptions,
  GatewayHealth,
  GatewayStatus,
  PolicyTest,
  PreflightDecision,
  PreflightOptions,
  RampartClientOptions,
  RampartEvent,
  ToolDecision,
} from './types/index.js';

type Params = Readonly<Record<string, unknown>>;

/**
 * Options of a policy test.
 *
 * @example
 * ```ts
 * import type { TestOptions } from '@sallyport/rampart';
 *
 * const options: TestOptions = { tool: 'read', agent: 'my-agent' };
 * ```
 */
export interface TestOptions extends RequestOptions, Omit<TestCall, 'command'> {}

/**
 * The client of a Rampart gateway: asks whether an agent may do something, before it does.
 *
 * Every call names its run and has an id of its own, so that an approved call can be repeated exactly. Nothing but an
 * `allow` or `watch` is ever taken for permission.
 *
 * @example
 * ```ts
 * import { RampartClient } from '@sallyport/rampart';
 *
 * const rampart = new RampartClient({ agent: 'my-agent', session: 'session-1' });
 * const result = await rampart.safeExec('git status');
 * process.stdout.write(result.blocked ? `blocked: ${result.reason}\n` : result.output);
 * ```
 */
export class RampartClient {
  /** The gateway's address, without a trailing slash. */
  readonly baseUrl: string;
  readonly approvals: ApprovalsApi;
  readonly hostedApprovals: HostedApprovalsApi;
  readonly audit: AuditApi;
  readonly policy: PolicyApi;
  readonly rules: RulesApi;
  readonly #caller: Caller;
  readonly #calls: Calls;
  readonly #governor: RampartGovernor;

  /**
   * @param options - address, token and identity default to `RAMPART_URL`, `RAMPART_TOKEN`, `RAMPART_AGENT`,
   * `RAMPART_SESSION` and `RAMPART_RUN`.
   * @throws ConfigurationError when an option is unknown or impossible.
   */
  constructor(options: RampartClientOptions = {}) {
    const config = adopting(() => callerConfig(options));
    this.baseUrl = config.baseUrl;
    this.#caller = adopting(() => createCaller(config));
    const identity = defaultIdentity(options, () => this.#caller.runtime.id());
    this.#calls = new Calls(this.#caller, identity, options.timeoutMs);
    this.#governor = new RampartGovernor(this.#calls);
    this.approvals = new ApprovalsApi(this.#caller);
    this.hostedApprovals = new HostedApprovalsApi(this.#caller);
    this.audit = new AuditApi(this.#caller);
    this.policy = new PolicyApi(this.#caller);
    this.rules = new RulesApi(this.#caller);
  }

  /**
   * Asks about a shell command (`POST /v1/tool/exec`). The gateway only decides: run the command yourself, when `allowed`.
   *
   * @throws AuthenticationError, PermissionDeniedError when the token may not ask.
   * @throws ResponseError when the answer is no decision that can be trusted.
   */
  exec(command: string, options?: EvaluateOptions): CallPromise<ToolDecision> {
    return this.#calls.exec(command, options);
  }

  /**
   * Asks about any tool call (`POST /v1/tool/{toolName}`). A refusal is returned, not thrown.
   *
   * @param toolName - 1 to 128 of `A-Z a-z 0-9 _ - . :`.
   * @param params - the tool's arguments.
   */
  evaluate(toolName: string, params: Params, options?: EvaluateOptions): CallPromise<ToolDecision> {
    return this.#calls.evaluate(toolName, params, options);
  }

  /** Asks what would be decided, without opening an approval (`POST /v1/preflight/{toolName}`). */
  preflight(toolName: string, params: Params, options?: PreflightOptions): CallPromise<PreflightDecision> {
    return this.#calls.preflight(toolName, params, options);
  }

  /** Asks what would be decided about a shell command. */
  preflightExec(command: string, options?: PreflightOptions): CallPromise<PreflightDecision> {
    return this.#calls.preflightExec(command, options);
  }

  /**
   * Asks at a real execution boundary (a preview with `enforce`), and throws when the call may not run. It opens no
   * approval: use `govern`, `guard` or `safeExec` where a human may be asked.
   *
   * @throws RampartDeniedError when policy refuses.
   * @throws RampartApprovalRequiredError when a human would have to agree.
   */
  enforce(
    toolName: string,
    params: Params,
    options: Omit<PreflightOptions, 'enforce' | 'verification'> = {},
  ): CallPromise<PreflightDecision> {
    return mapCall(this.#calls.preflight(toolName, params, { ...options, enforce: true }), (decision) => {
      const context = { gateway: 'rampart', operation: 'rampart.enforce' };
      if (decision.allowed) return decision;
      if (decision.decision === 'ask') throw new RampartApprovalRequiredError(decision, context);
      throw new RampartDeniedError(decision, context);
    });
  }

  /**
   * Wraps a function so that it runs only when allowed, with the arguments that were decided on. The wrapped function
   * returns a text instead of the result when the gateway redacted it.
   *
   * @param fn - its name is the tool's, unless `options.tool` says otherwise.
   * @throws RampartDeniedError, ApprovalRejectedError, ApprovalTimeoutError from the wrapped function, which then did not run.
   * @example
   * ```ts
   * import { RampartClient } from '@sallyport/rampart';
   *
   * const lookUp = async (customer: string) => `record of ${customer}`;
   * const guarded = new RampartClient().guard(lookUp, { tool: 'crm.lookup', params: ['customer'] });
   * await guarded('c-17');
   * ```
   */
  guard<Args extends readonly unknown[], Result>(
    fn: (...args: Args) => Result | Promise<Result>,
    options: GuardOptions = {},
  ): (...args: Args) => Promise<Result | string> {
    const guarded = adopting(() => guardFunction(this.#governor, fn, { runtime: this.#caller.runtime, ...options }));
    return (...args) => guarded(...args).catch(rejectAdopted);
  }

  /**
   * Asks about a command, and really runs it in the system's shell when it may run. What it printed is scanned, and
   * redacted where a rule says so. `runTimeoutMs` bounds the run: `timeoutMs` and `deadlineMs` bound only the asking.
   *
   * @returns `{ blocked: true, reason }`, with the `approvalId` when a human has to agree, or
   * `{ blocked: false, output, stderr, exitCode }`.
   * @throws SallyportError when the gateway gives no trustworthy answer; the command did not run then.
   */
  safeExec(command: string, options: SafeExecOptions = {}): Promise<SafeExecResult> {
    return safeExec(this.#governor, command, { runtime: this.#caller.runtime, ...options }).catch(rejectAdopted);
  }

  /**
   * Runs an action only when this gateway allows it; `govern` of core with this client.
   *
   * @throws RampartDeniedError, ApprovalRejectedError, ApprovalTimeoutError; the action did not run then.
   */
  govern<T>(action: ProposedAction, run: Run<T>, options: GovernOptions = {}): Promise<Governed<T>> {
    return govern(this.#governor, action, run, { runtime: this.#caller.runtime, ...options }).catch(rejectAdopted);
  }

  /**
   * This client as the Governor port. By default `tool` (with `.operation`) is the tool and `input` (with `resource`) its
   * params; agent, session, run and call ids carry over, `context` is not sent.
   */
  asGovernor(options?: RampartGovernorOptions): RampartGovernor {
    return new RampartGovernor(this.#calls, options);
  }

  /** What policy says to a command, without audit and without counting (`POST /v1/test`). Needs an admin token. */
  test(command: string, options: TestOptions = {}): CallPromise<PolicyTest> {
    return checked(() => {
      checkText('command', command);
      checkNames(options, TEST_NAMES, testCommand.name);
      const { tool, agent, session } = options;
      return this.#caller.call(testCommand, { command, tool, agent, session }, options);
    });
  }

  /** Mode, counts and configuration of the gateway. Needs an admin token. */
  status(options?: RequestOptions): CallPromise<GatewayStatus> {
    return this.#caller.call(getStatus, undefined, options);
  }

  /** Whether the gateway is up; needs no token. */
  health(options?: RequestOptions): CallPromise<GatewayHealth> {
    return this.#caller.call(getHealth, undefined, options);
  }

  /** Prometheus metrics as text. @throws NotFoundError when the gateway was started without them. */
  metrics(options?: RequestOptions): CallPromise<string> {
    return this.#caller.call(getMetrics, undefined, options);
  }

  /** What happens at the gateway, as it happens. Needs an admin token. A lost connection is made again. */
  events(options?: EventStreamOptions): EventStream<RampartEvent> {
    return adopting(() => rampartEvents(this.#caller, options));
  }

  /** Makes a request that no method covers; its answer is parsed and not checked. */
  request(
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    options?: RawRequestOptions,
  ): CallPromise<unknown> {
    return this.#caller.request(method, path, options);
  }

  /** Ends every call under way with an `AbortedError`, and refuses new ones. */
  close(): Promise<void> {
    return this.#caller.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
