import { type Decision, GovernanceError, type Proposal } from '@sallyport/aegis';
import { systemRuntime } from '@sallyport/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AegisRig, proposalOf, startAegis } from '../support/aegis.js';
import { caught } from '../support/caught.js';
import { issue } from '../support/credentials.js';
import { storeSettings } from '../support/settings.js';

const proposal = proposalOf('shell.exec', { resource: 'make', parameters: { command: 'make', dry: false } });

describe.each(storeSettings)('confirmations ($name)', ({ store }) => {
  let rig: AegisRig;
  let remove: () => Promise<void>;
  beforeAll(async () => {
    const kept = await store.create();
    remove = kept.remove;
    rig = await startAegis({ store: kept.address, aegis: { aggregateLimit: false, agentProposalsPerMinute: false } });
  });
  afterAll(async () => {
    await rig.close();
    await remove();
  });

  const asked = async (about: Proposal = proposal, client = rig.agent): Promise<Decision> => {
    const decision = await client.propose(about);
    expect(decision.outcome).toBe('REQUIRE_CONFIRMATION');
    return decision;
  };
  const refused = async (confirming: Promise<unknown>, errorCode: string) => {
    const error = await caught(confirming);
    expect(error).toBeInstanceOf(GovernanceError);
    expect(error).toMatchObject({ status: 400, errorCode, causeField: 'request.confirmation_token' });
  };
  const outcomesOf = async (actorId: string) => {
    const { entries } = await rig.admin.audit.log({ actorId, eventType: 'governance.decision' });
    return entries.map(({ outcome }) => outcome);
  };

  test('a token allows the proposal that it was given for, once', async () => {
    const decision = await asked();
    const expires = Date.parse(String(decision.constraints['confirmation_expires_at']));
    expect(expires - Date.parse(decision.timestamp)).toBe(300_000);
    const confirmed = await rig.agent.confirm(decision, proposal);
    expect(confirmed).toMatchObject({
      outcome: 'ALLOW',
      reason: expect.stringContaining(`Confirmed by a human for decision ${decision.decisionId}.`),
    });
    await refused(rig.agent.confirm(decision, proposal), 'AEGIS-CNF-001');
  });

  test('of many that use one token at once, one is allowed', async () => {
    const decision = await asked();
    const all = await Promise.allSettled(Array.from({ length: 8 }, () => rig.agent.confirm(decision, proposal)));
    const allowed = all.flatMap((each) => (each.status === 'fulfilled' ? [each.value.outcome] : []));
    expect(allowed).toEqual(['ALLOW']);
    const codes = all.flatMap((each) => (each.status === 'rejected' ? [each.reason.errorCode] : []));
    expect(codes).toEqual(Array.from({ length: 7 }, () => 'AEGIS-CNF-001'));
  });

  test('each question has a token of its own', async () => {
    const [one, two] = [await asked(), await asked()];
    expect((await rig.agent.confirm(one, proposal)).outcome).toBe('ALLOW');
    expect((await rig.agent.confirm(two, proposal)).outcome).toBe('ALLOW');
  });

  test.each<[what: string, other: Proposal]>([
    ['other parameters', proposalOf('shell.exec', { resource: 'make', parameters: { command: 'make', dry: true } })],
    [
      'more parameters',
      proposalOf('shell.exec', { ...proposal.action, parameters: { command: 'make', dry: false, x: 1 } }),
    ],
    ['another resource', proposalOf('shell.exec', { ...proposal.action, resource: 'make install' })],
    ['another capability', proposalOf('file.read', { ...proposal.action, capability: 'file.read' })],
    ['another actor', proposalOf('shell.exec', { ...proposal.action, actor: 'agent-001' })],
    ['another kind of actor', { ...proposal, actor: { id: 'demo-agent', type: 'human' } }],
  ])('a token is worth nothing for %s, and stays good for its own', async (_what, other) => {
    const decision = await asked();
    await refused(rig.agent.confirm(decision, other), 'AEGIS-CNF-003');
    expect((await rig.agent.confirm(decision, proposal)).outcome).toBe('ALLOW');
  });

  test('the order in which parameters are written is no difference', async () => {
    const decision = await asked();
    const same = proposalOf('shell.exec', { resource: 'make', parameters: { dry: false, command: 'make' } });
    expect((await rig.agent.confirm(decision, same)).outcome).toBe('ALLOW');
  });

  test('another API key cannot use a token', async () => {
    const { token } = await issue({ url: rig.url, adminToken: rig.tokens.admin }, { dialect: 'aegis' });
    const decision = await asked();
    await refused(rig.client({ apiKey: token }).confirm(decision, proposal), 'AEGIS-CNF-003');
    await refused(rig.admin.confirm(decision, proposal), 'AEGIS-CNF-003');
  });

  test('a token is good until its time is over, by the clock of the gateway', async () => {
    const [early, late] = [await asked(), await asked()];
    await rig.dev('clock', { advanceMs: 290_000 });
    expect((await rig.agent.confirm(early, proposal)).outcome).toBe('ALLOW');
    await rig.dev('clock', { advanceMs: 10_001 });
    await refused(rig.agent.confirm(late, proposal), 'AEGIS-CNF-002');
  });

  test('a client whose clock is wrong changes nothing', async () => {
    const skewed = rig.client({
      apiKey: rig.tokens.agent,
      runtime: { ...systemRuntime, now: () => Date.now() - 86_400_000 },
    });
    const decision = await asked(proposal, skewed);
    expect((await skewed.confirm(decision, proposal)).outcome).toBe('ALLOW');
    const context = { timestamp: '1999-01-01T00:00:00Z' };
    expect((await rig.agent.propose({ ...proposalOf('file.read'), context })).outcome).toBe('ALLOW');
  });

  test.each([
    ['made up', 'cft_c00000000000000000000000000aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'],
    ['empty', ''],
    ['another thing', '../../etc/passwd'],
  ])('a token that is %s is unknown', async (_what, confirmationToken) => {
    const { actor, action } = proposal;
    const body = { actor, action, confirmation_token: confirmationToken };
    const answer = await rig.send('POST', '/api/v1/governance/propose', { body });
    expect([answer.status, answer.body['error_code']]).toEqual([400, 'AEGIS-CNF-001']);
  });

  test('a token with one character changed is unknown', async () => {
    const { constraints, ...decision } = await asked();
    const token = String(constraints['confirmation_token']);
    const changed = `${token.slice(0, -1)}${token.endsWith('0') ? '1' : '0'}`;
    const forged = { ...decision, constraints: { confirmation_token: changed } };
    await refused(rig.agent.confirm(forged, proposal), 'AEGIS-CNF-001');
  });

  test('a confirmed proposal is evaluated again: what became forbidden meanwhile stays forbidden', async () => {
    const decision = await asked();
    const rules = [{ capability: 'shell.exec', outcome: 'DENY' }] as const;
    const frozen = await rig.admin.policies.create({ name: 'Freeze', rules });
    const denied = await rig.agent.confirm(decision, proposal);
    expect(denied).toMatchObject({ outcome: 'DENY', reason: "Denied by policy 'Freeze'." });
    const escalating = [{ capability: 'shell.exec', outcome: 'ESCALATE' }] as const;
    await rig.admin.policies.update(frozen.id, { name: 'Freeze', rules, enabled: false });
    const again = await asked();
    await rig.admin.policies.update(frozen.id, { name: 'Freeze', rules: escalating });
    expect((await rig.agent.confirm(again, proposal)).outcome).toBe('ESCALATE');
    await rig.admin.policies.update(frozen.id, { name: 'Freeze', rules, enabled: false });
  });

  test('question and answer are both in the log, linked, and no token is', async () => {
    const actor = 'linked-agent';
    await rig.admin.grants.create(actor, { capability: 'shell.exec' });
    const own = proposalOf('shell.exec', { actor });
    const decision = await asked(own);
    const confirmed = await rig.agent.confirm(decision, own);
    expect(await outcomesOf(actor)).toEqual(['ALLOW', 'REQUIRE_CONFIRMATION']);
    const path = `/api/v1/audit/log/${confirmed.decisionId}`;
    const trail = await rig.send('GET', path, { token: rig.tokens.approver });
    expect(trail.body['confirmation_of']).toBe(decision.decisionId);
    const { entries } = await rig.admin.audit.log({ decisionId: decision.decisionId });
    expect(entries.map(({ eventType }) => eventType)).toEqual(['governance.confirmation', 'governance.decision']);
    const exported = await rig.send('GET', '/sallyport/v1/log/aegis/export', { token: rig.tokens.admin });
    expect(exported.text).toContain(decision.decisionId);
    expect(exported.text).not.toContain('cft_');
  });

  test('a retry of a confirmation that got lost on the way is answered as the first was', async () => {
    const decision = await asked();
    const options = { idempotencyKey: 'confirmed-once' };
    const body = {
      actor: proposal.actor,
      action: proposal.action,
      request_id: 'confirmed-once',
      confirmation_token: decision.constraints['confirmation_token'],
    };
    const headers = { 'X-Idempotency-Key': options.idempotencyKey };
    const send = () => rig.send('POST', '/api/v1/governance/propose', { body, headers });
    const [first, second] = [await send(), await send()];
    expect([first.body['outcome'], second.text]).toEqual(['ALLOW', first.text]);
  });

  test('an operator can say no at the gateway’s own door, and the token is worth nothing then', async () => {
    const decision = await asked();
    const listed = await rig.send('GET', '/sallyport/v1/approvals?dialect=aegis', { token: rig.tokens.approver });
    const found = Object(listed.body['approvals']).find(
      (approval: { decisionId?: unknown }) => approval.decisionId === decision.decisionId,
    );
    expect(found).toMatchObject({ kind: 'confirmation', status: 'pending', agent: 'demo-agent' });
    await rig.send('POST', `/sallyport/v1/approvals/${found.id}/resolve`, {
      token: rig.tokens.approver,
      body: { verdict: 'rejected', by: 'alice' },
    });
    await refused(rig.agent.confirm(decision, proposal), 'AEGIS-CNF-001');
  });

  test('the client refuses to confirm what has no token, before it asks', async () => {
    const allowed = await rig.agent.propose(proposalOf('file.read'));
    expect(await caught(rig.agent.confirm(allowed, proposal))).toMatchObject({ code: 'configuration' });
  });
});
