import { AegisAuthError, type Decision, GovernanceError, type Proposal } from '@sallyport/aegis';
import { ApprovalTimeoutError, PermissionDeniedError } from '@sallyport/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AegisRig, proposalOf, startAegis } from '../support/aegis.js';
import { caught } from '../support/caught.js';
import { issue } from '../support/credentials.js';
import { storeSettings } from '../support/settings.js';

let calls = 0;
/** Each is another call, since one that is escalated already joins the escalation that is open. */
const fresh = (): Proposal => {
  calls += 1;
  return proposalOf('network.fetch', { resource: 'https://example.test/', parameters: { call: calls } });
};

describe.each(storeSettings)('escalations ($name)', ({ store }) => {
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

  const idOf = ({ constraints }: Decision) => String(constraints['escalation_id']);
  const escalated = async (proposal: Proposal) => {
    const decision = await rig.agent.propose(proposal);
    expect(decision.outcome).toBe('ESCALATE');
    return decision;
  };
  const atDoor = (id: string, body: object, token = rig.tokens.approver) =>
    rig.send('POST', `/sallyport/v1/approvals/${id}/resolve`, { token, body });

  test('approved: the token of the escalation allows the proposal, once', async () => {
    const proposal = fresh();
    const decision = await escalated(proposal);
    expect(Date.parse(String(decision.constraints['escalation_expires_at'])) - Date.parse(decision.timestamp)).toBe(
      3_600_000,
    );
    expect(decision.constraints).not.toHaveProperty('confirmation_token');
    await rig.operator.escalations.respond(idOf(decision), { decision: 'approve', operatorId: 'alice' });
    const verdict = await rig.agent.waitForEscalation(decision);
    const allowed = await rig.agent.confirm(verdict, proposal);
    expect(allowed).toMatchObject({
      outcome: 'ALLOW',
      reason: expect.stringContaining("Confirmed by operator 'alice'"),
    });
    expect(await caught(rig.agent.confirm(verdict, proposal))).toMatchObject({ errorCode: 'AEGIS-CNF-001' });
    const after = await rig.agent.escalations.get(idOf(decision));
    expect(after).toMatchObject({ status: 'approved', redeemedAt: expect.any(String) });
    expect(after).not.toHaveProperty('confirmationToken');
  });

  test('denied: nothing allows the proposal, and asking again opens another escalation', async () => {
    const proposal = fresh();
    const decision = await escalated(proposal);
    const verdict = { decision: 'deny', operatorId: 'alice', comment: 'not on a Friday' } as const;
    await rig.operator.escalations.respond(idOf(decision), verdict);
    const denied = await rig.agent.waitForEscalation(decision);
    expect(denied).toMatchObject({ status: 'denied', operatorId: 'alice', comment: 'not on a Friday' });
    expect(await caught(rig.agent.confirm(denied, proposal))).toMatchObject({ code: 'configuration' });
    expect(idOf(await escalated(proposal))).not.toBe(idOf(decision));
  });

  test('nobody answers: it expires to a denial that nobody can change', async () => {
    const decision = await escalated(fresh());
    await rig.dev('clock', { advanceMs: 3_600_001 });
    expect(await rig.agent.escalations.get(idOf(decision))).toMatchObject({ status: 'expired' });
    const late = rig.operator.escalations.respond(idOf(decision), { decision: 'approve' });
    const error = await caught(late);
    expect(error).toBeInstanceOf(GovernanceError);
    expect(error).toMatchObject({ status: 409, errorCode: 'AEGIS-ESC-001' });
    const { entries } = await rig.operator.audit.log({ decisionId: decision.decisionId });
    expect(entries[0]).toMatchObject({ eventType: 'governance.escalation' });
  });

  test('an approval that is not used in time is worth nothing', async () => {
    const proposal = fresh();
    const decision = await escalated(proposal);
    await rig.operator.escalations.respond(idOf(decision), { decision: 'approve' });
    const verdict = await rig.agent.waitForEscalation(decision);
    await rig.dev('clock', { advanceMs: 300_001 });
    expect(await caught(rig.agent.confirm(verdict, proposal))).toMatchObject({ errorCode: 'AEGIS-CNF-002' });
  });

  test('whoever waits is woken by the verdict', async () => {
    const decision = await escalated(fresh());
    const held = rig.send('GET', `/api/v1/governance/escalations/${idOf(decision)}?wait=60`);
    const waiting = rig.agent.waitForEscalation(decision);
    await rig.operator.escalations.respond(idOf(decision), { decision: 'approve' });
    expect((await held).body['status']).toBe('approved');
    expect((await waiting).status).toBe('approved');
  });

  test('a wait that is long enough ends as an error of core, without a verdict', async () => {
    const decision = await escalated(fresh());
    const error = await caught(rig.agent.waitForEscalation(decision, { maxWaitMs: 30 }));
    expect(error).toBeInstanceOf(ApprovalTimeoutError);
    expect(error).toMatchObject({ approvalId: idOf(decision), code: 'approval_timeout' });
    const stop = AbortSignal.abort(new Error('gone'));
    expect(await caught(rig.agent.waitForEscalation(decision, { signal: stop }))).toMatchObject({ code: 'aborted' });
  });

  test('the same proposal joins the escalation that is open; another one does not', async () => {
    const proposal = fresh();
    const [one, two] = [await escalated(proposal), await escalated(proposal)];
    expect(idOf(two)).toBe(idOf(one));
    expect(idOf(await escalated(fresh()))).not.toBe(idOf(one));
  });

  test('an escalation is answered once, whoever is first', async () => {
    const decision = await escalated(fresh());
    const both = await Promise.allSettled([
      rig.operator.escalations.respond(idOf(decision), { decision: 'approve' }),
      rig.operator.escalations.respond(idOf(decision), { decision: 'deny' }),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const door = await atDoor(idOf(decision), { verdict: 'approved' });
    expect(door.status).toBe(409);
  });

  test('a verdict at the gateway’s own door counts like one through the protocol', async () => {
    const proposal = fresh();
    const decision = await escalated(proposal);
    const waiting = rig.agent.waitForEscalation(decision);
    const door = await atDoor(idOf(decision), { verdict: 'approved', by: 'carol', note: 'looked at it' });
    expect(door).toMatchObject({ status: 200, body: { id: idOf(decision), status: 'approved', resolvedBy: 'carol' } });
    const verdict = await waiting;
    expect(verdict).toMatchObject({ status: 'approved', operatorId: 'carol', comment: 'looked at it' });
    expect((await rig.agent.confirm(verdict, proposal)).outcome).toBe('ALLOW');
    const { entries } = await rig.operator.audit.log({ decisionId: decision.decisionId });
    expect(entries.map(({ eventType, actorId }) => [eventType, actorId])).toEqual([
      ['governance.escalation', 'carol'],
      ['governance.decision', 'demo-agent'],
    ]);
  });

  test('an approval answers an escalation, and never a denial', async () => {
    const proposal = fresh();
    const decision = await escalated(proposal);
    await rig.operator.escalations.respond(idOf(decision), { decision: 'approve' });
    const verdict = await rig.agent.waitForEscalation(decision);
    const rules = [{ capability: 'network.*', outcome: 'DENY' }] as const;
    const made = await rig.admin.policies.create({ name: 'Offline', rules });
    expect((await rig.agent.confirm(verdict, proposal)).outcome).toBe('DENY');
    await rig.admin.policies.update(made.id, { name: 'Offline', rules, enabled: false });
  });

  test('agents see their own escalations alone, and operators all of them, without a token', async () => {
    const { token } = await issue({ url: rig.url, adminToken: rig.tokens.admin }, { dialect: 'aegis' });
    const other = rig.client({ apiKey: token });
    const decision = await escalated(fresh());
    const hidden = await caught(other.escalations.get(idOf(decision)));
    expect(hidden).toMatchObject({ status: 404, errorCode: 'AEGIS-REQ-404' });
    expect((await other.escalations.list()).total).toBe(0);
    await rig.operator.escalations.respond(idOf(decision), { decision: 'approve' });
    const seen = await rig.operator.escalations.get(idOf(decision));
    expect(seen.status).toBe('approved');
    expect(seen).not.toHaveProperty('confirmationToken');
  });

  test('escalations are paged, and filtered by status', async () => {
    const made = [await escalated(fresh()), await escalated(fresh()), await escalated(fresh())].map(idOf);
    const walked: string[] = [];
    for await (const { escalationId } of rig.operator.escalations.list({ limit: 2 })) walked.push(escalationId);
    expect(walked).toEqual(expect.arrayContaining(made));
    expect(new Set(walked).size).toBe(walked.length);
    const { escalations } = await rig.operator.escalations.list({ status: 'denied' });
    expect(new Set(escalations.map(({ status }) => status))).toEqual(new Set(['denied']));
  });

  test('a verdict that is none is refused', async () => {
    const decision = await escalated(fresh());
    const path = `/api/v1/governance/escalations/${idOf(decision)}/respond`;
    for (const body of [{}, { decision: 'maybe' }, { decision: 'APPROVE' }, { decision: true }]) {
      const answer = await rig.send('POST', path, { token: rig.tokens.approver, body });
      expect([answer.status, answer.body['error_code']]).toEqual([400, 'AEGIS-REQ-002']);
    }
    expect((await rig.operator.escalations.get(idOf(decision))).status).toBe('pending');
  });

  test('an agent answers no escalation, its own or another’s, by no door', async () => {
    const { token } = await issue({ url: rig.url, adminToken: rig.tokens.admin }, { dialect: 'aegis' });
    const decision = await escalated(fresh());
    for (const apiKey of [rig.tokens.agent, token]) {
      const error = await caught(
        rig.client({ apiKey }).escalations.respond(idOf(decision), { decision: 'approve', operatorId: 'alice' }),
      );
      for (const type of [AegisAuthError, PermissionDeniedError]) expect(error).toBeInstanceOf(type);
      expect((await atDoor(idOf(decision), { verdict: 'approved' }, apiKey)).status).toBe(403);
    }
    expect((await rig.operator.escalations.get(idOf(decision))).status).toBe('pending');
  });
});
