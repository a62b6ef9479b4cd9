import type { AegisClient } from '@sallyport/aegis';
import { AegisDeniedError } from '@sallyport/aegis';
import { expect } from 'vitest';
import { proposalOf } from '../../support/aegis.js';
import { caught } from '../../support/caught.js';
import { auditRef, decisionId, escalationId, text, time, token } from './matchers.js';
import type { MethodsOf, Trial } from './trial.js';

/** The client's own methods. */
export const clientMethods: Record<MethodsOf<AegisClient>, Trial> = {
  async propose({ agent }) {
    const decision = await agent.propose(proposalOf('file.read'));
    expect({ ...decision }).toEqual({
      decisionId,
      outcome: 'ALLOW',
      reason: "Approved by policy 'Allow file reads'.",
      riskScore: expect.closeTo(0.075, 3),
      constraints: {},
      timestamp: time,
      auditRef,
    });
    expect([decision.decision_id, decision.audit_ref]).toEqual([decision.decisionId, decision.auditRef]);
  },
  async confirm({ agent }) {
    const proposal = proposalOf('shell.exec', { parameters: { by: 'confirm' } });
    const asked = await agent.propose(proposal);
    expect(asked).toMatchObject({ outcome: 'REQUIRE_CONFIRMATION', constraints: { confirmation_token: token } });
    expect(await agent.confirm(asked, proposal)).toMatchObject({ outcome: 'ALLOW', constraints: {} });
  },
  async proposeWithConfirmation({ agent }) {
    const proposal = proposalOf('shell.exec');
    const shown: string[] = [];
    const yes = await agent.proposeWithConfirmation(proposal, ({ reason }) => shown.push(reason) === 1);
    const no = await agent.proposeWithConfirmation(proposal, async () => false);
    expect([yes.outcome, no.outcome]).toEqual(['ALLOW', 'REQUIRE_CONFIRMATION']);
    expect(shown).toEqual(["Human confirmation required by policy 'Require confirmation for shell execution'."]);
  },
  async waitForEscalation({ agent, operator }) {
    const proposal = proposalOf('network.fetch', { parameters: { by: 'wait' } });
    const asked = await agent.propose(proposal);
    const waiting = agent.waitForEscalation(asked);
    const { escalation_id: id } = asked.constraints;
    await operator.escalations.respond(String(id), { decision: 'approve', operatorId: 'alice', comment: 'fine' });
    const verdict = await waiting;
    expect(verdict).toMatchObject({ escalationId, status: 'approved', operatorId: 'alice', comment: 'fine' });
    expect((await agent.confirm(verdict, proposal)).outcome).toBe('ALLOW');
  },
  async reportExecution({ agent, admin }) {
    const decision = await agent.propose(proposalOf('file.read'));
    const report = { status: 'completed', resultSummary: 'three lines', durationMs: 12 } as const;
    expect(await agent.reportExecution(decision, report)).toEqual({ auditRef: `${decision.auditRef}.execution` });
    expect((await admin.audit.trail(decision.decisionId)).execution).toEqual({ ...report, completedAt: time });
  },
  async requireGovernance({ agent }) {
    const guard = agent.requireGovernance('file.read');
    const request = { agentId: 'demo-agent', body: { path: '/data/x' } };
    const response = { status: (code: number) => ({ json: (body: unknown) => ({ code, body }) }) };
    let went = 0;
    await guard(request, response, () => {
      went += 1;
    });
    expect(went).toBe(1);
    expect(request).toMatchObject({ governanceDecision: { outcome: 'ALLOW', decisionId } });
  },
  async governed({ agent }) {
    const ran: unknown[] = [];
    const run = async (parameters: { readonly path: string }) => ran.push(parameters.path);
    const actor = { id: 'demo-agent', type: 'ai-agent' } as const;
    await agent.governed('file.read', { actor })(run)({ path: '/data/x' });
    const denied = await caught(agent.governed('file.write', { actor })(run)({ path: '/data/y' }));
    expect(denied).toBeInstanceOf(AegisDeniedError);
    expect(ran).toEqual(['/data/x']);
  },
  async govern({ agent }) {
    const action = { tool: 'file', operation: 'read', agent: 'demo-agent', input: { path: '/data/x' } };
    const ran = await agent.govern(action, ({ path }) => `content of ${String(path)}`);
    expect(ran).toMatchObject({ source: 'run', output: 'content of /data/x' });
  },
  async asGovernor({ agent }) {
    const governor = agent.asGovernor({ actor: { id: 'demo-agent', type: 'ai-agent' } });
    const decision = await governor.decide({ tool: 'file', operation: 'write', input: {} });
    expect(decision).toMatchObject({ outcome: 'deny', governor: 'aegis', cause: 'policy', decisionId });
  },
  async health({ client }) {
    // Its time is written as the platform's documents show it.
    const timestamp = expect.stringMatching(/^\d{4}-\d\d-\d\dT.*\+00:00$/);
    expect(await client({ apiKey: '' }).health()).toEqual({ status: 'healthy', version: text, timestamp });
  },
  async request({ agent }) {
    expect(await agent.request('GET', '/api/v1/health')).toMatchObject({ status: 'healthy' });
  },
  async close({ client, tokens }) {
    const doomed = client({ apiKey: tokens.agent });
    await doomed.close();
    expect(await caught(doomed.propose(proposalOf('file.read')))).toMatchObject({ code: 'aborted' });
  },
};
