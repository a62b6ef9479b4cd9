import { MeshGuardClient, type PolicyDecision } from '@sallyport/meshguard';
import { leafHash, meshguardFormula, noteVerifier, openCheckpoint, rootOf, verifyChain } from '@sallyport/verify';
import { expect } from 'vitest';
import type { TestGateway } from './gateway.js';
import { http } from './http.js';
import type { Acknowledged, Load, LoadOptions } from './load.js';
import { provenLog } from './log.js';

const PAY = 'write:payments';
const ACTIONS = ['read:contacts', 'write:email', 'delete:database', 'deploy:site', PAY, PAY];

const tokensOf = ({ credentials }: TestGateway) => {
  const { agentToken = '', approverToken = '', adminToken = '' } = credentials['meshguard'] ?? {};
  return { agent: agentToken, approver: approverToken, admin: adminToken };
};

/** Makes an agent whose token outlives the gateway's process. */
export async function meshAgent(gateway: TestGateway): Promise<string> {
  const options = { gatewayUrl: gateway.url, adminToken: tokensOf(gateway).admin };
  await using admin = new MeshGuardClient(options);
  return (await admin.createAgent({ name: 'load', tags: ['development'] })).token;
}

const ask = (agent: MeshGuardClient, action: string, call: string): Promise<PolicyDecision> =>
  agent.check(action, { context: { call }, traceId: call });

const resolve = ({ url, ...gateway }: TestGateway, approvalId: string, approved: boolean) =>
  http(url, {
    method: 'POST',
    path: `/admin/approvals/${approvalId}/resolve`,
    headers: { 'X-Admin-Token': tokensOf({ url, ...gateway }).approver },
    body: { verdict: approved ? 'approved' : 'rejected' },
  });

/** Keeps a gateway busy with calls that are allowed, denied, asked about, approved, refused and redeemed. */
export function makeMeshLoad(
  gateway: TestGateway,
  agentToken: string,
  { workers, random, label, onAcknowledged }: LoadOptions,
): Load {
  const acknowledged: Acknowledged = { decisions: [], resolutions: [], redeemed: [], unknown: [] };
  const agent = new MeshGuardClient({ gatewayUrl: gateway.url, agentToken, maxRetries: 0, timeoutMs: 20_000 });
  let total = 0;
  let stopped = false;
  const count = () => onAcknowledged?.(++total);
  const one = async (call: string) => {
    const action = ACTIONS[random.between(0, ACTIONS.length - 1)] ?? PAY;
    const { pending } = await ask(agent, action, call);
    acknowledged.decisions.push(call);
    count();
    if (pending === undefined || random.next() < 0.2) return;
    const approved = random.next() < 0.8;
    expect((await resolve(gateway, pending.id, approved)).status).toBe(200);
    acknowledged.resolutions.push({ approvalId: pending.id, approved });
    count();
    if (!approved || random.next() < 0.3) return;
    if ((await ask(agent, action, call)).allowed) acknowledged.redeemed.push(call);
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
  return {
    acknowledged,
    done: working.then(() => agent.close()),
    stop() {
      stopped = true;
    },
  };
}

async function provenLines(gateway: TestGateway, chain: string): Promise<readonly string[]> {
  const tokens = tokensOf(gateway);
  const log = provenLog({
    send: (method, path, call = {}) => http(gateway.url, { method, path, token: tokens.agent, ...call }),
    tokens,
    chain,
  });
  const lines = await log.lines();
  const { note, key } = await log.checkpoint();
  const { size, root } = openCheckpoint(note, [noteVerifier(key)], `sallyport/${chain}`);
  expect([chain, size]).toEqual([chain, lines.length]);
  expect(Buffer.from(rootOf(lines.map((line) => leafHash(line)))).equals(root)).toBe(true);
  const report = await verifyChain(lines, { formula: meshguardFormula, checkpoint: { size, root } });
  expect(report).toMatchObject({ ok: true });
  return lines;
}

/** Fails unless a gateway still has everything that was acknowledged before it went down, and can prove its logs. */
export async function expectMeshSurvival(gateway: TestGateway, all: readonly Acknowledged[]): Promise<void> {
  const entries = (await provenLines(gateway, 'meshguard')).map((line): { traceId: string } => JSON.parse(line));
  const known = new Set(entries.map(({ traceId }) => traceId));
  expect(all.flatMap(({ decisions }) => decisions).filter((call) => !known.has(call))).toEqual([]);

  const lines = await provenLines(gateway, 'meshguard-events');
  const events = lines.map((line): { type: string; subject: string } => JSON.parse(line));
  const subjectsOf = (type: string) => events.filter((event) => event.type === type).map(({ subject }) => subject);
  const words = { true: new Set(subjectsOf('approval.approved')), false: new Set(subjectsOf('approval.rejected')) };
  const resolutions = all.flatMap((acknowledged) => acknowledged.resolutions);
  expect(resolutions.filter(({ approvalId, approved }) => !words[`${approved}`].has(approvalId))).toEqual([]);

  const redemptions = subjectsOf('approval.consumed');
  expect(redemptions.length).toBe(new Set(redemptions).size);
  expect(redemptions.length).toBeGreaterThanOrEqual(all.flatMap(({ redeemed }) => redeemed).length);
}

/** Makes calls again, as their agent did before, and gives those that are allowed. */
export async function repeatMeshCalls(
  gateway: TestGateway,
  { token, calls }: { readonly token: string; readonly calls: readonly string[] },
): Promise<readonly string[]> {
  await using agent = new MeshGuardClient({ gatewayUrl: gateway.url, agentToken: token });
  const again = await Promise.all(calls.map(async (call) => ({ call, ...(await ask(agent, PAY, call)) })));
  return again.flatMap(({ allowed, call }) => (allowed ? [call] : []));
}

/** Says no to everything that waits still, so that load after load does not fill the queue. */
export async function answerMeshRest(gateway: TestGateway): Promise<void> {
  const headers = { 'X-Admin-Token': tokensOf(gateway).admin };
  const { body } = await http(gateway.url, { method: 'GET', path: '/admin/approvals?status=pending', headers });
  const waiting: unknown = body['approvals'];
  for (const { id } of Array.isArray(waiting) ? waiting : []) await resolve(gateway, String(id), false);
}
