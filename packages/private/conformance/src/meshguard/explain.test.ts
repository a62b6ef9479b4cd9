import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Mesh, startMesh } from '../support/mesh.js';

describe('explaining a call', () => {
  let mesh: Mesh;
  beforeAll(async () => {
    mesh = await startMesh();
  });
  afterAll(() => mesh.close());

  const explain = (call: object, token = mesh.tokens.admin) =>
    mesh.send('POST', '/sallyport/v1/explain', { token, body: { dialect: 'meshguard', call } });
  const demo = (action: string, more: object = {}) => explain({ agentId: 'agent_demo', action, ...more });

  test.each([
    ['read:contacts', 'allow', 'reads', []],
    ['delete:x', 'deny', 'no-deletes', ['rule "no-deletes" of policy "development" not matching the call']],
    ['write:payments', 'require_approval', 'payments', ['an approval of this very call']],
    ['deploy:x', 'deny', 'default-deny', ['a rule { effect: allow, actions: ["deploy:x"] } in "development"']],
  ])(
    '%s: the decision, the rule that made it, and what would have allowed it',
    async (action, decision, rule, wouldAllow) => {
      const { status, body } = await demo(action);
      expect([status, body]).toMatchObject([200, { decision, policy: 'development', rule, trace: { wouldAllow } }]);
      const asked = await mesh.agent.check(action);
      expect([asked.allowed, asked.policy, asked.rule]).toEqual([decision === 'allow', 'development', rule]);
    },
  );

  test('names each rule of each policy, and why it fired or not', async () => {
    const { body } = await demo('read:contacts');
    expect(body['trace']).toMatchObject({
      mode: 'enforce',
      policies: [
        {
          name: 'development',
          inScope: true,
          rules: [
            { name: 'no-deletes', fired: false, because: 'no pattern of it fits the action' },
            { name: 'payments', fired: false },
            { name: 'reads', fired: true },
            { name: 'writes', fired: false },
          ],
        },
      ],
    });
  });

  test('records nothing, asks nobody, counts nothing', async () => {
    const before = await mesh.admin.auditStats();
    for (const action of ['read:x', 'delete:x', 'write:payments']) await demo(action);
    expect(await mesh.admin.auditStats()).toEqual(before);
    const pending = await mesh.send('GET', '/admin/approvals?status=pending', { admin: true });
    expect(JSON.stringify(pending.body)).not.toContain('write:x');
  });

  test('is for admins alone, and says what is wrong with a call that is none', async () => {
    const call = { agentId: 'agent_demo', action: 'read:x' };
    for (const token of [mesh.tokens.agent, mesh.tokens.approver])
      expect((await explain(call, token)).status).toBe(403);
    for (const wrong of [{}, { agentId: 'agent_nobody', action: 'x' }, { agentId: 'agent_demo', action: 'a,b' }]) {
      expect(await explain(wrong)).toMatchObject({ status: 400, body: { error: expect.stringContaining('the call') } });
    }
  });
});
