import { afterAll, beforeAll, expect, test } from 'vitest';
import { type MeshTest, meshTest } from './testing.js';

let t: MeshTest;
beforeAll(async () => {
  t = await meshTest();
});
afterAll(() => t.close());

const explain = (call: unknown) =>
  t.send('POST', '/sallyport/v1/explain', { token: t.adminToken, body: { dialect: 'meshguard', call } });

test('says which rule decides, and what would have allowed the call', async () => {
  const { status, body } = await explain({ agentId: 'agent_demo', action: 'delete:x' });
  expect(status).toBe(200);
  expect(body).toMatchObject({
    decision: 'deny',
    policy: 'development',
    rule: 'no-deletes',
    message: 'Deleting is not allowed',
    trace: {
      mode: 'enforce',
      deciding: { policy: 'development', rule: 0 },
      policies: [
        {
          name: 'development',
          inScope: true,
          rules: [
            { name: 'no-deletes', fired: true },
            { name: 'payments', fired: false },
            { name: 'reads', fired: false },
            { name: 'writes', fired: false },
          ],
        },
      ],
      wouldAllow: ['rule "no-deletes" of policy "development" not matching the call'],
    },
  });
});

test('says why a policy does not apply', async () => {
  await t.admin('POST', '/admin/policies', {
    name: 'elsewhere',
    version: '1',
    appliesTo: { trustTiers: ['privileged'] },
    rules: [{ effect: 'allow', actions: ['*'] }],
    defaultEffect: 'deny',
  });
  const { body } = await explain({ agentId: 'agent_demo', action: 'other:x' });
  expect(body).toMatchObject({
    rule: 'default-deny',
    trace: {
      policies: [
        { name: 'development', inScope: true },
        {
          name: 'elsewhere',
          inScope: false,
          rules: [{ fired: false, because: expect.stringContaining('privileged') }],
        },
      ],
      wouldAllow: ['a rule { effect: allow, actions: ["other:x"] } in "development"'],
    },
  });
});

test('says that a destructive action is held back', async () => {
  await t.admin('POST', '/admin/policies', {
    name: 'anything',
    version: '1',
    appliesTo: { tags: ['development'] },
    rules: [{ effect: 'allow', actions: ['exec:*'] }],
    defaultEffect: 'deny',
  });
  const { body } = await explain({ agentId: 'agent_demo', action: 'exec:drop_database' });
  expect(body).toMatchObject({ decision: 'require_approval', message: 'Critical action requires human approval' });
});

test('records nothing', async () => {
  await explain({ agentId: 'agent_demo', action: 'read:x' });
  expect((await t.admin('GET', '/admin/audit')).body['entries']).toEqual([]);
});

test.each([
  [{}],
  [{ agentId: 'agent_demo' }],
  [{ agentId: 'agent_none', action: 'read:x' }],
  [{ agentId: 'agent_demo', action: 'a,b' }],
  ['text'],
])('refuses %j', async (call) => {
  expect((await explain(call)).status).toBe(400);
});
