import { setTimeout as sleep } from 'node:timers/promises';
import { RampartClient, type SafeExecResult } from '@sallyport/rampart';
import { RampartClientSync } from '@sallyport/rampart/sync';
import type { TourGateway } from '../gateway.js';
import { stage } from '../stage.js';
import type { Workspace } from '../workspace.js';

/** What the tour's agent wants to do, in this order. Nothing here does harm, even under a policy that allows it. */
const plan = [
  { wants: 'look around', command: 'ls' },
  { wants: 'read its notes', command: 'cat notes.txt' },
  { wants: 'make room', command: 'rm -rf ./cache' },
  { wants: 'print its settings, a key among them', command: 'node show-settings.mjs' },
  { wants: 'publish the release', command: 'node publish.mjs' },
] as const;

/** The protocol's wording for a call that no rule speaks of. */
const UNMATCHED = /^project policy cannot weaken global default (\w+)$/;

/** What a refusal means, and where its reasons can be read. */
function refuse(reason: string, command: string): void {
  stage.blocked(reason);
  const fallback = UNMATCHED.exec(reason)?.[1];
  if (fallback !== undefined) stage.output(`that is: no rule matched, and default_action is ${fallback}`);
  // A gateway suggests commands of Rampart's own tool, which need not be there; ours tells the same, and why.
  stage.output(`what would allow it: sallyport explain exec '${command}'`);
}

function show(result: SafeExecResult, command: string): void {
  if (result.blocked) {
    refuse(result.reason, command);
    return;
  }
  stage.allowed(result.redacted ? 'it ran; the gateway withheld what it printed' : 'it ran');
  stage.output(result.output || result.stderr || '(no output)');
}

/** A second client with a human's credential: sees the question, and says yes. */
async function approveNext(operator: RampartClient, done: AbortSignal): Promise<void> {
  while (!done.aborted) {
    const { approvals } = await operator.approvals.list();
    for (const { id, agent, command, message } of approvals) {
      stage.operator(`${agent} wants to run "${command}" (${message})`);
      await operator.approvals.resolve(id, { approved: true, resolvedBy: 'alice' });
      stage.operator(`approved ${id}`);
    }
    if (approvals.length > 0) return;
    await sleep(50);
  }
}

/** Asks first, so that the wait for a human can be shown; then runs it, waiting where a human is needed. */
async function carryOut(agent: RampartClient, operator: RampartClient, command: string, cwd: string): Promise<void> {
  const { decision } = await agent.preflightExec(command);
  if (decision !== 'ask') return show(await agent.safeExec(command, { cwd }), command);
  stage.waiting('a human has to agree');
  const done = new AbortController();
  const answered = approveNext(operator, done.signal);
  try {
    show(await agent.safeExec(command, { cwd, onPending: 'wait', maxWaitMs: 30_000 }), command);
  } finally {
    done.abort();
    await answered;
  }
}

function askBlocking(url: string, token: string): void {
  const command = 'sudo systemctl restart web';
  stage.agent(`asks once more, from code that cannot await: "${command}"`);
  const blocking = new RampartClientSync({ url, token, agent: 'tour' });
  const { allowed, decision, message } = blocking.preflight('exec', { command });
  blocking.close();
  if (decision === 'ask') stage.waiting(`a human would have to agree: ${message}`);
  else if (allowed) stage.allowed(message);
  else refuse(message, command);
}

/** A governed agent: what it may do happens, what it may not does not, and what needs a human waits for one. */
export async function rampartStop(gateway: TourGateway, workspace: Workspace, policy: string): Promise<void> {
  const { token = '', approverToken = '' } = gateway.credentials['rampart'] ?? {};
  stage.title('Rampart: an agent with a shell');
  stage.say(`The policy: ${policy}.`);
  await using agent = new RampartClient({ url: gateway.url, token, agent: 'tour', session: 'release' });
  await using operator = new RampartClient({ url: gateway.url, token: approverToken });
  for (const { wants, command } of plan) {
    stage.agent(`wants to ${wants}: ${command}`);
    await carryOut(agent, operator, command, workspace.home);
  }
  askBlocking(gateway.url, token);
}
