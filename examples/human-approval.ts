// A call that needs a human: the agent waits, somebody answers, and only then does it run.
import { ApprovalRejectedError, govern } from '@sallyport/core';
import { RampartClient } from '@sallyport/rampart';
import { createGateway } from '@sallyport/server';

const gateway = await createGateway({ dev: true });
const url = await gateway.listen({ port: 0 });
const { token = '', approverToken = '' } = gateway.credentials['rampart'] ?? {};
const agent = new RampartClient({ url, token, agent: 'example' });
const human = new RampartClient({ url, token: approverToken });

/** Answers whatever is asked next. */
async function answer(approved: boolean): Promise<void> {
  for (;;) {
    const { approvals } = await human.approvals.list();
    const [next] = approvals;
    if (next) return void (await human.approvals.resolve(next.id, { approved, resolvedBy: 'alice' }));
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const action = { tool: 'exec', input: { command: 'sudo systemctl restart web' } };
const run = () => 'restarted';

const [{ output }] = await Promise.all([govern(agent.asGovernor(), action, run), answer(true)]);
console.log('alice said yes:', output);

const [refusal] = await Promise.all([
  govern(agent.asGovernor(), action, run).catch((error: unknown) => error),
  answer(false),
]);
if (!(refusal instanceof ApprovalRejectedError)) throw refusal;
console.log('alice said no:', refusal.message);

await agent.close();
await human.close();
await gateway.close();
