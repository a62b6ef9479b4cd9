import { RampartClient } from '@sallyport/rampart';
import { leafHash, noteVerifier, openCheckpoint, rampartFormula, rootOf, verifyChain } from '@sallyport/verify';
import { expect } from 'vitest';
import type { TestGateway } from './gateway.js';
import { http } from './http.js';
import { type Acknowledged, SUDO } from './load.js';
import { provenLog } from './log.js';

interface Event {
  readonly id: string;
  readonly tool_call_id?: string;
  readonly request: { readonly action?: string };
  readonly decision: { readonly action: string; readonly message?: string };
}

const REDEEMED = 'approved once via Rampart approval';

/** Fails unless a gateway still has everything that was acknowledged before it went down, and can prove its log. */
export async function expectSurvival(gateway: TestGateway, all: readonly Acknowledged[]): Promise<void> {
  const send = (method: 'GET' | 'POST' | 'DELETE' | 'HEAD', path: string, call = {}) =>
    http(gateway.url, { method, path, token: gateway.token, ...call });
  const tokens = { agent: gateway.token, approver: gateway.approverToken, admin: gateway.adminToken };
  const log = provenLog({ send, tokens });
  const lines = await log.lines();
  const { note, key } = await log.checkpoint();
  const { size, root } = openCheckpoint(note, [noteVerifier(key)], 'sallyport/rampart');
  expect(size).toBe(lines.length);
  expect(Buffer.from(rootOf(lines.map((line) => leafHash(line)))).equals(root)).toBe(true);
  expect(await verifyChain(lines, { formula: rampartFormula, checkpoint: { size, root } })).toMatchObject({ ok: true });

  const events = lines.map((line): Event => JSON.parse(line));
  const ids = new Set(events.map(({ id }) => id));
  const decisions = all.flatMap((acknowledged) => acknowledged.decisions);
  expect(decisions.filter((id) => !ids.has(id))).toEqual([]);

  const resolved = events.filter(({ request }) => request.action === 'approval_resolved');
  const words = new Map(resolved.map(({ id, decision }) => [id, decision.action]));
  const resolutions = all.flatMap((acknowledged) => acknowledged.resolutions);
  const word = (approved: boolean) => (approved ? 'approved' : 'denied');
  expect(resolutions.filter(({ approvalId, approved }) => words.get(approvalId) !== word(approved))).toEqual([]);

  const redemptions = events.flatMap(({ decision, tool_call_id: id }) => (decision.message === REDEEMED ? [id] : []));
  expect(redemptions.filter((id, index) => redemptions.indexOf(id) !== index)).toEqual([]);
}

/** Makes calls again, as their agent did before, and gives those that are allowed. */
export async function repeatCalls(
  gateway: TestGateway,
  { token, label, calls }: { readonly token: string; readonly label: string; readonly calls: readonly string[] },
): Promise<readonly string[]> {
  const agent = new RampartClient({ url: gateway.url, token, agent: 'load', session: label, runId: label });
  const again = await Promise.all(calls.map((toolCallId) => agent.exec(SUDO, { toolCallId })));
  await agent.close();
  return again.flatMap(({ allowed, toolCallId }) => (allowed ? [toolCallId] : []));
}
