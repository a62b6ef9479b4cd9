import { httpError, readErrorBody } from './answer.js';
import type { CallerConfig } from './caller-config.js';
import { ChainedExchange } from './chain.js';
import { SallyportError } from './errors/base.js';
import { ConnectionError, UnexpectedRedirectError } from './errors/transport.js';
import { ServerFeatures } from './features.js';
import { headerValue, requestIdOf } from './headers.js';
import type { AttemptRequest, Middleware, ResponseHead } from './middleware.js';
import type { DecodeContext, Operation } from './operation.js';
import type { CallPlan } from './plan.js';
import { redactText } from './redact.js';
import type { Runtime } from './runtime.js';
import type { CallScope, Limit } from './scope.js';
import { type AttemptSpan, loadTelemetryApi, Telemetry } from './telemetry.js';
import type { Exchange, Transport, TransportRequest, TransportResponse, TransportStream } from './transport/port.js';
import { readWhole } from './transport/read-whole.js';

/** How an answer travels: read whole, or handed over as a stream. */
export interface Mode<Answer extends ResponseHead> {
  carry(transport: Transport, request: TransportRequest): Exchange<Answer>;
  /** The body of an answer that is not a result, so that its error can be told. */
  readRefusal(answer: Answer, scope: CallScope, limitBytes: number, limit: Limit): Uint8Array | Promise<Uint8Array>;
}

export const BUFFERED: Mode<TransportResponse> = {
  carry: (transport, request) => transport.send(request),
  readRefusal: (answer) => answer.body,
};

export const STREAMED: Mode<TransportStream> = {
  carry: (transport, request) => transport.open(request),
  readRefusal: (answer, scope, limitBytes, limit) =>
    scope.guard(() => ({ result: readWhole(answer.body, limitBytes), abort: () => answer.cancel() }), limit),
};

const REDIRECTS = new Set([301, 302, 303, 307, 308]);

export const contextOf = (operation: string, { status, headers }: ResponseHead): DecodeContext => ({
  operation,
  status,
  headers,
  requestId: requestIdOf(headers),
});

const isResult = (operation: Operation<never, unknown>, status: number): boolean =>
  (status >= 200 && status < 300) || (operation.results?.includes(status) ?? false);

/** Makes single attempts: through middleware and transport to an answer that is a result, or to a typed error. */
export class Attempter {
  readonly #config: CallerConfig;
  readonly #transport: Transport;
  readonly #runtime: Runtime;
  readonly #maxResponseBytes: number;
  readonly #middleware: readonly Middleware[];
  readonly #secrets: readonly string[];
  readonly features = new ServerFeatures();
  #telemetry: Telemetry | undefined;

  constructor(config: CallerConfig, transport: Transport, runtime: Runtime, maxResponseBytes: number) {
    this.#config = config;
    this.#transport = transport;
    this.#runtime = runtime;
    this.#maxResponseBytes = maxResponseBytes;
    this.#middleware = config.options.middleware ?? [];
    this.#secrets = Object.values(config.credentials)
      .map((credential) => credential?.secret ?? '')
      // A very short secret would mask ordinary words.
      .filter((secret) => secret.length > 3);
  }

  /** Looks for OpenTelemetry; attempts made before it is found go unobserved. */
  async observe(): Promise<void> {
    const api = await loadTelemetryApi();
    if (api) this.#telemetry = new Telemetry(api, this.#config.baseUrl);
  }

  /** @param attempt - counted from 1. */
  async run<Answer extends ResponseHead>(
    mode: Mode<Answer>,
    operation: Operation<never, unknown>,
    plan: CallPlan,
    attempt: number,
    scope: CallScope,
  ): Promise<Answer> {
    const span = this.#telemetry?.start(plan.method, plan.url, attempt, this.#runtime.monotonic);
    let exchange: Exchange<Answer> | undefined;
    const limit: Limit = {
      timeoutMs: plan.limits.timeoutMs,
      phase: () => (exchange?.sent === false ? 'connect' : 'response'),
    };
    let answer: Answer;
    try {
      answer = await scope.guard(() => (exchange = this.#start(mode, operation.name, plan, attempt, span)), limit);
    } catch (error) {
      span?.failed(error);
      // What middleware throws is the user's own and stays as it is; the chain has explained the rest.
      throw this.#middleware.length > 0 ? error : this.explain(error, exchange?.sent ?? false, operation.name);
    }
    span?.answered(answer.status);
    this.features.observe(answer);
    if (isResult(operation, answer.status)) return answer;
    const bytes = await mode.readRefusal(answer, scope, this.#maxResponseBytes, limit);
    throw this.#refusal(operation, contextOf(operation.name, answer), bytes);
  }

  /** Turns what a transport throws into an error of ours; our own stay as they are. */
  explain(error: unknown, sent: boolean, operation: string): unknown {
    if (error instanceof SallyportError) return error;
    const { gateway, baseUrl } = this.#config;
    const reason = error instanceof Error && error.message !== '' ? error.message : String(error);
    const message = sent
      ? `${operation}: the connection to ${baseUrl} broke before the answer was complete (${reason}).`
      : `${operation}: could not reach ${baseUrl} (${reason}). Is the gateway running there?`;
    return new ConnectionError(message, { gateway, operation, sent, cause: error });
  }

  #start<Answer extends ResponseHead>(
    mode: Mode<Answer>,
    operation: string,
    plan: CallPlan,
    attempt: number,
    span: AttemptSpan | undefined,
  ): Exchange<Answer> {
    const { method, url, body } = plan;
    const headers = span ? { ...plan.headers, ...span.headers } : plan.headers;
    const carry = (request: Omit<TransportRequest, 'maxResponseBytes'>): Exchange<Answer> =>
      mode.carry(this.#transport, { ...request, maxResponseBytes: this.#maxResponseBytes });
    const sending = body === undefined ? { method, url, headers } : { method, url, headers, body };
    if (this.#middleware.length === 0) return carry(sending);
    const request: AttemptRequest = { operation, attempt, ...sending };
    return new ChainedExchange(this.#middleware, request, carry, (error, sent) => this.explain(error, sent, operation));
  }

  #refusal(operation: Operation<never, unknown>, context: DecodeContext, bytes: Uint8Array): SallyportError {
    const { status, headers, requestId } = context;
    if (REDIRECTS.has(status)) {
      const location = headerValue(headers, 'location');
      const shown = location === undefined ? undefined : redactText(location);
      return new UnexpectedRedirectError(
        `${operation.name} was redirected (${status}) to ${shown ?? 'nowhere'}. Redirects are not followed: set the base URL to the final address.`,
        { status, location: shown, requestId },
      );
    }
    const body = readErrorBody(bytes, this.#secrets);
    for (const decode of [...(operation.errors ?? []), ...(this.#config.errors ?? [])]) {
      const error = decode(body, context);
      if (error) return error;
    }
    return httpError(body, context, this.#runtime.now());
  }
}
