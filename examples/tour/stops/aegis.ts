import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { AegisClient, type Decision, type Proposal } from '@sallyport/aegis';
import type { TourGateway } from '../gateway.js';
import { stage } from '../stage.js';
import type { AddressBook } from '../upstream.js';
import type { Workspace } from '../workspace.js';

/** Something that the agent proposes, and does when it may. */
interface Wish {
  readonly capability: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly run: () => Promise<string>;
}

/** One wish for each of the four outcomes. */
function wishes(home: string, bookUrl: string): readonly Wish[] {
  const notes = join(home, 'notes.txt');
  return [
    { capability: 'file.read', parameters: { path: 'notes.txt' }, run: () => readFile(notes, 'utf8') },
    {
      capability: 'file.write',
      parameters: { path: 'notes.txt', content: 'Ship it now.' },
      run: () => writeFile(notes, 'Ship it now.\n').then(() => 'written'),
    },
    {
      capability: 'shell.exec',
      parameters: { command: 'node publish.mjs' },
      run: async () => (await promisify(execFile)(process.execPath, ['publish.mjs'], { cwd: home })).stdout,
    },
    {
      capability: 'network.fetch',
      parameters: { url: `${bookUrl}/api/contacts` },
      run: async () => (await fetch(`${bookUrl}/api/contacts`)).text(),
    },
  ];
}

/** A second client with an operator's key: sees what waits, and approves it. */
async function approve(operator: AegisClient): Promise<void> {
  for await (const { escalationId, request } of operator.escalations.list()) {
    stage.operator(`sees ${JSON.stringify(request['action'])}`);
    await operator.escalations.respond(escalationId, { decision: 'approve', operatorId: 'alice' });
    stage.operator(`approves ${escalationId}`);
  }
}

/** Does what an outcome asks for, and resubmits the proposal: the gateway has the last word. */
async function settle(agent: AegisClient, operator: AegisClient, decision: Decision, proposal: Proposal) {
  switch (decision.outcome) {
    case 'REQUIRE_CONFIRMATION':
      stage.waiting(`${decision.outcome}: ${decision.reason}`);
      stage.user('yes, go ahead');
      return agent.confirm(decision, proposal);
    case 'ESCALATE': {
      stage.waiting(`${decision.outcome}: ${decision.reason}`);
      const [escalation] = await Promise.all([agent.waitForEscalation(decision), approve(operator)]);
      return agent.confirm(escalation, proposal);
    }
    default:
      return decision;
  }
}

async function carryOut(agent: AegisClient, operator: AegisClient, wish: Wish): Promise<void> {
  const { capability, parameters, run } = wish;
  stage.agent(`proposes ${capability} ${JSON.stringify(parameters)}`);
  const proposal: Proposal = { actor: { id: 'demo-agent', type: 'ai-agent' }, action: { capability, parameters } };
  const decision = await settle(agent, operator, await agent.propose(proposal), proposal);
  const { outcome, reason, riskScore } = decision;
  if (outcome !== 'ALLOW') {
    stage.blocked(`${outcome}: ${reason}`);
    return;
  }
  const [why = ''] = reason.split('. ');
  stage.allowed(`${outcome} (risk ${riskScore} of 1): ${why}`);
  stage.output(await run());
  await agent.reportExecution(decision, { status: 'completed' });
}

/** Every action is proposed first, and the answer is one of four. */
export async function aegisStop(gateway: TourGateway, { home }: Workspace, book: AddressBook): Promise<void> {
  const { apiKey = '', operatorKey = '' } = gateway.credentials['aegis'] ?? {};
  stage.title('AEGIS: proposals, and their four outcomes');
  stage.say('The policies: files may be read; commands need the user, and the network an operator.');
  await using agent = new AegisClient({ endpoint: gateway.url, apiKey });
  await using operator = new AegisClient({ endpoint: gateway.url, apiKey: operatorKey });
  for (const wish of wishes(home, book.url)) await carryOut(agent, operator, wish);
}
