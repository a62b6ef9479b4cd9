import type { Governor, PendingDecision } from '@sallyport/core';
import { type GovernorHarness, testGovernor } from '@sallyport/core/testing';
import { describe, expect, it } from 'vitest';
import { startMesh } from './support/mesh.js';

/** The client's governor against the real server, its humans and its clock. */
async function harness(): Promise<GovernorHarness> {
  const mesh = await startMesh({ clients: { maxRetries: 0, timeoutMs: 1_000 } });
  const resolve = async ({ approvalId }: PendingDecision, verdict: 'approved' | 'rejected') => {
    expect(await mesh.resolve(approvalId, verdict)).toMatchObject({ status: 200, body: { status: verdict } });
  };
  const faults: Readonly<Record<string, object>> = {
    down: { effect: 'reset' },
    slow: { effect: 'stall' },
    'unknown-verdict': { effect: 'status', status: 403, body: { decision: 'perhaps', message: '', allowed: false } },
  };
  return {
    governor: mesh.agent.asGovernor(),
    actions: {
      allow: { tool: 'contacts', operation: 'read', input: { id: 17 } },
      deny: { tool: 'contacts', operation: 'delete', input: { id: 17 } },
      pending: { tool: 'payments', operation: 'write', input: { amount: 120 } },
    },
    approve: (pending) => resolve(pending, 'approved'),
    reject: (pending) => resolve(pending, 'rejected'),
    expire: async () => {
      await mesh.dev('clock', { advanceMs: 3_600_000 });
    },
    async broken(fault): Promise<Governor> {
      await mesh.dev('faults', { faults: [faults[fault]] });
      return mesh.agent.asGovernor();
    },
    async close() {
      await mesh.dev('faults', { faults: [] });
      await mesh.close();
    },
  };
}

testGovernor(harness, { describe, it });
