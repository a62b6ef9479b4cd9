import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type MeshTest, meshTest } from './testing.js';

let t: MeshTest;
beforeAll(async () => {
  t = await meshTest();
});
afterAll(() => t.close());

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

const text = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.constantFrom(
    'agent_demo',
    'agent_abc123',
    'read:x',
    'default',
    'development',
    '\0',
    '\ud800',
    '__proto__',
    '',
    '*',
  ),
);
const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { maxDepth: 3 },
    text,
    fc.double(),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('any'), { maxLength: 3 }),
    fc.dictionary(text, tie('any'), { maxKeys: 4 }),
  ),
})).any;

/** Bodies with the members that routes look for, of any kind. */
const body = fc
  .dictionary(
    fc.constantFrom(
      ...['name', 'trustTier', 'tags', 'metadata', 'capabilities', 'description', 'action', 'resource', 'context'],
      ...['policy', 'agentId', 'result', 'details', 'verdict', 'by', 'note', 'rules', 'appliesTo', 'content', 'events'],
      ...['actions', 'sourceAgentId', 'targetAgentId', 'relationshipType', 'scope', 'maxDepth', 'expiresAt', 'reason'],
      ...['from', 'to', 'task_type', 'task', 'email', 'status', 'timestamp', 'id', 'version', 'defaultEffect'],
    ),
    value,
    { maxKeys: 12 },
  )
  .map((fields) => JSON.stringify(fields));

const writes: readonly (readonly [Method, string])[] = [
  ['POST', '/admin/agents'],
  ['PATCH', '/admin/agents/agent_abc123'],
  ['PUT', '/admin/agents/agent_abc123'],
  ['POST', '/admin/policies'],
  ['PUT', '/admin/policies/p'],
  ['POST', '/admin/policies/validate'],
  ['POST', '/admin/policies/test'],
  ['POST', '/admin/approvals/appr_x/resolve'],
  ['POST', '/relationships'],
  ['DELETE', '/relationships/rel_x'],
  ['POST', '/anomalies/anom_x/resolve'],
  ['POST', '/meshguard/signup'],
  ['POST', '/proxy/audit'],
  ['POST', '/proxy/governance/check'],
  ['POST', '/proxy/governance/record'],
  ['POST', '/proxy/api/delegation/check'],
  ['POST', '/proxy/api/delegation/record'],
  ['POST', '/meshguard/api/v1/governance/batch'],
  ['POST', '/meshguard/api/v1/evaluate'],
];

describe('whatever is sent', () => {
  test.each(writes)('%s %s is answered with a documented failure, or done', async (method, url) => {
    const isAgents = url.startsWith('/proxy') || url.includes('governance');
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          body,
          value.map((any) => JSON.stringify(any) ?? ''),
          text,
        ),
        async (payload) => {
          const answer = isAgents
            ? await t.send(method, url, { body: payload })
            : await t.send(method, url, { token: '', headers: { 'x-admin-token': t.adminToken }, body: payload });
          expect(answer.status, answer.text).toBeLessThan(500);
          if (answer.status >= 400) expect(answer.body).toMatchObject({ error: expect.any(String) });
        },
      ),
    );
  });

  test('headers of a check', async () => {
    const line = fc.string({
      unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)),
      maxLength: 30,
    });
    await fc.assert(
      fc.asyncProperty(line, line, line, line, async (action, resource, meta, trace) => {
        const answer = await t.check(action, {
          'x-meshguard-resource': resource,
          'x-meshguard-meta': meta,
          'x-meshguard-trace-id': trace,
        });
        expect([200, 400, 403]).toContain(answer.status);
        expect(String(answer.headers['x-meshguard-trace-id'] ?? '')).toMatch(/^[\x21-\x7e]*$/);
      }),
    );
  });

  test('queries', async () => {
    const names = ['limit', 'offset', 'from', 'to', 'decision', 'agentId', 'action', 'traceId', 'severity', 'period'];
    const query = fc.dictionary(
      fc.constantFrom(...names),
      text.map((given) => given.toWellFormed()),
      { maxKeys: 5 },
    );
    const urls = fc.constantFrom('/admin/audit', '/admin/audit/events', '/anomalies', '/admin/analytics/agents');
    await fc.assert(
      fc.asyncProperty(urls, query, async (url, given) => {
        const answer = await t.admin('GET', `${url}?${new URLSearchParams(given)}`);
        expect(answer.status, answer.text).toBeLessThan(500);
      }),
    );
  });

  test('ids in paths', async () => {
    const paths = ['/admin/agents/', '/admin/policies/', '/admin/approvals/', '/agents/'];
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...paths),
        text.map((given) => given.toWellFormed()),
        async (path, id) => {
          const suffix = path === '/agents/' ? '/trust' : '';
          const answer = await t.admin('GET', `${path}${encodeURIComponent(id)}${suffix}`);
          expect(answer.status, answer.text).toBeLessThan(500);
        },
      ),
    );
  });
});
