import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type Mesh, startMesh } from '../support/mesh.js';
import { sendBytes } from '../support/raw-http.js';
import { DECODERS } from './official-decoders.js';

const FOLDER = join(import.meta.dirname, '../../../../../vectors/meshguard/official');
const KINDS = {
  string: expect.stringMatching(/./),
  array: expect.any(Array),
  object: expect.any(Object),
  time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/),
  jwt: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
} as const;

const fields = z.record(z.string(), z.unknown());
const vector = z.strictObject({
  name: z.string(),
  request: z.strictObject({ lines: z.array(z.string()).min(2), body: z.string().optional() }),
  response: z.strictObject({
    status: z.number(),
    type: z.string(),
    headers: z.record(z.string(), z.string()).default({}),
    body: fields.default({}),
    has: z.record(z.string(), z.enum(['string', 'array', 'object', 'time', 'jwt'])).default({}),
    every: z.record(z.string(), fields).default({}),
  }),
  decoder: z.string().optional(),
  decoded: fields.optional(),
  keep: z.record(z.string(), z.string()).default({}),
});
type Vector = z.output<typeof vector>;
const file = z.strictObject({ about: z.string(), bases: z.array(z.string()).min(1), vectors: z.array(vector).min(1) });

/** The value at a dotted path. */
const at = (value: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((from, key) => Reflect.get(Object(from), key), value);

for (const name of readdirSync(FOLDER).filter((entry) => entry.endsWith('.json'))) {
  const { about, bases, vectors } = file.parse(JSON.parse(readFileSync(join(FOLDER, name), 'utf8')));
  describe.each(bases)(`${name} at "%s": ${about}`, (base) => {
    let mesh: Mesh;
    let filled: Record<string, string>;
    beforeAll(async () => {
      mesh = await startMesh();
      const org = await signUp(mesh);
      const { agent: agentToken, admin: adminToken } = mesh.tokens;
      filled = { base, host: new URL(mesh.url).host, agentToken, adminToken, ...org };
    });
    afterAll(() => mesh.close());

    const fill = (text: string, more: Readonly<Record<string, string>> = {}) =>
      text.replace(/\{(\w+)\}/g, (whole, key) => ({ ...filled, ...more })[key] ?? whole);

    test.each(vectors.map((each) => [each.name, each] as const))(
      '%s',
      async (_name, { request, response, ...each }) => {
        const body = fill(request.body ?? '');
        const lines = request.lines.map((line) => fill(line, { length: String(Buffer.byteLength(body)) }));
        const answer = await sendBytes(mesh.url, Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body}`));
        expect([answer.status, answer.body.toString()]).toEqual([response.status, expect.any(String)]);
        expect(answer.headers.get('content-type')).toMatch(response.type);
        for (const [header, value] of Object.entries(response.headers)) {
          expect([header, answer.headers.get(header)]).toEqual([header, value]);
        }
        const said: unknown = JSON.parse(answer.body.toString('utf8'));
        expect(said).toMatchObject(response.body);
        for (const [path, kind] of Object.entries(response.has))
          expect([path, at(said, path)]).toEqual([path, KINDS[kind]]);
        for (const [path, wanted] of Object.entries(response.every)) {
          const items = at(said, path);
          expect(Array.isArray(items) && items.length > 0).toBe(true);
          if (Array.isArray(items)) for (const item of items) expect(item).toMatchObject(wanted);
        }
        for (const [kept, path] of Object.entries(each.keep)) filled[kept] = String(at(said, path));
        if (each.decoder !== undefined) expect(decode(each, answer, lines)).toEqual(each.decoded);
      },
    );
  });
}

function decode(
  { decoder = '' }: Pick<Vector, 'decoder'>,
  answer: Awaited<ReturnType<typeof sendBytes>>,
  lines: readonly string[],
) {
  const action = lines.find((line) => /^x-meshguard-action: /i.test(line))?.replace(/^[^:]*: /, '') ?? '';
  const run = DECODERS[decoder];
  if (run === undefined) throw new Error(`there is no decoder "${decoder}"`);
  return run(answer, action);
}

async function signUp(mesh: Mesh): Promise<{ readonly apiKey: string; readonly orgAgentId: string }> {
  const body = { name: 'Org', email: 'org@example.com', agentName: 'first' };
  const { body: made } = await mesh.send('POST', '/meshguard/signup', { token: null, body });
  return { apiKey: String(made['apiKey']), orgAgentId: String(made['agentId']) };
}
