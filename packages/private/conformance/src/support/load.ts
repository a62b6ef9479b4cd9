import { RampartClient } from '@sallyport/rampart';
import type { TestGateway } from './gateway.js';
import type { Random } from './random.js';

/** What a gateway has acknowledged: it must never forget any of it. */
export interface Acknowledged {
  /** Audit ids of decisions. */
  readonly decisions: string[];
  /** Approvals and what was answered to them. */
  readonly resolutions: { readonly approvalId: string; readonly approved: boolean }[];
  /** Call ids of calls that were allowed because a human had approved them. */
  readonly redeemed: string[];
  /** Calls that were neither answered nor refused before a connection broke: they may have taken effect, or not. */
  readonly unknown: { readonly toolCallId: string; readonly error: unknown }[];
}

/** How to make load. */
export interface LoadOptions {
  readonly workers: number;
  readonly random: Random;
  /** Tells calls of different loads apart. */
  readonly label: string;
  /** Called at every acknowledgement. */
  readonly onAcknowledged?: (total: number) => void;
}

/** Load on a gateway, until it goes away. */
export interface Load {
  readonly acknowledged: Acknowledged;
  /** Resolves when no worker has anything left to do. */
  readonly done: Promise<void>;
  /** Lets every worker finish the call that it is at. */
  stop(): void;
}

export const SUDO = 'sudo id';
const COMMANDS = ['git status', 'ls -la', 'rm -rf /', 'printenv', SUDO, SUDO];

/** Keeps a gateway busy with calls that are allowed, denied, asked about, approved, refused and redeemed. */
export function makeLoad(gateway: TestGateway, { workers, random, label, onAcknowledged }: LoadOptions): Load {
  const acknowledged: Acknowledged = { decisions: [], resolutions: [], redeemed: [], unknown: [] };
  const limits = { url: gateway.url, maxRetries: 0, timeoutMs: 20_000 };
  const agent = new RampartClient({ ...limits, token: gateway.token, agent: 'load', session: label, runId: label });
  const human = new RampartClient({ ...limits, token: gateway.approverToken });
  let total = 0;
  let stopped = false;
  const count = () => onAcknowledged?.(++total);

  const ask = async (command: string, toolCallId: string) => {
    const decision = await agent.exec(command, { toolCallId });
    acknowledged.decisions.push(decision.auditId ?? 'a decision without an audit id');
    count();
    return decision;
  };
  const one = async (toolCallId: string) => {
    const command = COMMANDS[random.between(0, COMMANDS.length - 1)] ?? SUDO;
    const { approvalId } = await ask(command, toolCallId);
    if (approvalId === undefined || random.next() < 0.2) return;
    const approved = random.next() < 0.8;
    await human.approvals.resolve(approvalId, { approved });
    acknowledged.resolutions.push({ approvalId, approved });
    count();
    if (!approved || random.next() < 0.3) return;
    const { allowed } = await ask(command, toolCallId);
    if (allowed) acknowledged.redeemed.push(toolCallId);
  };
  const work = async (worker: number) => {
    for (let round = 0; !stopped; round += 1) {
      const toolCallId = `${label}-${worker}-${round}`;
      try {
        await one(toolCallId);
      } catch (error) {
        acknowledged.unknown.push({ toolCallId, error });
        return;
      }
    }
  };
  const working = Promise.all(Array.from({ length: workers }, (_, worker) => work(worker)));
  const done = working.then(async () => {
    await agent.close();
    await human.close();
  });
  return {
    acknowledged,
    done,
    stop() {
      stopped = true;
    },
  };
}

/** Says no to everything that waits still, so that load after load does not fill the queue. */
export async function answerRest({ url, approverToken: token }: TestGateway): Promise<void> {
  await using human = new RampartClient({ url, token });
  const { approvals } = await human.approvals.list();
  for (const { id } of approvals) await human.approvals.resolve(id, { approved: false });
}
