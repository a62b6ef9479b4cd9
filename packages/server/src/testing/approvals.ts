import type { Approval } from '../approvals/approval.js';
import type { ApprovalHooks } from '../approvals/desk.js';
import type { RunningEngine } from '../engine/create.js';
import { TEST_START } from './engines.js';
import { TEST_CHAIN, testRecord } from './records.js';

/** How long approvals of tests are pending, in milliseconds. */
export const TEST_EXPIRY = 120_000;

/** An approval that was just asked for. */
export function testApproval(id: string, more: Partial<Approval> = {}): Approval {
  return {
    id,
    dialect: 'test',
    tenant: 'default',
    status: 'pending',
    joinKey: id,
    digest: 'd1'.repeat(32),
    owner: 'credential-0123456789ab',
    agent: 'my-agent',
    session: 's1',
    runId: 'run-1',
    callId: 'call-1',
    tool: 'exec',
    summary: 'sudo reboot',
    message: 'Needs a human',
    call: { command: 'sudo reboot', list: [1, null, 'ü'] },
    policyRevision: 'rev-1',
    link: id,
    createdAt: TEST_START,
    expiresAt: TEST_START + TEST_EXPIRY,
    extra: { scope: 'once' },
    ...more,
  };
}

/** One record for each step: `<id>:<to>`, with who took it as the actor. */
export const testHooks: ApprovalHooks = {
  chains: [TEST_CHAIN],
  records: (approval, { to, by, at }) => [
    testRecord(`${approval.id}:${to}`, { verdict: to, actor: by, at, link: approval.link }),
  ],
};

/** Puts an approval into the store, as a dialect's unit does. */
export const openApproval = (engine: RunningEngine, approval: Approval): Promise<Approval> =>
  engine.lane.run({
    chains: [TEST_CHAIN],
    load: [],
    decide: () => {
      const { approval: opened, ...step } = engine.approvals.open(approval);
      return { ...step, answer: opened };
    },
  });

/** Uses an approval up, as the unit does that redeems it. */
export const consumeApproval = (engine: RunningEngine, id: string): Promise<Approval> =>
  engine.lane.run({
    chains: [TEST_CHAIN],
    load: [engine.approvals.byId(id)],
    decide: ([rows], { now }) => {
      const [row] = rows ?? [];
      if (row === undefined) throw new Error(`No approval ${id}.`);
      const { approval, ...step } = engine.approvals.step(engine.approvals.read(row), 'consumed', {
        at: now,
        by: 'agent',
      });
      return { ...step, answer: approval };
    },
  });
