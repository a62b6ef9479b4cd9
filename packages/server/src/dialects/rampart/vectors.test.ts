import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { OperationDocs } from '../../http/openapi/operation.js';
import { type TestAnswer, type TestGateway, testGateway } from '../../testing/gateways.js';
import { operations } from './operations.js';
import type { RampartMode } from './options.js';

interface Step {
  readonly advanceMs?: number;
  readonly as?: 'agent' | 'approver' | 'admin' | 'none';
  readonly token?: string;
  readonly method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE' | 'OPTIONS';
  readonly path?: string;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
  readonly text?: string;
  readonly spaces?: number;
  readonly expect?: {
    readonly status: number;
    readonly body?: unknown;
    readonly absent?: readonly string[];
    readonly headers?: Record<string, string>;
    readonly text?: string;
  };
  readonly keep?: Record<string, string>;
}

interface VectorFile {
  readonly about: string;
  readonly policy?: 'standard';
  readonly mode?: RampartMode;
  readonly scenarios: readonly { readonly name: string; readonly steps: readonly Step[] }[];
}

const folder = fileURLToPath(new URL('../../../../../vectors/rampart/http/', import.meta.url));
const policy = readFileSync(`${folder}policy.yaml`, 'utf8');
const files = readdirSync(folder).filter((name) => name.endsWith('.json'));

test('there are vectors', () => {
  expect(files.length).toBeGreaterThan(10);
});

describe.each(files)('%s', (file) => {
  const vectors: VectorFile = JSON.parse(readFileSync(folder + file, 'utf8'));
  let t: TestGateway;
  beforeAll(async () => {
    const rampart = vectors.mode === undefined ? {} : { mode: vectors.mode };
    t = await testGateway({ rampart, ...(vectors.policy !== 'standard' && { policy }) });
  });
  afterAll(() => t.close());

  test.each(vectors.scenarios)('$name', async ({ steps }) => {
    await t.dev('reset');
    const names: Record<string, string> = { agent: t.agent, approver: t.approver, admin: t.admin };
    for (const step of steps) await take(t, step, names);
  });
});

async function take(t: TestGateway, step: Step, names: Record<string, string>): Promise<void> {
  if (step.advanceMs !== undefined) {
    await t.dev('clock', { advanceMs: step.advanceMs });
    return;
  }
  const { as = 'none', method = 'GET', path = '', headers = {}, spaces, expect: expected } = step;
  const body = spaces === undefined ? (step.text ?? filled(step.body, names)) : ' '.repeat(spaces);
  const answer = await t.send(method, String(filled(path, names)), {
    token: step.token ?? (as === 'none' ? '' : names[as]) ?? '',
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(filled(value, names))])),
    ...(body !== undefined && { body }),
  });
  const what = `${method} ${path.slice(0, 80)} → ${answer.status} ${answer.text.slice(0, 400)}`;
  expect(answer.status, what).toBe(expected?.status);
  if (expected?.body !== undefined) expect(answer.body, what).toEqual(subset(filled(expected.body, names)));
  for (const name of expected?.absent ?? []) expect(answer.body, what).not.toHaveProperty(name);
  if (expected?.headers !== undefined) expect(answer.headers).toMatchObject(expected.headers);
  if (expected?.text !== undefined) expect(answer.text).toBe(expected.text);
  for (const [name, place] of Object.entries(step.keep ?? {})) {
    const value = place.split('.').reduce<unknown>((from, key) => Reflect.get(Object(from), key), answer.body);
    expect(value, `${place} of ${what}`).toBeTypeOf('string');
    names[name] = String(value);
  }
  expectDocumented(method, path, answer);
}

/** Members that are not listed may be there; lists are whole. */
function subset(value: unknown): unknown {
  if (value === '{{any}}') return expect.anything();
  if (Array.isArray(value)) return value.map(subset);
  if (typeof value !== 'object' || value === null) return value;
  return expect.objectContaining(Object.fromEntries(Object.entries(value).map(([key, item]) => [key, subset(item)])));
}

function filled(value: unknown, names: Readonly<Record<string, string>>): unknown {
  if (value === undefined) return undefined;
  const text = JSON.stringify(value).replace(/\{\{(\w+)\}\}/g, (whole, name) =>
    Object.hasOwn(names, name) ? JSON.stringify(names[name]).slice(1, -1) : whole,
  );
  return JSON.parse(text);
}

const OPERATIONS: readonly (readonly [string, RegExp, keyof OperationDocs])[] = [
  ['POST', /^\/v1\/tool\/[^/]+$/, 'decideTool'],
  ['POST', /^\/v1\/preflight\/[^/]+$/, 'decidePreflight'],
  ['POST', /^\/v1\/outcomes$/, 'reportOutcome'],
  ['POST', /^\/v1\/approvals$/, 'createApproval'],
  ['GET', /^\/v1\/approvals$/, 'listApprovals'],
  ['POST', /^\/v1\/approvals\/bulk-resolve$/, 'bulkResolve'],
  ['GET', /^\/v1\/approvals\/[^/]+$/, 'getApproval'],
  ['POST', /^\/v1\/approvals\/[^/]+\/resolve$/, 'resolveApproval'],
  ['POST', /^\/v1\/hosted-approvals\/[^/]+\/resolve$/, 'reportHostedApproval'],
  ['GET', /^\/v1\/rules\/auto-allowed$/, 'listRules'],
  ['DELETE', /^\/v1\/rules\/auto-allowed\/[^/]+$/, 'deleteRule'],
  ['POST', /^\/v1\/rules\/learn$/, 'learnRule'],
  ['GET', /^\/v1\/audit\/events$/, 'auditEvents'],
  ['GET', /^\/v1\/audit\/dates$/, 'auditDates'],
  ['GET', /^\/v1\/audit\/stats$/, 'auditStats'],
  ['GET', /^\/v1\/policy\/summary$/, 'policySummary'],
  ['GET', /^\/v1\/policies$/, 'listPolicies'],
  ['POST', /^\/v1\/policy\/reload$/, 'reloadPolicies'],
  ['GET', /^\/v1\/status$/, 'status'],
  ['POST', /^\/v1\/test$/, 'testPolicy'],
  ['GET', /^\/healthz$/, 'health'],
];

/** Every answer is one that the documentation knows, to the last field. */
function expectDocumented(method: string, path: string, answer: TestAnswer): void {
  const bare = path.replace(/\?.*/, '');
  const name = OPERATIONS.find(([verb, pattern]) => verb === method && pattern.test(bare))?.[2];
  if (name === undefined || bare.includes('%')) return;
  const documented = operations[name]?.answers[answer.status];
  expect(documented, `${String(name)} answers ${answer.status} ${answer.text}`).toBeDefined();
  const checked = documented?.schema?.safeParse(answer.body);
  expect(checked?.error?.issues ?? [], `${String(name)} answers ${answer.text}`).toEqual([]);
}
