import type * as OtelApi from '@opentelemetry/api';
import { SallyportError } from './errors/base.js';
import { redactText } from './redact.js';

type Api = typeof OtelApi;
type Attributes = Record<string, string | number>;

/** Names of the OpenTelemetry HTTP semantic conventions (stable). */
const METHOD = 'http.request.method';
const STATUS = 'http.response.status_code';
const RESEND_COUNT = 'http.request.resend_count';
const ADDRESS = 'server.address';
const PORT = 'server.port';
const FULL_URL = 'url.full';
const ERROR_TYPE = 'error.type';
const DURATION = 'http.client.request.duration';
/** The bucket boundaries the conventions recommend for that metric, in seconds. */
const DURATION_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
const SCOPE = '@sallyport/core';

let loading: Promise<Api | undefined> | undefined;

/** Loads `@opentelemetry/api` once per process; undefined where it is not installed. */
export function loadTelemetryApi(): Promise<Api | undefined> {
  loading ??= import('@opentelemetry/api').catch(() => undefined);
  return loading;
}

/** One attempt under observation. */
export interface AttemptSpan {
  /** Headers that carry the trace to the server, added to those of the request. */
  readonly headers: Readonly<Record<string, string>>;
  answered(status: number): void;
  failed(error: unknown): void;
}

/** A span and a duration for every attempt, by the conventions for HTTP clients. */
export class Telemetry {
  readonly #api: Api;
  readonly #server: Attributes;
  readonly #noTracers: OtelApi.TracerProvider;
  #meterProvider: OtelApi.MeterProvider | undefined;
  #duration: OtelApi.Histogram | undefined;

  constructor(api: Api, baseUrl: string) {
    this.#api = api;
    this.#noTracers = new api.ProxyTracerProvider().getDelegate();
    const { hostname, port, protocol } = new URL(baseUrl);
    this.#server = { [ADDRESS]: hostname, [PORT]: Number(port) || (protocol === 'https:' ? 443 : 80) };
  }

  /**
   * @param attempt - counted from 1.
   * @returns undefined while the process has registered neither a tracer nor a meter, so that waiting costs nothing.
   */
  start(method: string, url: string, attempt: number, monotonic: () => number): AttemptSpan | undefined {
    if (!this.#isRegistered()) return undefined;
    const { trace, context, propagation, SpanKind, SpanStatusCode, isSpanContextValid } = this.#api;
    const known: Attributes = { [METHOD]: method, ...this.#server };
    const span = trace.getTracer(SCOPE).startSpan(method, { kind: SpanKind.CLIENT, attributes: known });
    if (span.isRecording()) {
      span.setAttribute(FULL_URL, redactText(url));
      if (attempt > 1) span.setAttribute(RESEND_COUNT, attempt - 1);
    }
    const headers: Record<string, string> = {};
    if (isSpanContextValid(span.spanContext())) propagation.inject(trace.setSpan(context.active(), span), headers);
    const startedAt = monotonic();
    const end = (outcome: Attributes): void => {
      span.setAttributes(outcome);
      if (ERROR_TYPE in outcome) span.setStatus({ code: SpanStatusCode.ERROR });
      span.end();
      this.#histogram().record((monotonic() - startedAt) / 1000, { ...known, ...outcome });
    };
    return {
      headers,
      answered: (status) => end({ [STATUS]: status, ...(status >= 400 && { [ERROR_TYPE]: String(status) }) }),
      failed: (error) => end({ [ERROR_TYPE]: error instanceof SallyportError ? error.code : '_OTHER' }),
    };
  }

  #isRegistered(): boolean {
    const { trace, metrics, ProxyTracerProvider, createNoopMeter } = this.#api;
    const tracers = trace.getTracerProvider();
    const traced = !(tracers instanceof ProxyTracerProvider) || tracers.getDelegate() !== this.#noTracers;
    return traced || metrics.getMeterProvider().getMeter(SCOPE) !== createNoopMeter();
  }

  /** A meter does not follow a provider that is registered after it was made, so the provider is looked up each time. */
  #histogram(): OtelApi.Histogram {
    const provider = this.#api.metrics.getMeterProvider();
    if (this.#duration === undefined || provider !== this.#meterProvider) {
      this.#meterProvider = provider;
      this.#duration = provider.getMeter(SCOPE).createHistogram(DURATION, {
        unit: 's',
        description: 'Duration of HTTP client requests.',
        advice: { explicitBucketBoundaries: DURATION_BUCKETS },
      });
    }
    return this.#duration;
  }
}
