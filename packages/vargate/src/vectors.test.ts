import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { VargateClient, VargateError } from './index.js';

const FOLDER = join(import.meta.dirname, '../../../vectors/vargate/client');
const GATEWAY = 'http://localhost:9090/api';

const vector = z.strictObject({
  name: z.string(),
  call: z.string(),
  args: z.array(z.unknown()),
  request: z.strictObject({
    method: z.string(),
    path: z.string(),
    headers: z.record(z.string(), z.string().nullable()).optional(),
    body: z.unknown().optional(),
  }),
  response: z.strictObject({
    status: z.number(),
    headers: z.record(z.string(), z.string()).optional(),
    body: z.unknown().optional(),
    text: z.string().optional(),
  }),
  result: z.unknown().optional(),
  error: z.looseObject({ name: z.string(), code: z.string() }).optional(),
});

const file = z.strictObject({
  about: z.string(),
  client: z.strictObject({
    apiKey: z.string(),
    agent: z.strictObject({ id: z.string(), type: z.string(), version: z.string() }),
  }),
  vectors: z.array(vector).min(1),
});

type Vector = z.infer<typeof vector>;

function answer({ status, headers, body, text }: Vector['response']): Response {
  const content = text ?? (body === undefined ? null : JSON.stringify(body));
  return new Response(content, { status, headers: { 'content-type': 'application/json', ...headers } });
}

function sentBody(body: RequestInit['body']): unknown {
  return JSON.parse(typeof body === 'string' ? body : Buffer.from(z.instanceof(Uint8Array).parse(body)).toString());
}

async function play(options: z.infer<typeof file>['client'], { call, args, request, response }: Vector) {
  const sent: object[] = [];
  const client = new VargateClient({
    ...options,
    baseUrl: GATEWAY,
    maxRetries: 0,
    telemetry: false,
    fetch: async (url, init) => {
      const given = new Headers(init.headers);
      const named = Object.keys(request.headers ?? {}).map((name) => [name, given.get(name)] as const);
      sent.push({
        method: init.method,
        path: url.replace(GATEWAY, ''),
        ...(request.headers && { headers: Object.fromEntries(named) }),
        ...(init.body != null && { body: sentBody(init.body) }),
      });
      return answer(response);
    },
  });
  const [member, method = ''] = call.includes('.') ? call.split('.') : ['', call];
  const owner: object = member ? Reflect.get(client, member) : client;
  const outcome = await Promise.resolve(Reflect.apply(Reflect.get(owner, method), owner, args)).then(
    (result: unknown) => ({ result, error: undefined }),
    (error: unknown) => ({ result: undefined, error }),
  );
  return { sent, outcome };
}

for (const name of readdirSync(FOLDER).filter((entry) => entry.endsWith('.json'))) {
  const { about, client, vectors } = file.parse(JSON.parse(readFileSync(join(FOLDER, name), 'utf8')));
  describe(`${name}: ${about}`, () => {
    it.each(vectors.map((each) => [each.name, each] as const))('%s', async (_name, each) => {
      const { sent, outcome } = await play(client, each);
      expect(sent).toEqual([each.request]);
      if (!each.error) expect(outcome).toEqual({ result: each.result, error: undefined });
      else {
        expect(outcome).toMatchObject({ error: each.error });
        expect(outcome.error).toBeInstanceOf(VargateError);
      }
    });
  });
}
