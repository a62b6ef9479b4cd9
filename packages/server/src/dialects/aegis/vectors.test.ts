import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { OperationDocs } from '../../http/openapi/operation.js';
import type { TestAnswer } from '../../testing/gateways.js';
import { operations } from './operations.js';
import type { AegisOptions } from './options.js';
import { type TestAegis, testAegis } from './testing.js';

interface Step {
  readonly advanceMs?: number;
  readonly setClock?: string;
  readonly as?: string;
  readonly token?: string;
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path?: string;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
  readonly text?: string;
  readonly repeat?: number;
  readonly expect?: {
    readonly status: number;
    readonly body?: unknown;
    readonly absent?: readonly string[];
    readonly headers?: Record<string, string | number>;
    readonly text?: string;
  };
  readonly keep?: Record<string, string>;
}

interface VectorFile {
  readonly about: string;
  readonly options?: AegisOptions;
  readonly scenarios: readonly { readonly name: string; readonly steps: readonly Step[] }[];
}

const folder = fileURLToPath(new URL('../../../../../vectors/aegis/http/', import.meta.url));
const files = readdirSync(folder).filter((name) => name.endsWith('.json'));

test('there are vectors', () => {
  expect(files.length).toBeGreaterThan(15);
});

describe.each(files)('%s', (file) => {
  const vectors: VectorFile = JSON.parse(readFileSync(folder + file, 'utf8'));
  let t: TestAegis;
  let start: number;
  beforeAll(async () => {
    t = await testAegis(vectors.options);
    start = t.clock.now();
  });
  afterAll(() => t.close());

  test.each(vectors.scenarios)('$name', async ({ steps }) => {
    t.clock.set(start);
    expect((await t.admin('POST', '/__sallyport/reset')).status).toBe(200);
    const names: Record<string, string> = { agent: t.apiKey, operator: t.operatorKey, admin: t.adminKey };
    for (const step of steps) await take(t, step, names);
  });
});

async function take(t: TestAegis, step: Step, names: Record<string, string>): Promise<void> {
  if (step.advanceMs !== undefined) return t.clock.advance(step.advanceMs);
  if (step.setClock !== undefined) return t.clock.set(Date.parse(step.setClock));
  const { as = 'none', method = 'GET', path = '', headers = {}, repeat = 1, expect: expected } = step;
  const body = step.text ?? filled(step.body, names);
  for (let turn = 0; turn < repeat; turn += 1) {
    const answer = await t.send(method, String(filled(path, names)), {
      token: step.token ?? (as === 'none' ? '' : names[as]) ?? '',
      headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(filled(value, names))])),
      ...(body !== undefined && { body }),
    });
    const what = `${method} ${path.slice(0, 80)} → ${answer.status} ${answer.text.slice(0, 600)}`;
    expect(answer.status, what).toBe(expected?.status);
    if (expected?.body !== undefined) expect(answer.body, what).toEqual(subset(filled(expected.body, names)));
    for (const place of expected?.absent ?? []) expect(at(answer.body, place), `${place} of ${what}`).toBeUndefined();
    if (expected?.headers !== undefined) expect(answer.headers).toMatchObject(expected.headers);
    if (expected?.text !== undefined) expect(answer.text).toBe(expected.text);
    for (const [name, place] of Object.entries(step.keep ?? {})) {
      const value = at(answer.body, place);
      expect(value, `${place} of ${what}`).toBeTypeOf('string');
      names[name] = String(value);
    }
    expectDocumented(method, path, answer);
  }
}

const at = (from: unknown, place: string): unknown =>
  place.split('.').reduce<unknown>((value, key) => Reflect.get(Object(value), key), from);

/** Members that are not listed may be there; lists are whole. */
function subset(value: unknown): unknown {
  if (value === '{{any}}') return expect.anything();
  if (Array.isArray(value)) return value.map(subset);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).map(([key, item]) => [key, subset(item)] as const);
  // An empty object stands for one without members.
  return members.length === 0 ? {} : expect.objectContaining(Object.fromEntries(members));
}

function filled(value: unknown, names: Readonly<Record<string, string>>): unknown {
  if (value === undefined) return undefined;
  const text = JSON.stringify(value)
    .replace(/\{\{(\w+)\}\}/g, (whole, name) =>
      Object.hasOwn(names, name) ? JSON.stringify(names[name]).slice(1, -1) : whole,
    )
    .replace(/\{\{(.) × (\d+)\}\}/gu, (_whole, char: string, times) => char.repeat(Number(times)));
  return JSON.parse(text);
}

const OPERATIONS: readonly (readonly [string, RegExp, keyof OperationDocs])[] = [
  ['POST', /^governance\/propose$/, 'propose'],
  ['GET', /^governance\/decisions$/, 'listDecisions'],
  ['GET', /^governance\/decisions\/[^/]+$/, 'getDecision'],
  ['POST', /^governance\/decisions\/[^/]+\/execution$/, 'reportExecution'],
  ['GET', /^governance\/escalations$/, 'listEscalations'],
  ['GET', /^governance\/escalations\/[^/]+$/, 'getEscalation'],
  ['POST', /^governance\/escalations\/[^/]+\/respond$/, 'respond'],
  ['GET', /^capabilities$/, 'listCapabilities'],
  ['POST', /^capabilities$/, 'registerCapability'],
  ['GET', /^capabilities\/[^/]+$/, 'getCapability'],
  ['GET', /^policies$/, 'listPolicies'],
  ['POST', /^policies$/, 'createPolicy'],
  ['GET', /^policies\/[^/]+$/, 'getPolicy'],
  ['PUT', /^policies\/[^/]+$/, 'updatePolicy'],
  ['GET', /^actors\/[^/]+\/grants$/, 'listGrants'],
  ['POST', /^actors\/[^/]+\/grants$/, 'createGrant'],
  ['DELETE', /^actors\/[^/]+\/grants\/[^/]+$/, 'revokeGrant'],
  ['GET', /^audit\/log$/, 'auditLog'],
  ['GET', /^audit\/log\/[^/]+$/, 'auditTrail'],
  ['GET', /^audit\/events$/, 'auditEvents'],
  ['GET', /^health$/, 'health'],
];

/** Every answer is one that the documentation knows, to the last field. */
function expectDocumented(method: string, path: string, answer: TestAnswer): void {
  const bare = path.replace(/\?.*/, '').replace('/api/v1/', '');
  const name = OPERATIONS.find(([verb, pattern]) => verb === method && pattern.test(bare))?.[2];
  if (name === undefined) return;
  const documented = operations[name]?.answers[answer.status];
  expect(documented, `${String(name)} answers ${answer.status} ${answer.text.slice(0, 300)}`).toBeDefined();
  const checked = documented?.schema?.safeParse(answer.body);
  expect(checked?.error?.issues ?? [], `${String(name)} answers ${answer.text.slice(0, 600)}`).toEqual([]);
}
