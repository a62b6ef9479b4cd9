import { readBody } from './answer.js';
import { Attempter, BUFFERED, contextOf, type Mode, STREAMED } from './attempt.js';
import { type CallMeta, type CallPromise, callPromise, type WithResponse } from './call-promise.js';
import { type CallerConfig, resolveTransport } from './caller-config.js';
import { checkClientOptions } from './client-options.js';
import { inContext, SallyportError } from './errors/base.js';
import { AbortedError } from './errors/transport.js';
import { requestIdOf } from './headers.js';
import type { Operation } from './operation.js';
import {
  checkCallOptions,
  type OpenOptions,
  type RequestOptions,
  resolveBackoff,
  resolveRetryBudget,
} from './options.js';
import { type CallPlan, Planner } from './plan.js';
import { type RawRequestOptions, rawOperation } from './raw-request.js';
import { type Backoff, DEFAULT_BACKOFF, isRetryable, RetryBudget, retryDelayMs } from './retry.js';
import { type Runtime, systemRuntime } from './runtime.js';
import { CallScope } from './scope.js';
import { type OpenResponse, ScopedStream } from './stream.js';
import type { ResponseHead, Transport } from './transport/port.js';

interface Answered<Answer> {
  readonly answer: Answer;
  readonly plan: CallPlan;
  readonly attempts: number;
}

/**
 * Carries a gateway's operations over the wire: plan → [attempt: middleware → transport → classify] → decode, with
 * retries around the attempts, and one scope (signal, deadline, close) around everything. A client has one caller.
 *
 * @example
 * ```ts
 * import { type CallerConfig, createCaller } from '@sallyport/core/internal';
 *
 * const config: CallerConfig = { gateway: 'rampart', baseUrl: 'http://localhost:9090', credentials: {}, options: {} };
 * const health = createCaller(config).request('GET', '/healthz', { auth: 'none' });
 * ```
 */
export class Caller implements AsyncDisposable {
  readonly gateway: string;
  readonly runtime: Runtime;
  readonly #config: CallerConfig;
  readonly #transport: Transport;
  readonly #planner: Planner;
  readonly #attempter: Attempter;
  readonly #budget: RetryBudget;
  readonly #backoff: Backoff;
  readonly #scopes = new Set<CallScope>();
  #gettingReady: Promise<void> | undefined;
  #closed: AbortedError | undefined;

  /** @throws ConfigurationError when an option is impossible. */
  constructor(config: CallerConfig) {
    const { options, gateway } = config;
    checkClientOptions(options);
    this.#config = config;
    this.gateway = gateway;
    this.runtime = options.runtime ?? systemRuntime;
    this.#transport = resolveTransport(options);
    this.#planner = new Planner(config, this.runtime);
    this.#attempter = new Attempter(config, this.#transport, this.runtime);
    this.#budget = new RetryBudget(resolveRetryBudget(options));
    this.#backoff = resolveBackoff(options, config.defaults?.backoff ?? DEFAULT_BACKOFF);
    if (options.telemetry !== false) {
      this.#gettingReady = this.#attempter.observe().finally(() => {
        this.#gettingReady = undefined;
      });
    }
  }

  /** What the server last said it can do beyond the gateway's own protocol: `idempotency`, … */
  get features(): ReadonlySet<string> {
    return this.#attempter.features.names;
  }

  /** Makes a call and decodes its answer. */
  call<Input, Output>(
    operation: Operation<Input, Output>,
    input: Input,
    options: RequestOptions = {},
  ): CallPromise<Output> {
    return callPromise(this.#call(operation, input, options));
  }

  /** Makes a call that no operation describes; its answer is parsed, and not checked. */
  request(
    method: Operation<void, unknown>['method'],
    path: string,
    options: RawRequestOptions = {},
  ): CallPromise<unknown> {
    const { gateway, defaultAuth = 'none' } = this.#config;
    return this.call(rawOperation(gateway, method, path, { auth: defaultAuth, ...options }), undefined, options);
  }

  /** Makes a call and hands over the body of its answer unread. `timeoutMs` and `deadlineMs` end with the headers. */
  async open<Input>(
    operation: Operation<Input, unknown>,
    input: Input,
    options: OpenOptions = {},
  ): Promise<OpenResponse> {
    this.#check(operation, options, true);
    const scope = this.#enter(operation.name, options);
    try {
      const { answer, attempts, plan } = await this.#attempts(STREAMED, operation, input, options, scope);
      scope.setDeadline(Number.POSITIVE_INFINITY);
      const explain = (error: unknown): unknown =>
        this.own(this.#attempter.explain(error, true, operation.name, plan.secrets), operation.name);
      const idleTimeoutMs = options.idleTimeoutMs ?? Number.POSITIVE_INFINITY;
      return new ScopedStream(answer, this.#meta(answer, attempts, scope), scope, idleTimeoutMs, explain);
    } catch (error) {
      scope.close();
      throw this.own(error, operation.name);
    }
  }

  /** Waits within the client's life and the signal's. @throws AbortedError when either ends. */
  async pause(operation: string, ms: number, signal: AbortSignal): Promise<void> {
    const scope = this.#enter(operation, { signal });
    try {
      await scope.sleep(ms);
    } catch (error) {
      throw this.own(error, operation);
    } finally {
      scope.close();
    }
  }

  /**
   * Completes an error and hands it to the gateway's family, as the errors of calls are. What is not ours (a middleware's),
   * or another gateway's, stays as it is.
   */
  own(error: unknown, operation?: string): unknown {
    if (!(error instanceof SallyportError)) return error;
    if (error.gateway !== undefined && error.gateway !== this.gateway) return error;
    const known = inContext(error, { gateway: this.gateway, operation, requestId: undefined });
    return this.#config.adopt?.(known) ?? known;
  }

  /** Ends every call under way with an `AbortedError`, and refuses new ones. */
  async close(): Promise<void> {
    this.#closed ??= new AbortedError('The client was closed.', { gateway: this.gateway });
    for (const scope of this.#scopes) scope.end(this.#closed);
    await this.#transport.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #call<Input, Output>(
    operation: Operation<Input, Output>,
    input: Input,
    options: RequestOptions,
  ): Promise<WithResponse<Output>> {
    this.#check(operation, options, false);
    const scope = this.#enter(operation.name, options);
    try {
      const { answer, attempts, plan } = await this.#attempts(BUFFERED, operation, input, options, scope);
      const context = contextOf(operation.name, answer);
      const data = operation.decode(readBody(answer.body, operation.reads ?? 'json', context, plan.secrets), context);
      return { data, meta: this.#meta(answer, attempts, scope) };
    } catch (error) {
      throw this.own(error, operation.name);
    } finally {
      scope.close();
    }
  }

  #check(operation: Operation<never, unknown>, options: RequestOptions, streamed: boolean): void {
    try {
      checkCallOptions(operation, options, streamed);
    } catch (error) {
      throw this.own(error, operation.name);
    }
  }

  #enter(operation: string, { signal }: RequestOptions): CallScope {
    const scope = new CallScope(this.runtime, { gateway: this.gateway, operation }, this.#scopes, signal);
    if (this.#closed) scope.end(this.#closed);
    return scope;
  }

  async #attempts<Input, Answer extends ResponseHead>(
    mode: Mode<Answer>,
    operation: Operation<Input, unknown>,
    input: Input,
    options: RequestOptions,
    scope: CallScope,
  ): Promise<Answered<Answer>> {
    const plan = this.#planner.plan(operation, input, options);
    scope.setDeadline(plan.limits.deadlineMs);
    if (this.#gettingReady) await this.#gettingReady;
    const { logger } = this.#config.options;
    for (let attempt = 1; ; attempt++) {
      try {
        const answer = await this.#attempter.run(mode, operation, plan, attempt, scope);
        this.#budget.refund();
        logger?.debug('answered', { operation: operation.name, attempt, status: answer.status });
        return { answer, plan, attempts: attempt };
      } catch (error) {
        const delayMs = this.#delayBeforeNext(error, attempt, plan, scope);
        if (delayMs === undefined) throw error;
        logger?.info('retrying', { operation: operation.name, attempt, delayMs, error });
        await scope.sleep(delayMs);
      }
    }
  }

  /** Milliseconds until the next attempt; undefined when the failure is final. */
  #delayBeforeNext(error: unknown, attempt: number, plan: CallPlan, scope: CallScope): number | undefined {
    const honoured = this.#config.options.idempotency === 'always' || this.features.has('idempotency');
    const mayResend = plan.retry === 'safe' || (plan.retry === 'keyed' && plan.keyed && honoured);
    if (!plan.repeatable || attempt > plan.limits.maxRetries) return undefined;
    if (!isRetryable(error, mayResend, this.#config.defaults?.retriesStatus)) return undefined;
    const delayMs = retryDelayMs(error, attempt, this.#backoff, this.runtime.random);
    return delayMs < scope.remainingMs && this.#budget.take() ? delayMs : undefined;
  }

  #meta(answer: ResponseHead, attempts: number, scope: CallScope): CallMeta {
    const { status, headers } = answer;
    const durationMs = this.runtime.monotonic() - scope.startedAt;
    return { status, requestId: requestIdOf(headers), attempts, durationMs, headers };
  }
}

/** Makes the caller of a client. */
export const createCaller = (config: CallerConfig): Caller => new Caller(config);
