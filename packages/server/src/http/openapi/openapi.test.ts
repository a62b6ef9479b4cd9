import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestGateway, testGateway } from '../../testing/gateways.js';

let t: TestGateway;
let document: Readonly<Record<string, unknown>>;
let operations: readonly (readonly [string, Readonly<Record<string, unknown>>])[];

beforeAll(async () => {
  t = await testGateway({ rampart: { metrics: true }, aegis: false });
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

test('every route is described, at the path that clients use', () => {
  expect(operations.map(([route]) => route).sort()).toEqual(
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
