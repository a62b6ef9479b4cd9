import { httpError, readErrorBody } from './answer.js';
import type { CallerConfig } from './caller-config.js';
import { ChainedExchange } from './chain.js';
import { SallyportError } from './errors/base.js';
import { ResponseError } from './errors/response.js';
import { AbortedError, ConnectionError, TimeoutError, UnexpectedRedirectError } from './errors/transport.js';
import { ServerFeatures } from './features.js';
import { headerValue, requestIdOf } from './headers.js';
import type { AttemptRequest, Middleware } from './middleware.js';
import type { DecodeContext, Operation } from './operation.js';
import { DEFAULT_MAX_RESPONSE_BYTES, resolveMaxResponseBytes } from './options.js';
import type { CallPlan } from './plan.js';
import { redactText } from './redact.js';
import type { Runtime } from './runtime.js';
import type { CallScope, Limit } from './scope.js';
import type { Secrets } from './secrets.js';
import { type AttemptSpan, loadTelemetryApi, Telemetry } from './telemetry.js';
import type {
  Exchange,
  ResponseHead,
  Transport,
  TransportRequest,
  TransportResponse,
  TransportStream,
} from './transport/port.js';
import { readWhole } from './transport/read-whole.js';

/** How an answer travels: read whole, or handed over as a stream. */
export interface Mode<Answer extends ResponseHead> {
  carry(transport: Transport, request: TransportRequest): Exchange<Answer>;
  /** Lets go of an answer that nobody will read. */
  drop(answer: Answer): void;
  /** The body of an answer that is not a result, so that its error can be told. */
  readRefusal(answer: Answer, scope: CallScope, limitBytes: number, limit: Limit): Uint8Array | Promise<Uint8Array>;
}

export const BUFFERED: Mode<TransportResponse> = {
  carry: (transport, request) => transport.send(request),
  drop: () => {},
  readRefusal: (answer) => answer.body,
};

export const STREAMED: Mode<TransportStream> = {
  carry: (transport, request) => transport.open(request),
  drop: (answer) => answer.cancel(),
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

function isResult({ results = [] }: Operation<never, unknown>, answer: ResponseHead): boolean {
  if (typeof results === 'function') return results(answer);
  return (answer.status >= 200 && answer.status < 300) || results.includes(answer.status);
}

/** How a body is encoded that was not asked for; undefined where it is as it is. */
function encodingOf({ headers }: ResponseHead): string | undefined {
  const encoding = headerValue(headers, 'content-encoding')?.trim().toLowerCase();
  return encoding === '' || encoding === 'identity' ? undefined : encoding;
}

/** Every request asks for plain bodies: one that is encoded all the same would be read as what it is not. */
function encodedError(encoding: string, { operation, status, requestId }: DecodeContext): ResponseError {
  return new ResponseError(
    `The ${status} answer to ${operation} has the content encoding "${encoding}", which was not asked for and is not decoded. Let the gateway, or the proxy before it, honour "accept-encoding: identity".`,
    { code: 'response_encoding', operation, status, requestId },
  );
}

/** Makes single attempts: through middleware and transport to an answer that is a result, or to a typed error. */
export class Attempter {
  readonly #config: CallerConfig;
  readonly #transport: Transport;
  readonly #runtime: Runtime;
  /** The user's own cap on bodies, which wins over that of an operation. */
  readonly #maxResponseBytes: number | undefined;
  readonly #middleware: readonly Middleware[];
  readonly features = new ServerFeatures();
  #telemetry: Telemetry | undefined;

  constructor(config: CallerConfig, transport: Transport, runtime: Runtime) {
    this.#config = config;
    this.#transport = transport;
    this.#runtime = runtime;
    this.#maxResponseBytes = resolveMaxResponseBytes(config.options);
    this.#middleware = config.options.middleware ?? [];
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
      answer = await scope.guard(() => (exchange = this.#start(mode, operation, plan, attempt, span)), limit);
    } catch (error) {
      span?.failed(error);
      // What middleware throws is the user's own and stays as it is; the chain has explained the rest.
      const isTheirs = this.#middleware.length > 0 && !(error instanceof TimeoutError);
      throw isTheirs ? error : this.#failure(error, exchange, operation, plan);
    }
    span?.answered(answer.status);
    if (!operation.relayed) this.features.observe(answer);
    const headers = plan.secrets.headers(answer.headers);
    if (headers !== answer.headers) answer = { ...answer, headers };
    if (isResult(operation, answer)) {
      const encoding = encodingOf(answer);
      if (encoding === undefined || operation.relayed) return answer;
      mode.drop(answer);
      throw encodedError(encoding, contextOf(operation.name, answer));
    }
    throw await this.#refusalOf(mode, operation, plan, answer, scope, limit);
  }

  /**
   * What a failed exchange is to the caller. A status that refuses is a refusal, whatever became of its body: only where
   * none had come may the gateway be called out of reach.
   */
  #failure(
    error: unknown,
    exchange: Exchange<ResponseHead> | undefined,
    operation: Operation<never, unknown>,
    plan: CallPlan,
  ): unknown {
    const { head } = exchange ?? {};
    const broke = !(error instanceof SallyportError) || error instanceof TimeoutError;
    if (head && head.status >= 300 && broke) {
      const headers = plan.secrets.headers(head.headers);
      return this.#refusal(operation, contextOf(operation.name, { ...head, headers }), undefined, error);
    }
    const explained = this.explain(error, exchange?.sent ?? false, operation.name, plan.secrets);
    const interrupted = explained instanceof ConnectionError || explained instanceof TimeoutError;
    return head && interrupted ? Object.assign(explained, { status: head.status }) : explained;
  }

  /** Turns what a transport throws into an error of ours; our own stay as they are. */
  explain(thrown: unknown, sent: boolean, operation: string, secrets: Secrets): unknown {
    if (thrown instanceof SallyportError) return thrown;
    const { gateway, baseUrl } = this.#config;
    const error = secrets.thrown(thrown);
    const reason = error instanceof Error && error.message !== '' ? error.message : String(error);
    const message = sent
      ? `${operation}: the connection to ${baseUrl} broke before the answer was complete (${reason}).`
      : `${operation}: could not reach ${baseUrl} (${reason}). Is the gateway running there?`;
    return new ConnectionError(message, { gateway, operation, sent, cause: error });
  }

  #start<Answer extends ResponseHead>(
    mode: Mode<Answer>,
    operation: Operation<never, unknown>,
    plan: CallPlan,
    attempt: number,
    span: AttemptSpan | undefined,
  ): Exchange<Answer> {
    const { method, url, body } = plan;
    const headers = span ? { ...plan.headers, ...span.headers } : plan.headers;
    const carry = (request: Omit<TransportRequest, 'maxResponseBytes'>): Exchange<Answer> =>
      mode.carry(this.#transport, { ...request, maxResponseBytes: this.#limitOf(operation) });
    const sending = body === undefined ? { method, url, headers } : { method, url, headers, body };
    if (this.#middleware.length === 0) return carry(sending);
    const request: AttemptRequest = { operation: operation.name, attempt, ...sending };
    return new ChainedExchange(this.#middleware, request, carry, (error, exchange) =>
      this.#failure(error, exchange, operation, plan),
    );
  }

  #limitOf({ maxResponseBytes }: Operation<never, unknown>): number {
    return this.#maxResponseBytes ?? maxResponseBytes ?? DEFAULT_MAX_RESPONSE_BYTES;
  }

  /** The error that an answer stands for which is no result. Where its body cannot be had, its status is enough. */
  async #refusalOf<Answer extends ResponseHead>(
    mode: Mode<Answer>,
    operation: Operation<never, unknown>,
    plan: CallPlan,
    answer: Answer,
    scope: CallScope,
    limit: Limit,
  ): Promise<SallyportError> {
    const context = contextOf(operation.name, answer);
    try {
      const bytes = await mode.readRefusal(answer, scope, this.#limitOf(operation), limit);
      const body = encodingOf(answer) === undefined ? readErrorBody(bytes, plan.secrets) : undefined;
      return this.#refusal(operation, context, body);
    } catch (error) {
      if (error instanceof AbortedError) throw error;
      return this.#refusal(operation, context, undefined, error);
    }
  }

  #refusal(
    operation: Operation<never, unknown>,
    context: DecodeContext,
    body: unknown,
    cause?: unknown,
  ): SallyportError {
    const { status, headers, requestId } = context;
    if (REDIRECTS.has(status)) {
      const location = headerValue(headers, 'location');
      const shown = location === undefined ? undefined : redactText(location);
      return new UnexpectedRedirectError(
        `${operation.name} was redirected (${status}) to ${shown ?? 'nowhere'}. Redirects are not followed: set the base URL to the final address.`,
        { status, location: shown, requestId },
      );
    }
    for (const decode of [...(operation.errors ?? []), ...(this.#config.errors ?? [])]) {
      const error = decode(body, context);
      if (error) return error;
    }
    return httpError(body, context, this.#runtime.now(), cause);
  }
}
