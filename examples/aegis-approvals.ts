// Two ways to a yes: the user confirms on the spot, or an operator approves while the agent waits.
import { AegisClient, type Proposal } from '@sallyport/aegis';
import { createGateway } from '@sallyport/server';

const gateway = await createGateway({ dev: true });
const endpoint = await gateway.listen({ port: 0 });
const { apiKey = '', operatorKey = '' } = gateway.credentials['aegis'] ?? {};
const agent = new AegisClient({ endpoint, apiKey });
const operator = new AegisClient({ endpoint, apiKey: operatorKey });

const propose = (capability: string, parameters: Record<string, string>): Proposal => ({
  actor: { id: 'demo-agent', type: 'ai-agent' },
  action: { capability, parameters },
});

// REQUIRE_CONFIRMATION: show the decision to the user, and resubmit the same proposal.
const restart = propose('shell.exec', { command: 'systemctl restart web' });
const confirmed = await agent.proposeWithConfirmation(restart, ({ reason }) => {
  console.log('asks the user:', reason);
  return true;
});
console.log('the user said yes:', confirmed.outcome);

// A confirmation is for that proposal alone, and works once.
const asked = await agent.propose(restart);
const another: unknown = await agent
  .confirm(asked, propose('shell.exec', { command: 'systemctl stop web' }))
  .catch((error: unknown) => error);
console.log('for something else:', another instanceof Error ? another.name : another);

/** Answers whatever waits. */
async function answer(decision: 'approve' | 'deny'): Promise<void> {
  for await (const { escalationId } of operator.escalations.list()) {
    await operator.escalations.respond(escalationId, { decision, operatorId: 'alice' });
  }
}

// ESCALATE: wait for the operator, then resubmit.
for (const verdict of ['approve', 'deny'] as const) {
  const fetching = propose('network.fetch', { url: 'https://example.com/' });
  const decision = await agent.propose(fetching);
  const [escalation] = await Promise.all([agent.waitForEscalation(decision), answer(verdict)]);
  const isApproved = escalation.status === 'approved';
  const last = isApproved ? await agent.confirm(escalation, fetching) : decision;
  console.log(`alice's ${verdict}:`, escalation.status, last.outcome);
}

await agent.close();
await operator.close();
await gateway.close();
