import { writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { AuthenticationError, MeshGuardClient, type PolicyDecision, PolicyDeniedError } from '@sallyport/meshguard';
import type { TourGateway } from '../gateway.js';
import { stage } from '../stage.js';
import type { AddressBook } from '../upstream.js';
import type { Workspace } from '../workspace.js';

function show({ allowed, policy, rule, reason }: PolicyDecision): void {
  const by = `policy "${policy}", rule "${rule}"`;
  if (allowed) stage.allowed(`by ${by}`);
  else stage.blocked(`${reason} (${by})`);
}

/** Runs what policy refuses, and shows the error that comes of it. */
async function showRefusal(attempt: () => Promise<unknown>): Promise<void> {
  const error = await attempt().then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof PolicyDeniedError)) throw error ?? new Error('What policy refuses was done.');
  stage.blocked(`${error.name}: ${error.message}`);
}

async function decide(agent: MeshGuardClient, outbox: string): Promise<void> {
  for (const action of ['read:contacts', 'delete:contacts']) {
    stage.agent(`asks first: check("${action}")`);
    show(await agent.check(action));
  }
  stage.agent('asks with enforce("delete:contacts"), which throws what is refused');
  await showRefusal(() => agent.enforce('delete:contacts'));

  stage.agent('governs a block of code: await using decision = await client.govern("write:email")');
  {
    await using decision = await agent.govern('write:email');
    show(decision);
    await writeFile(outbox, 'Dear Ada, the release is out.\n');
    stage.output(`the block ran, and left a letter in ${basename(outbox)}`);
  }
}

async function goThrough(agent: MeshGuardClient, book: AddressBook): Promise<void> {
  stage.agent('gets /api/contacts, through the gateway');
  const response = await agent.get('/api/contacts', { action: 'read:contacts' });
  stage.allowed(`the address book behind the gateway answers ${response.status}`);
  stage.output(await response.text());

  stage.agent('deletes /api/contacts/1, through the gateway');
  await showRefusal(() => agent.delete('/api/contacts/1', { action: 'delete:contacts' }));
  stage.good(`all that has reached the address book: ${book.requests.join(', ')}`);
}

/** An agent comes, works, and is sent away: its token is worth nothing from that moment. */
async function comeAndGo(gatewayUrl: string, admin: MeshGuardClient): Promise<void> {
  stage.pause();
  stage.operator('creates an agent "intern", under the same policy');
  const { id, token } = await admin.createAgent({ name: 'intern', tags: ['development'] });
  await using intern = new MeshGuardClient({ gatewayUrl, agentToken: token });
  stage.agent('(intern) asks first: check("read:contacts")');
  show(await intern.check('read:contacts'));
  await admin.revokeAgent(id);
  stage.pause();
  stage.operator('revokes the intern');
  stage.agent('(intern) asks the same again');
  const error: unknown = await intern.check('read:contacts').catch((thrown: unknown) => thrown);
  if (!(error instanceof AuthenticationError)) throw error;
  stage.blocked(`${error.name}: ${error.message}`);
}

/** Agents with tokens of their own, and a service that they reach through the gateway only. */
export async function meshguardStop(gateway: TourGateway, { home }: Workspace, book: AddressBook): Promise<void> {
  const { url, credentials } = gateway;
  const { agentToken = '', adminToken = '' } = credentials['meshguard'] ?? {};
  stage.title('MeshGuard: agents, and the service that they use');
  stage.say('The policy: agents may read, and write e-mail; they may delete nothing.');
  await using agent = new MeshGuardClient({ gatewayUrl: url, agentToken });
  await using admin = new MeshGuardClient({ gatewayUrl: url, adminToken });
  await decide(agent, join(home, 'outbox.txt'));
  await goThrough(agent, book);
  await comeAndGo(url, admin);
}
