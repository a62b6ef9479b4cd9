import { afterAll, beforeAll, expect, test } from 'vitest';
import { type MeshTest, meshTest } from '../testing.js';

let t: MeshTest;
beforeAll(async () => {
  t = await meshTest();
});
afterAll(() => t.close());

const rule = { effect: 'allow', actions: ['read:*'] };
const policy = { name: 'p', version: '1', appliesTo: { tags: ['a'] }, rules: [rule], defaultEffect: 'deny' };

test.each([
  [
    'condition',
    { rules: [{ ...rule, condition: { tags: 'a' } }] },
    'rules[0] has no key "condition": did you mean "conditions"?',
  ],
  ['when', { rules: [{ ...rule, when: {} }] }, 'rules[0] has no key "when": known are id, name, effect, actions,'],
  ['rate_limit', { rules: [{ ...rule, rate_limit: { max: 1 } }] }, 'rules[0] has no key "rate_limit"'],
  ['action', { rules: [{ ...rule, action: 'delete:*' }] }, 'rules[0].action is not read'],
  ['rateLimit', { rateLimit: { requestsPerMinute: 1 } }, 'has no key "rateLimit": did you mean "rateLimits"?'],
  ['humanInLoop', { humanInLoop: {} }, 'has no key "humanInLoop": did you mean "humanInTheLoop"?'],
  ['extends', { extends: 'q' }, 'has no key "extends"'],
  ['max_depth', { delegation: { max_depth: 1 } }, 'delegation has no key "max_depth": did you mean "maxDepth"?'],
  ['also', { humanInTheLoop: { requireApproval: ['a'], also: [] } }, 'humanInTheLoop has no key "also"'],
])('§5.1 a policy with %s, which nobody would read, is refused', async (_key, fields, message) => {
  for (const path of ['/admin/policies', '/admin/policies/validate']) {
    const { status, body } = await t.admin('POST', path, { ...policy, ...fields });
    expect([status, body['message']]).toEqual([400, expect.stringContaining(message)]);
  }
});

test.each([
  ['labels', { labels: {} }],
  ['spec', { spec: { bindings: { tags: ['a'] }, appliesTo: { tags: ['b'] }, rules: [rule] } }],
])('in the Toolkit’s form, too: %s', async (_what, fields) => {
  const wrapped = {
    apiVersion: 'governance.toolkit/v1',
    kind: 'Policy',
    metadata: { name: 'p', version: '1', labels: { team: 'x' } },
    spec: { bindings: { tags: ['a'] }, rules: [rule], defaultEffect: 'deny' },
  };
  expect((await t.admin('POST', '/admin/policies/validate', wrapped)).status).toBe(200);
  expect((await t.admin('POST', '/admin/policies/validate', { ...wrapped, ...fields })).status).toBe(400);
});

test('a policy can be applied again as the gateway shows it', async () => {
  const metadata = { owner: 'sales' };
  expect((await t.admin('POST', '/admin/policies', { ...policy, metadata })).status).toBe(201);
  const { body } = await t.admin('GET', '/admin/policies/p');
  expect((await t.admin('PUT', '/admin/policies/p', body)).status).toBe(200);
});
