// Every attempt of a call is a span, as soon as the process has a tracer: the client needs no set-up for it.
import { trace } from '@opentelemetry/api';
import { BasicTracerProvider, SimpleSpanProcessor, type SpanExporter } from '@opentelemetry/sdk-trace-base';
import { RampartClient } from '@sallyport/rampart';
import { createGateway } from '@sallyport/server';

/** In place of the exporter to your collector. */
const printing: SpanExporter = {
  export(spans, done) {
    for (const { name, attributes, duration } of spans) {
      const ms = (duration[0] * 1000 + duration[1] / 1e6).toFixed(1);
      console.log(`${name} ${attributes['url.full']} ${attributes['http.response.status_code']}, ${ms} ms`);
    }
    done({ code: 0 });
  },
  shutdown: () => Promise.resolve(),
};
const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(printing)] });
trace.setGlobalTracerProvider(provider);

const gateway = await createGateway({ dev: true });
const url = await gateway.listen({ port: 0 });
const { token = '' } = gateway.credentials['rampart'] ?? {};
const rampart = new RampartClient({ url, token, agent: 'example' });

await rampart.exec('git status');
await rampart.exec('rm -rf /');
await rampart.health();

await rampart.close();
await gateway.close();
await provider.shutdown();
