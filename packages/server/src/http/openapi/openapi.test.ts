import { afterAll, beforeAll, expect, test } from 'vitest';
import { silentLog } from '../../engine/log.js';
import { createGateway } from '../../gateway.js';
import { type TestGateway, testGateway } from '../../testing/gateways.js';

let t: TestGateway;
let document: Readonly<Record<string, unknown>>;
let operations: readonly (readonly [string, Readonly<Record<string, unknown>>])[];

beforeAll(async () => {
  t = await testGateway({ rampart: { metrics: true } });
  document = (await t.send('GET', '/openapi.json', { token: '' })).body;
  operations = Object.entries(Object(document['paths'])).flatMap(([path, item]) =>
    Object.entries(Object(item)).map(
      ([method, operation]) => [`${method.toUpperCase()} ${path}`, Object(operation)] as const,
    ),
  );
});
afterAll(() => t.close());

test('it is OpenAPI 3.1, for everybody to read', () => {
  expect(document).toMatchObject({ openapi: '3.1.0', info: { title: 'Sallyport' } });
});

/** Those of Rampart and of the gateway itself. */
const ours = () =>
  operations.filter(([, { operationId }]) => /^(?:rampart|sallyport|gateway|dev)\./.test(String(operationId)));

test('every route is described, at the path that clients use', () => {
  expect(
    ours()
      .map(([route]) => route)
      .sort(),
  ).toEqual(
    [
      'POST /v1/tool/{toolName}',
      'POST /v1/preflight/{toolName}',
      'POST /v1/outcomes',
      'POST /v1/approvals',
      'GET /v1/approvals',
      'GET /v1/approvals/{id}',
      'POST /v1/approvals/{id}/resolve',
      'GET /v1/approvals/{id}/resolve',
      'POST /v1/approvals/bulk-resolve',
      'POST /v1/hosted-approvals/{auditID}/resolve',
      'GET /v1/rules/auto-allowed',
      'DELETE /v1/rules/auto-allowed/{name}',
      'POST /v1/rules/learn',
      'GET /v1/audit/events',
      'GET /v1/audit/dates',
      'GET /v1/audit/export',
      'GET /v1/audit/stats',
      'GET /v1/events/stream',
      'GET /v1/policy/summary',
      'GET /v1/policies',
      'POST /v1/policy/reload',
      'GET /v1/status',
      'POST /v1/test',
      'GET /healthz',
      'GET /rampart/metrics',
      'POST /sallyport/v1/explain',
      'GET /sallyport/v1/approvals',
      'GET /sallyport/v1/approvals/{id}',
      'POST /sallyport/v1/approvals/{id}/resolve',
      'GET /sallyport/v1/log/{chain}/checkpoint',
      'GET /sallyport/v1/log/{chain}/inclusion',
      'GET /sallyport/v1/log/{chain}/consistency',
      'GET /sallyport/v1/log/{chain}/export',
      'GET /sallyport/v1/log/{chain}/verify',
      'GET /sallyport/v1/credentials',
      'POST /sallyport/v1/credentials',
      'DELETE /sallyport/v1/credentials/{id}',
      'GET /openapi.json',
      'GET /docs',
      'GET /metrics',
      'POST /__sallyport/reset',
      'POST /__sallyport/seed',
      'POST /__sallyport/snapshot',
      'POST /__sallyport/restore',
      'POST /__sallyport/clock',
      'POST /__sallyport/faults',
      'GET /__sallyport/journal',
    ].sort(),
  );
});

test('operations have unique ids, answers, and their path’s parameters', () => {
  const ids = operations.map(([, { operationId }]) => operationId);
  expect(new Set(ids).size).toBe(ids.length);
  for (const [route, operation] of operations) {
    expect(Object.keys(Object(operation['responses'])).length, route).toBeGreaterThan(0);
    const names = [...route.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    const parameters = Array.isArray(operation['parameters']) ? operation['parameters'] : [];
    const inPath = parameters
      .filter((parameter) => Object(parameter).in === 'path')
      .map((parameter) => Object(parameter).name);
    expect(inPath, route).toEqual(names);
  }
});

test('bodies and answers are JSON Schema', () => {
  const decide = Object.fromEntries(operations)['POST /v1/tool/{toolName}'];
  expect(decide).toMatchObject({
    security: [{ bearer: [] }],
    requestBody: {
      content: {
        'application/json': { schema: { type: 'object', properties: { params: { type: ['object', 'null'] } } } },
      },
    },
    responses: {
      202: { content: { 'application/json': { schema: { required: expect.arrayContaining(['decision']) } } } },
    },
  });
});

/** Every field below a schema that does not say what it means. */
function unexplained(value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => {
    if (key !== 'properties') return unexplained(item, path);
    return Object.entries(Object(item)).flatMap(([name, field]) => {
      const own = typeof Reflect.get(Object(field), 'description') === 'string' ? [] : [`${path}.${name}`];
      return [...own, ...unexplained(field, `${path}.${name}`)];
    });
  });
}

test('every operation, parameter, field and header says what it means', () => {
  for (const [route, operation] of ours()) {
    expect(operation['description'], route).toBeTypeOf('string');
    const parameters = Array.isArray(operation['parameters']) ? operation['parameters'] : [];
    for (const parameter of parameters) expect(parameter, route).toHaveProperty('description');
    expect(unexplained(operation['requestBody'], route)).toEqual([]);
    expect(unexplained(operation['responses'], route)).toEqual([]);
    for (const answer of Object.values(Object(operation['responses']))) {
      expect(answer, route).toMatchObject({ headers: { 'x-request-id': { description: expect.any(String) } } });
    }
  }
});

test('examples of bodies are answered as documented', async () => {
  const tried = await testGateway();
  for (const [route, { requestBody }] of ours()) {
    const json = Object(requestBody)?.content?.['application/json'];
    if (json === undefined || route.includes('/__sallyport/')) continue;
    expect(json, route).toHaveProperty('example');
    const [, path = ''] = route.split(' ');
    const { status, text } = await tried.send('POST', path.replace('{toolName}', 'exec').replace(/\{\w+\}/, 'x'), {
      token: tried.admin,
      body: json.example,
    });
    expect([200, 201, 403, 404, 409], `${route} ${text}`).toContain(status);
  }
  await tried.close();
});

test('what a request may say in headers is listed, and what an answer says there', () => {
  const { parameters, responses } = Object.fromEntries(operations)['POST /v1/tool/{toolName}'] ?? {};
  expect(parameters).toEqual(
    expect.arrayContaining(
      ['Prefer', 'Idempotency-Key', 'X-Idempotency-Key'].map((name) => expect.objectContaining({ name, in: 'header' })),
    ),
  );
  expect(responses).toMatchObject({ 200: { headers: { 'preference-applied': {}, 'sallyport-features': {} } } });
});

test('routes that steer a gateway are listed where they are served', async () => {
  const plain = await createGateway({ log: silentLog() });
  const { body } = await plain.inject({ url: '/openapi.json' });
  await plain.close();
  expect(body).not.toContain('__sallyport');
});

test('the page asks for nothing from anywhere else', async () => {
  const { status, headers, text } = await t.send('GET', '/docs', { token: '' });
  expect(status).toBe(200);
  expect(headers['content-security-policy']).toContain("default-src 'none'");
  expect(text).not.toMatch(/(?:src|href)="https?:/);
});

test('metrics are for admins, and count decisions', async () => {
  expect((await t.send('GET', '/metrics', { token: '' })).status).toBe(401);
  expect((await t.send('GET', '/metrics', { token: t.agent })).status).toBe(403);
  await t.send('POST', '/v1/tool/exec', { body: { params: { command: 'ls' } } });
  await t.send('POST', '/v1/tool/exec', { body: { params: { command: 'sudo ls' } } });
  for (const url of ['/metrics', '/rampart/metrics']) {
    const { text, headers } = await t.send('GET', url, { token: t.admin });
    expect(headers['content-type']).toMatch(/^text\/plain; version=0\.0\.4/);
    expect(text).toContain('rampart_decisions_total{action="allow",policy="allow-unmatched"} 1');
    expect(text).toContain('rampart_pending_approvals 1');
    expect(text).toContain('rampart_policy_count 48');
    expect(text).toMatch(/rampart_eval_duration_seconds_count 2/);
  }
  const open = await testGateway({ metrics: 'public' });
  expect((await open.send('GET', '/metrics', { token: '' })).status).toBe(200);
  await open.close();
  const none = await testGateway({ metrics: false });
  expect((await none.send('GET', '/metrics', { token: none.admin })).status).toBe(404);
  await none.close();
});
