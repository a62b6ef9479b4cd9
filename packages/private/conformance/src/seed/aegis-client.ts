import { AegisClient, AegisError, AsyncAegisClient, Decision, GovernanceError, type Proposal } from '@sallyport/aegis';
import { AegisClientSync } from '@sallyport/aegis/sync';
import { ConnectionError } from '@sallyport/core';
import { expect } from 'vitest';
import { caught } from '../support/caught.js';
import { aegisClientOf, aegisKeyOf, aegisProposal } from './aegis-setup.js';
import type { ParityRow } from './row.js';

const demo = (capability: string): Proposal => ({
  actor: { id: 'demo-agent', type: 'ai-agent' },
  action: { capability, parameters: {} },
});

/** The seed's `match`, in TypeScript. */
async function handled(aegis: AegisClient, capability: string): Promise<readonly [did: string, outcome: string]> {
  const decision = await aegis.propose(demo(capability));
  switch (decision.outcome) {
    case 'ALLOW':
      return ['executed', decision.outcome];
    case 'DENY':
      return [`Action denied: ${decision.reason}`, decision.outcome];
    case 'ESCALATE':
      return ['notified a reviewer', decision.outcome];
    case 'REQUIRE_CONFIRMATION':
      return ['asked the user', decision.outcome];
  }
}

/** The rows of decisions, errors and patterns: what a reader of the seed writes in TypeScript. */
export const aegisClientRows: readonly ParityRow[] = [
  {
    item: 'Proposing an action',
    seed: 'aegis.propose(actor={"id": "agent-001", "type": "ai-agent"}, action={"capability": "database.query", "parameters": {…}}, context={"session_id": …, "metadata": {…}})',
    ours: 'await aegis.propose({ actor, action: { capability, parameters }, context: { session_id, metadata } })',
    via: 'client',
    async run(gateway) {
      await using aegis = aegisClientOf(gateway);
      await using admin = new AegisClient({ endpoint: gateway.url, apiKey: aegisKeyOf(gateway, 'adminKey') });
      const decision = await aegis.propose(aegisProposal);
      expect(decision.outcome).toBe('ALLOW');
      expect((await admin.audit.trail(decision.decisionId)).request).toEqual({
        actor: aegisProposal.actor,
        action: aegisProposal.action,
        context: aegisProposal.context,
      });
    },
  },
  {
    item: 'Handling decisions: ALLOW',
    seed: 'case "ALLOW": result = execute_query(decision)',
    ours: "case 'ALLOW': executeQuery(decision)",
    via: 'client',
    async run(gateway) {
      await using aegis = aegisClientOf(gateway);
      expect(await handled(aegis, 'file.read')).toEqual(['executed', 'ALLOW']);
    },
  },
  {
    item: 'Handling decisions: DENY',
    seed: 'case "DENY": print(f"Action denied: {decision.reason}")',
    ours: "case 'DENY': console.log('Action denied:', decision.reason)",
    via: 'client',
    async run(gateway) {
      await using aegis = aegisClientOf(gateway);
      const reason = "Agent lacks a capability covering action 'file_write' on the requested target.";
      expect(await handled(aegis, 'file.write')).toEqual([`Action denied: ${reason}`, 'DENY']);
    },
  },
  {
    item: 'Handling decisions: ESCALATE',
    seed: 'case "ESCALATE": notify_reviewer(decision)',
    ours: "case 'ESCALATE': const verdict = await aegis.waitForEscalation(decision)",
    via: 'client',
    async run(gateway) {
      await using aegis = aegisClientOf(gateway);
      await using operator = new AegisClient({ endpoint: gateway.url, apiKey: aegisKeyOf(gateway, 'operatorKey') });
      const decision = await aegis.propose(demo('network.fetch'));
      expect(decision.outcome).toBe('ESCALATE');
      const waiting = aegis.waitForEscalation(decision);
      await operator.escalations.respond(String(decision.constraints['escalation_id']), { decision: 'approve' });
      expect((await aegis.confirm(await waiting, demo('network.fetch'))).outcome).toBe('ALLOW');
    },
  },
  {
    item: 'Handling decisions: REQUIRE_CONFIRMATION, the token resubmitted',
    seed: 'confirmed = prompt_user(decision); if confirmed: # Resubmit with confirmation token',
    ours: 'if (await promptUser(decision)) await aegis.confirm(decision, proposal)',
    via: 'client',
    async run(gateway) {
      await using aegis = aegisClientOf(gateway);
      const decision = await aegis.propose(demo('shell.exec'));
      expect(decision.outcome).toBe('REQUIRE_CONFIRMATION');
      expect((await aegis.confirm(decision, demo('shell.exec'))).outcome).toBe('ALLOW');
      const both = await aegis.proposeWithConfirmation(demo('shell.exec'), async () => true);
      expect(both.outcome).toBe('ALLOW');
    },
  },
  {
    item: 'Decision object: exactly seven attributes',
    seed: 'decision_id: str · outcome: Literal["ALLOW", "DENY", "ESCALATE", "REQUIRE_CONFIRMATION"] · reason: str · risk_score: float · constraints: dict · timestamp: str · audit_ref: str',
    ours: 'decision.decisionId, .outcome, .reason, .riskScore, .constraints, .timestamp, .auditRef',
    via: 'client',
    async run(gateway) {
      await using aegis = aegisClientOf(gateway);
      const decision = await aegis.propose(aegisProposal);
      expect(decision).toBeInstanceOf(Decision);
      const names = ['decisionId', 'outcome', 'reason', 'riskScore', 'constraints', 'timestamp', 'auditRef'];
      expect(Object.keys(decision)).toEqual(names);
      const { decision_id: id, risk_score: risk, audit_ref: ref } = decision;
      expect([id, risk, ref]).toEqual([decision.decisionId, decision.riskScore, decision.auditRef]);
    },
  },
  {
    item: 'The synchronous client',
    seed: 'from aegis_sdk import AegisClient; decision = aegis.propose(…)',
    ours: "import { AegisClientSync } from '@sallyport/aegis/sync'; new AegisClientSync().propose(aegisProposal)",
    via: 'client',
    async run(gateway) {
      const aegis = new AegisClientSync({ endpoint: gateway.url, apiKey: aegisKeyOf(gateway) });
      try {
        expect(aegis.propose(aegisProposal)).toMatchObject({ outcome: 'ALLOW', decision_id: expect.any(String) });
        const asked = aegis.propose(demo('shell.exec'));
        expect(aegis.confirm(asked, demo('shell.exec')).outcome).toBe('ALLOW');
      } finally {
        aegis.close();
      }
    },
  },
  {
    item: 'Async support',
    seed: 'aegis = AsyncAegisClient(…); decision = await aegis.propose(actor=…, action=…)',
    ours: 'new AsyncAegisClient(…) // the same class as AegisClient; the context may be left out',
    via: 'client',
    async run(gateway) {
      expect(AsyncAegisClient).toBe(AegisClient);
      await using aegis = new AsyncAegisClient({ endpoint: gateway.url, apiKey: aegisKeyOf(gateway) });
      const action = { capability: 'database.query', parameters: { query: '...' } };
      expect((await aegis.propose({ actor: aegisProposal.actor, action })).outcome).toBe('ALLOW');
    },
  },
  {
    item: 'Error handling: GovernanceError',
    seed: 'except GovernanceError as e: # Governance system error (e.g., invalid capability)',
    ours: 'if (error instanceof GovernanceError) …',
    via: 'client',
    async run(gateway) {
      await using aegis = aegisClientOf(gateway);
      const error = await caught(aegis.propose(demo('not a capability')));
      expect(error).toBeInstanceOf(GovernanceError);
      expect(error).toBeInstanceOf(AegisError);
    },
  },
  {
    item: 'Error handling: AegisError',
    seed: 'except AegisError as e: # Transport error (network, timeout, auth failure)',
    ours: 'else if (error instanceof AegisError) …',
    via: 'client',
    async run(gateway) {
      await using nowhere = new AegisClient({ endpoint: 'http://127.0.0.1:1', apiKey: 'k', retries: 0 });
      const gone = await caught(nowhere.propose(aegisProposal));
      for (const type of [AegisError, ConnectionError]) expect(gone).toBeInstanceOf(type);
      expect(gone).not.toBeInstanceOf(GovernanceError);
      await using stranger = new AegisClient({ endpoint: gateway.url, apiKey: 'aegis_sk_live_nobody' });
      const refused = await caught(stranger.propose(aegisProposal));
      expect(refused).toBeInstanceOf(AegisError);
      expect(refused).not.toBeInstanceOf(GovernanceError);
    },
  },
  {
    item: 'FastAPI dependency',
    seed: 'async def require_governance(capability, parameters, agent_id): … raise HTTPException(status_code=403, detail=decision.reason)',
    ours: "app.post('/query', aegis.requireGovernance('database.query'), handler)",
    via: 'client',
    async run(gateway) {
      await using aegis = aegisClientOf(gateway);
      const asked = async (capability: string) => {
        const request: Record<string, unknown> = { agentId: 'demo-agent', body: { path: '/data/x' } };
        const answers: unknown[] = [];
        const response = { status: (code: number) => ({ json: (body: unknown) => answers.push([code, body]) }) };
        await aegis.requireGovernance(capability)(request, response, () => {
          answers.push(['went on', Object(request['governanceDecision']).outcome]);
        });
        return answers;
      };
      expect(await asked('file.read')).toEqual([['went on', 'ALLOW']]);
      const reason = "Agent lacks a capability covering action 'file_write' on the requested target.";
      expect(await asked('file.write')).toEqual([[403, { outcome: 'DENY', reason }]]);
    },
  },
  {
    item: 'LangChain tool wrapper: allowed',
    seed: 'def governed_tool(capability): … actor={"id": "langchain-agent", "type": "ai-agent"}, action={"capability": capability, "parameters": kwargs}',
    ours: "const query = aegis.governed('database.query')(async ({ sql }) => rows(sql))",
    via: 'client',
    async run(gateway) {
      await using aegis = aegisClientOf(gateway);
      await using admin = new AegisClient({ endpoint: gateway.url, apiKey: aegisKeyOf(gateway, 'adminKey') });
      const query = aegis.governed('database.query')(async ({ sql }: { sql: string }) => `rows of ${sql}`);
      expect(await query({ sql: 'SELECT 1' })).toBe('rows of SELECT 1');
      const [latest] = (await admin.decisions.list({ actorId: 'langchain-agent' })).decisions;
      const { request } = await admin.audit.trail(latest?.decisionId ?? '');
      expect(request).toMatchObject({
        actor: { id: 'langchain-agent', type: 'ai-agent' },
        action: { capability: 'database.query', parameters: { sql: 'SELECT 1' } },
      });
    },
  },
  {
    item: 'LangChain tool wrapper: denied',
    seed: 'raise PermissionError(f"Governance denied: {decision.reason}")',
    ours: 'throws AegisDeniedError // Governance denied: <reason>',
    via: 'client',
    async run(gateway) {
      await using aegis = aegisClientOf(gateway);
      const ran: unknown[] = [];
      const write = aegis.governed('file.write')(async (parameters: object) => ran.push(parameters));
      expect(await caught(write({ path: '/x' }))).toMatchObject({
        name: 'AegisDeniedError',
        message: expect.stringMatching(/^Governance denied: Agent lacks a capability/),
      });
      expect(ran).toEqual([]);
    },
  },
];
