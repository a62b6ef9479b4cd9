import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AegisRig, bodyOf, proposalOf, startAegis } from '../support/aegis.js';
import { storeSettings } from '../support/settings.js';

describe.each(storeSettings)('explaining ($name)', ({ store }) => {
  let rig: AegisRig;
  let remove: () => Promise<void>;
  beforeAll(async () => {
    const kept = await store.create();
    remove = kept.remove;
    rig = await startAegis({ store: kept.address });
  });
  afterAll(async () => {
    await rig.close();
    await remove();
  });

  const explain = async (capability: string, action: object = {}) => {
    const call = bodyOf(capability, { action: { capability, parameters: {}, ...action } });
    const body = { dialect: 'aegis', call };
    const answer = await rig.send('POST', '/sallyport/v1/explain', { token: rig.tokens.admin, body });
    expect(answer.status).toBe(200);
    return answer.body;
  };

  test.each(['file.read', 'file.write', 'network.fetch', 'shell.exec', 'nobody.knows'])(
    '%s: says what a proposal is then answered',
    async (capability) => {
      const said = await explain(capability);
      const { outcome, reason } = await rig.agent.propose(proposalOf(capability));
      expect([said['decision'], said['message']]).toEqual([outcome, reason]);
    },
  );

  test('tells the input, the stage, each policy that was looked at, the risk, and what would have allowed it', async () => {
    const said = await explain('network.fetch', { resource: 'https://example.test/' });
    expect(said).toMatchObject({
      matched_policies: ['Escalate network requests'],
      suggestions: [expect.stringContaining('let an operator approve')],
      trace: {
        input: { capability: 'network.fetch', action_type: 'api_call', target: 'https://example.test/' },
        stage: 'policy',
        policies: [expect.objectContaining({ policy_name: 'Escalate network requests', matched: true })],
        risk: { risk_score: expect.any(Number), confirmation_threshold: 0.7, escalation_threshold: 0.9 },
      },
    });
    const lacking = await explain('file.write');
    expect(lacking['suggestions']).toEqual(["grant 'file.write' to 'demo-agent'"]);
    const dangerous = await explain('shell.exec', { resource: 'ls; id' });
    expect(dangerous).toMatchObject({ decision: 'REJECTED', trace: { error_code: 'AEGIS-VAL-022' } });
  });

  test('records nothing and counts nothing', async () => {
    const total = async () => (await rig.admin.audit.log()).total;
    const before = await total();
    for (let index = 0; index < 30; index += 1) await explain('file.read');
    expect(await total()).toBe(before);
    expect((await rig.agent.propose(proposalOf('file.read'))).outcome).toBe('ALLOW');
  });

  test('a call that does not parse is told why', async () => {
    const body = { dialect: 'aegis', call: { actor: {} } };
    const answer = await rig.send('POST', '/sallyport/v1/explain', { token: rig.tokens.admin, body });
    expect([answer.status, answer.body['error']]).toEqual([400, expect.stringContaining('agent_id is required')]);
  });
});
