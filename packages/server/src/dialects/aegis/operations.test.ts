import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestAegis, testAegis } from './testing.js';

type Operation = Readonly<Record<string, unknown>>;

let t: TestAegis;
let operations: readonly (readonly [route: string, operation: Operation])[];
beforeAll(async () => {
  t = await testAegis();
  const { body } = await t.send('GET', '/openapi.json', { token: '' });
  operations = Object.entries(Object(body['paths']))
    .filter(([path]) => path.startsWith('/api/v1/'))
    .flatMap(([path, item]) =>
      Object.entries(Object(item)).map(([method, operation]): readonly [string, Operation] => [
        `${method.toUpperCase()} ${path}`,
        Object(operation),
      ]),
    );
});
afterAll(() => t.close());

test('every route is described', () => {
  expect(operations.map(([route]) => route.replace('/api/v1/', '')).sort()).toEqual([
    'DELETE actors/{id}/grants/{capability}',
    'GET actors/{id}/grants',
    'GET audit/events',
    'GET audit/log',
    'GET audit/log/{decisionId}',
    'GET capabilities',
    'GET capabilities/{id}',
    'GET governance/decisions',
    'GET governance/decisions/{id}',
    'GET governance/escalations',
    'GET governance/escalations/{id}',
    'GET health',
    'GET policies',
    'GET policies/{id}',
    'POST actors/{id}/grants',
    'POST capabilities',
    'POST governance/decisions/{id}/execution',
    'POST governance/escalations/{id}/respond',
    'POST governance/propose',
    'POST policies',
    'PUT policies/{id}',
  ]);
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
  for (const [route, operation] of operations) {
    expect(operation['description'], route).toBeTypeOf('string');
    const parameters = Array.isArray(operation['parameters']) ? operation['parameters'] : [];
    for (const parameter of parameters) expect(parameter, route).toHaveProperty('description');
    const { content = {} } = Object(operation['requestBody']);
    const { schema } = Object(content['application/json']);
    expect(unexplained(schema, route)).toEqual([]);
    expect(unexplained(operation['responses'], route)).toEqual([]);
    for (const answer of Object.values(Object(operation['responses']))) {
      expect(answer, route).toMatchObject({
        headers: { 'x-ratelimit-remaining': { description: expect.any(String) } },
      });
    }
  }
});

test('examples of bodies are answered as documented', async () => {
  for (const [route, { requestBody }] of operations) {
    if (requestBody === undefined) continue;
    const { example } = Object(Object(Object(requestBody)['content'])['application/json']);
    expect(example, route).toBeTypeOf('object');
    const [method, path = ''] = route.split(' ');
    const answer = await t.admin(method === 'PUT' ? 'PUT' : 'POST', path.replace('{id}', 'agent-001'), example);
    expect([200, 201, 404], `${route} ${answer.text}`).toContain(answer.status);
  }
});
