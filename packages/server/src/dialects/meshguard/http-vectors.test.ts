import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TEST_START } from '../../testing/engines.js';
import { operations } from './operations.js';
import type { MeshGuardOptions } from './options.js';
import { type MeshAnswer, type MeshTest, meshTest } from './testing.js';

interface Step {
  readonly advanceMs?: number;
  /** `agent`, `admin`, `approver`, `none`, or a name that an earlier step has kept. */
  readonly as?: string;
  readonly method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS';
  readonly path?: string;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
  readonly text?: string;
  readonly expect?: {
    readonly status: number;
    /** Members that are not listed may be there; lists are whole. */
    readonly body?: unknown;
    /** The whole body, to the last member and in this order. */
    readonly exactly?: unknown;
    readonly absent?: readonly string[];
    readonly headers?: Record<string, string>;
    readonly absentHeaders?: readonly string[];
  };
  readonly keep?: Record<string, string>;
}

interface VectorFile {
  readonly about: string;
  readonly options?: MeshGuardOptions;
  readonly policies?: readonly unknown[];
  readonly scenarios: readonly { readonly name: string; readonly steps: readonly Step[] }[];
}

const folder = fileURLToPath(new URL('../../../../../vectors/meshguard/http/', import.meta.url));
const files = readdirSync(folder).filter((name) => name.endsWith('.json'));

test('there are vectors', () => {
  expect(files.length).toBeGreaterThan(10);
});

describe.each(files)('%s', (file) => {
  const { options = {}, policies = [], scenarios }: VectorFile = JSON.parse(readFileSync(folder + file, 'utf8'));
  let t: MeshTest;
  beforeAll(async () => {
    t = await meshTest({ meshguard: options });
  });
  afterAll(() => t.close());

  test.each(scenarios)('$name', async ({ steps }) => {
    t.clock.set(TEST_START);
    expect((await t.send('POST', '/__sallyport/reset', { token: t.adminToken })).status).toBe(200);
    for (const policy of policies) expect((await t.admin('POST', '/admin/policies', policy)).status).toBe(201);
    const names: Record<string, string> = { agent: t.agentToken, admin: t.adminToken, approver: t.approverToken };
    for (const step of steps) await take(t, step, names);
  });
});

async function take(t: MeshTest, step: Step, names: Record<string, string>): Promise<void> {
  if (step.advanceMs !== undefined) {
    t.clock.advance(step.advanceMs);
    return;
  }
  const { as = 'agent', method = 'GET', path = '', headers = {}, expect: expected } = step;
  const body = step.text ?? filled(step.body, names);
  const answer = await t.send(method, String(filled(path, names)), {
    token: as === 'agent' ? t.agentToken : isAdmin(as) ? '' : (names[as] ?? ''),
    headers: {
      ...(isAdmin(as) && { 'x-admin-token': names[as] ?? '' }),
      ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(filled(value, names))])),
    },
    ...(body !== undefined && { body }),
  });
  const what = `${method} ${path.slice(0, 80)} → ${answer.status} ${answer.text.slice(0, 600)}`;
  expect(answer.status, what).toBe(expected?.status);
  compare(answer, expected, what, names);
  expectDocumented(await documented(t), method, String(filled(path, names)), answer);
  for (const [name, place] of Object.entries(step.keep ?? {})) {
    const value = place.split('.').reduce<unknown>((from, key) => Reflect.get(Object(from), key), answer.body);
    expect(value, `${place} of ${what}`).toBeTypeOf('string');
    names[name] = String(value);
  }
}

const isAdmin = (as: string): boolean => as === 'admin' || as === 'approver' || as.endsWith('Admin');

function compare(
  answer: MeshAnswer,
  expected: Step['expect'],
  what: string,
  names: Readonly<Record<string, string>>,
): void {
  if (expected?.body !== undefined) expect(answer.body, what).toEqual(subset(filled(expected.body, names)));
  if (expected?.exactly !== undefined) {
    const whole = filled(expected.exactly, names);
    expect(answer.body, what).toEqual(wildcards(whole));
    expect(Object.keys(answer.body), what).toEqual(Object.keys(Object(whole)));
  }
  for (const name of expected?.absent ?? []) expect(answer.body, what).not.toHaveProperty(name);
  if (expected?.headers !== undefined) expect(answer.headers).toMatchObject(Object(filled(expected.headers, names)));
  for (const name of expected?.absentHeaders ?? []) expect(answer.headers).not.toHaveProperty(name);
}

function subset(value: unknown): unknown {
  if (value === '{{any}}') return expect.anything();
  if (Array.isArray(value)) return value.map(subset);
  if (typeof value !== 'object' || value === null) return value;
  return expect.objectContaining(Object.fromEntries(Object.entries(value).map(([key, item]) => [key, subset(item)])));
}

function wildcards(value: unknown): unknown {
  if (value === '{{any}}') return expect.anything();
  if (Array.isArray(value)) return value.map(wildcards);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, wildcards(item)]));
}

function filled(value: unknown, names: Readonly<Record<string, string>>): unknown {
  if (value === undefined) return undefined;
  const text = JSON.stringify(value).replace(/\{\{(\w+)\}\}/g, (whole, name) =>
    Object.hasOwn(names, name) ? JSON.stringify(names[name]).slice(1, -1) : whole,
  );
  return JSON.parse(text);
}

type Route = readonly [method: string, path: RegExp, operation: string];
const described = new WeakMap<MeshTest, Promise<readonly Route[]>>();

/** The routes as the OpenAPI document has them. */
function documented(t: MeshTest): Promise<readonly Route[]> {
  const known = described.get(t) ?? readRoutes(t);
  described.set(t, known);
  return known;
}

async function readRoutes(t: MeshTest): Promise<readonly Route[]> {
  const { body } = await t.send('GET', '/openapi.json', { token: '' });
  const routes = Object.entries(Object(body['paths'])).flatMap(([path, item]) =>
    Object.entries(Object(item)).flatMap(([method, described]) => {
      const { operationId }: { operationId?: string } = Object(described);
      if (!operationId?.startsWith('meshguard.')) return [];
      const pattern = path
        .replace(/^\/meshguard/, '')
        .replace(/\{[^}]+\}/g, '[^/]+')
        .replace('*', '.*');
      return [[method.toUpperCase(), new RegExp(`^${pattern}$`), operationId.slice('meshguard.'.length)] as const];
    }),
  );
  expect(routes.length).toBeGreaterThan(55);
  return routes;
}

/** Every answer is one that the documentation knows, to the last field; what a target answers is its own. */
function expectDocumented(routes: readonly Route[], method: string, path: string, answer: MeshAnswer): void {
  const bare = path
    .replace(/\?.*/, '')
    .replace(/^\/meshguard(?=\/)/, '')
    .replace(/^\/api\/v1(?=\/admin\/)/, '');
  const name = routes.find(([verb, pattern]) => verb === method && pattern.test(bare))?.[2];
  const isTargets = name?.startsWith('proxy') && answer.headers['x-meshguard-decision'] === 'allow';
  if (name === undefined || isTargets) return;
  const known = operations[name]?.answers[answer.status];
  expect(known, `${name} answers ${answer.status} ${answer.text}`).toBeDefined();
  const checked = known?.schema?.safeParse(answer.body);
  expect(checked?.error?.issues ?? [], `${name} answers ${answer.text}`).toEqual([]);
}
