import { type Attributes, context, metrics, propagation, SpanStatusCode, trace } from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { callerOn, failure, READ } from './test/caller.js';
import { settle } from './test/fakes.js';

interface RecordedSpan {
  readonly name: string;
  readonly attributes: Attributes;
  status?: number;
  ended: boolean;
}

const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const SPAN_CONTEXT = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 };

let spans: RecordedSpan[];
let durations: { readonly value: number; readonly attributes: Attributes | undefined }[];

function recordSpans(): void {
  trace.setGlobalTracerProvider({
    getTracer: () => {
      const startSpan = (name: string, options: { attributes?: Attributes } = {}) => {
        const span: RecordedSpan = { name, attributes: { ...options.attributes }, ended: false };
        spans.push(span);
        const recording = {
          spanContext: () => SPAN_CONTEXT,
          setAttribute: (key: string, value: string) => {
            span.attributes[key] = value;
            return recording;
          },
          setAttributes: (attributes: Attributes) => {
            Object.assign(span.attributes, attributes);
            return recording;
          },
          setStatus: ({ code }: { code: SpanStatusCode }) => {
            span.status = code;
            return recording;
          },
          end: () => {
            span.ended = true;
          },
          isRecording: () => true,
          addEvent: () => recording,
          addLink: () => recording,
          addLinks: () => recording,
          updateName: () => recording,
          recordException: () => {},
        };
        return recording;
      };
      const startActiveSpan = (): never => {
        throw new Error('Spans of attempts are never made active.');
      };
      return { startSpan, startActiveSpan };
    },
  });
}

function recordDurations(): void {
  const meter = metrics.getMeterProvider().getMeter('none');
  metrics.setGlobalMeterProvider({
    getMeter: () => ({
      ...meter,
      createHistogram: (name, options) => ({
        record: (value, attributes) => {
          expect([name, options?.unit]).toEqual(['http.client.request.duration', 's']);
          durations.push({ value, attributes });
        },
      }),
    }),
  });
}

beforeEach(() => {
  spans = [];
  durations = [];
});
afterEach(() => {
  trace.disable();
  metrics.disable();
  propagation.disable();
  context.disable();
});

const observed = { telemetry: true, headers: { 'x-a': '1' } };

describe('telemetry', () => {
  it('gives each attempt a span and a duration, by the conventions for HTTP clients', async () => {
    recordSpans();
    recordDurations();
    const { caller, runtime } = callerOn([{ status: 503 }, { body: 1 }], observed);
    const call = caller.call({ ...READ, query: () => ({ token: 'abc' }) }, 'x');
    await settle();
    await runtime.advance(250);
    await call;
    const common = { 'http.request.method': 'GET', 'server.address': 'gate.test', 'server.port': 80 };
    const url = 'http://gate.test/base/things/x?token=[redacted]';
    expect(spans).toEqual([
      {
        name: 'GET',
        attributes: { ...common, 'url.full': url, 'http.response.status_code': 503, 'error.type': '503' },
        status: SpanStatusCode.ERROR,
        ended: true,
      },
      {
        name: 'GET',
        attributes: { ...common, 'url.full': url, 'http.request.resend_count': 1, 'http.response.status_code': 200 },
        ended: true,
      },
    ]);
    expect(durations).toEqual([
      { value: 0, attributes: { ...common, 'http.response.status_code': 503, 'error.type': '503' } },
      { value: 0, attributes: { ...common, 'http.response.status_code': 200 } },
    ]);
  });

  it('names the error of an attempt without an answer by its code', async () => {
    recordSpans();
    const { caller, runtime } = callerOn(['hangs'], { ...observed, maxRetries: 0, timeoutMs: 10 });
    const error = failure(caller.call(READ, 'x'));
    await settle();
    await runtime.advance(10);
    await error;
    expect(spans[0]?.attributes).toMatchObject({ 'error.type': 'timeout' });
    expect(spans[0]?.ended).toBe(true);
  });

  it('carries the trace to the server, beside the other headers', async () => {
    recordSpans();
    propagation.setGlobalPropagator({
      inject: (active, carrier, setter) => {
        if (trace.getSpanContext(active)) setter.set(carrier, 'traceparent', TRACEPARENT);
      },
      extract: (active) => active,
      fields: () => ['traceparent'],
    });
    const { caller, transport } = callerOn([{ body: 1 }], observed);
    await caller.call(READ, 'x');
    expect(transport.requests[0]?.headers).toMatchObject({ traceparent: TRACEPARENT, 'x-a': '1' });
  });

  it('follows a meter that is registered after the client was made', async () => {
    const { caller } = callerOn([{ body: 1 }], observed);
    await caller.call(READ, 'x');
    recordDurations();
    await caller.call(READ, 'x');
    expect(durations).toHaveLength(1);
  });

  it('can be turned off', async () => {
    recordSpans();
    const { caller } = callerOn([{ body: 1 }], { telemetry: false });
    await caller.call(READ, 'x');
    expect(spans).toEqual([]);
  });
});
