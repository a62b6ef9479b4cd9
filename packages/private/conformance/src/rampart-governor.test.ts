import type { Governor, PendingDecision } from '@sallyport/core';
import { type GovernorHarness, testGovernor } from '@sallyport/core/testing';
import { RampartClient } from '@sallyport/rampart';
import { createGateway } from '@sallyport/server';
import { describe, it } from 'vitest';

const SECRET = `AKIA${'X'.repeat(16)}`;

/** The client's governor against the real server, its humans and its clock. */
async function harness(): Promise<GovernorHarness> {
  const gateway = await createGateway({ dev: true, store: 'memory', log: quiet });
  const url = await gateway.listen({ port: 0 });
  const { token = '', approverToken = '', adminToken = '' } = gateway.credentials['rampart'] ?? {};
  const rampart = new RampartClient({ url, token, maxRetries: 0, timeoutMs: 1_000 });
  const operator = new RampartClient({ url, token: approverToken });
  const dev = async (path: string, body: object) => {
    const answer = await gateway.inject({
      method: 'POST',
      url: `/__sallyport/${path}`,
      headers: { authorization: `Bearer ${adminToken}` },
      payload: body,
    });
    if (answer.statusCode !== 200) throw new Error(`/__sallyport/${path}: ${answer.body}`);
  };
  const resolve = async ({ approvalId }: PendingDecision, approved: boolean) => {
    await operator.approvals.resolve(approvalId, { approved, resolvedBy: 'suite' });
  };
  const faults: Readonly<Record<string, object>> = {
    down: { effect: 'reset' },
    slow: { effect: 'stall' },
    'unknown-verdict': { effect: 'status', status: 403, body: { decision: 'perhaps', message: '', allowed: false } },
  };
  return {
    governor: rampart.asGovernor(),
    actions: {
      allow: { tool: 'exec', input: { command: 'git status' } },
      deny: { tool: 'exec', input: { command: 'rm -rf /' } },
      pending: { tool: 'exec', input: { command: 'sudo id' } },
    },
    leak: { output: `key=${SECRET}`, secret: SECRET },
    approve: (pending) => resolve(pending, true),
    reject: (pending) => resolve(pending, false),
    expire: () => dev('clock', { advanceMs: 600_000 }),
    async broken(fault): Promise<Governor> {
      await dev('faults', { faults: [faults[fault]] });
      return rampart.asGovernor();
    },
    async close() {
      await dev('faults', { faults: [] });
      await rampart.close();
      await operator.close();
      await gateway.close();
    },
  };
}

const nothing = () => {};
const quiet = { debug: nothing, info: nothing, warn: nothing, error: nothing };

testGovernor(harness, { describe, it });
