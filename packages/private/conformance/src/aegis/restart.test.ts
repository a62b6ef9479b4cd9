import type { AegisClient } from '@sallyport/aegis';
import { aegisFormula, verifyChain } from '@sallyport/verify';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { stores, type TestStore } from '../../../../server/src/testing/stores.js';
import { type AegisRig, type AegisRigOptions, bodyOf, proposalOf, startAegis } from '../support/aegis.js';
import { caught } from '../support/caught.js';
import { issue } from '../support/credentials.js';
import { type Memory, provenLog, watchLog } from '../support/log.js';

const durable = stores.filter((store) => store.durable);

describe.each(durable)('after a restart ($name)', (store) => {
  let kept: TestStore;
  let rig: AegisRig;
  let token: string;
  let agent: AegisClient;
  const start = async (options: AegisRigOptions = {}) => {
    rig = await startAegis({ store: kept.address, ...options });
    token ||= (await issue({ url: rig.url, adminToken: rig.tokens.admin }, { dialect: 'aegis' })).token;
    agent = rig.client({ apiKey: token });
  };
  beforeEach(async () => {
    kept = await store.create();
    token = '';
    await start();
  });
  afterEach(async () => {
    await rig.close();
    await kept.remove();
  });

  /** Ends the gateway, and starts it again on what it left. */
  const restart = async (options?: AegisRigOptions) => {
    await rig.close();
    await start(options);
  };

  test('a confirmation token that was given before is good, once; one that was used is not', async () => {
    const proposal = proposalOf('shell.exec');
    const [one, two] = [await agent.propose(proposal), await agent.propose(proposal)];
    expect((await agent.confirm(two, proposal)).outcome).toBe('ALLOW');
    await restart();
    expect((await agent.confirm(one, proposal)).outcome).toBe('ALLOW');
    for (const used of [one, two]) {
      expect(await caught(agent.confirm(used, proposal))).toMatchObject({ errorCode: 'AEGIS-CNF-001' });
    }
  });

  test('an escalation is still pending, can be answered, and redeemed', async () => {
    const proposal = proposalOf('network.fetch');
    const asked = await agent.propose(proposal);
    const id = String(asked.constraints['escalation_id']);
    await restart();
    expect(await agent.escalations.get(id)).toMatchObject({ status: 'pending', decisionId: asked.decisionId });
    await rig.operator.escalations.respond(id, { decision: 'approve', operatorId: 'alice' });
    await restart();
    const verdict = await agent.waitForEscalation(id);
    expect((await agent.confirm(verdict, proposal)).outcome).toBe('ALLOW');
  });

  test('what expired while nobody was there is refused', async () => {
    const confirmation = await agent.propose(proposalOf('shell.exec'));
    const escalation = await agent.propose(proposalOf('network.fetch'));
    const after = () => ({ cancel() {} });
    await restart({ clock: { now: () => Date.now() + 3_601_000, monotonic: () => performance.now(), after } });
    const id = String(escalation.constraints['escalation_id']);
    expect((await agent.escalations.get(id)).status).toBe('expired');
    const late = agent.confirm(confirmation, proposalOf('shell.exec'));
    expect(await caught(late)).toMatchObject({ errorCode: 'AEGIS-CNF-002' });
  });

  test('request ids and idempotency keys are remembered', async () => {
    const path = '/api/v1/governance/propose';
    const headers = { 'Idempotency-Key': 'before' };
    const body = bodyOf('file.read', { request_id: 'before' });
    const first = await rig.send('POST', path, { body, headers, token });
    await restart();
    expect((await rig.send('POST', path, { body, headers, token })).text).toBe(first.text);
    expect((await rig.send('POST', path, { body, token })).body['error_code']).toBe('AEGIS-VAL-021');
  });

  test('capabilities, policies, grants and their uses stay; so do an agent’s history and limits', async () => {
    const { admin } = rig;
    await admin.capabilities.register({ name: 'kept.thing', riskLevel: 'high' });
    await admin.policies.create({ name: 'Keep', rules: [{ capability: 'kept.thing', outcome: 'ALLOW' }] });
    const constraints = { rateLimit: { maxRequests: 1, windowSeconds: 3600 } };
    await admin.grants.create('demo-agent', { capability: 'kept.thing', constraints });
    expect((await agent.propose(proposalOf('kept.thing'))).outcome).toBe('ALLOW');
    for (let index = 0; index < 19; index += 1) await agent.propose(proposalOf('file.read'));
    await restart();
    expect(await agent.propose(proposalOf('kept.thing'))).toMatchObject({ outcome: 'DENY' });
    expect((await agent.capabilities.get('kept.thing')).riskLevel).toBe('high');
    expect(await agent.propose(proposalOf('file.read'))).toMatchObject({
      outcome: 'ESCALATE',
      reason: expect.stringContaining('Aggregate impact: 21 actions'),
    });
  });

  test('the log goes on where it ended, under the same key', async () => {
    const { auditRef } = await agent.propose(proposalOf('file.read'));
    const memory: Memory = await watchLog(provenLog(rig.log));
    await restart();
    await agent.propose(proposalOf('file.read'));
    await watchLog(provenLog(rig.log), memory);
    const lines = await provenLog(rig.log).lines();
    expect(await verifyChain(lines, { formula: aegisFormula })).toMatchObject({ ok: true, count: lines.length });
    expect(lines.map((line) => Object(JSON.parse(line)).id)).toContain(auditRef);
  });

  test('keys that were made stay, and so do those of development', async () => {
    const before = rig.tokens;
    await restart();
    expect((await agent.propose(proposalOf('file.read'))).outcome).toBe('ALLOW');
    expect(rig.tokens).toEqual(before);
  });
});

test.each(stores.filter(({ name }) => name === 'postgres'))(
  'gateways on one database are one gateway: an escalation, a token, and a log',
  async (store) => {
    const kept = await store.create();
    const both = { store: kept.address, aegis: { adminKey: 'the-admin-key-of-both' } };
    const [one, two] = [await startAegis(both), await startAegis(both)];
    const { token } = await issue({ url: two.url, adminToken: two.tokens.admin }, { dialect: 'aegis' });
    const [here, there] = [one.client({ apiKey: token }), two.client({ apiKey: token })];
    const proposal = proposalOf('network.fetch');
    const asked = await here.propose(proposal);
    const waiting = here.waitForEscalation(asked);
    await two.operator.escalations.respond(String(asked.constraints['escalation_id']), { decision: 'approve' });
    const verdict = await waiting;
    const used = await Promise.allSettled([here, there].map((agent) => agent.confirm(verdict, proposal)));
    expect(used.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    await two.admin.policies.create({ name: 'Freeze', rules: [{ capability: 'file.*', outcome: 'DENY' }] });
    expect((await here.propose(proposalOf('file.read'))).reason).toBe("Denied by policy 'Freeze'.");
    const lines = await provenLog(one.log).lines();
    expect(await verifyChain(lines, { formula: aegisFormula })).toMatchObject({ ok: true, count: lines.length });
    await one.close();
    await two.close();
    await kept.remove();
  },
);
