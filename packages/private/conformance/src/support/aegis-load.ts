import { aegisFormula, leafHash, noteVerifier, openCheckpoint, rootOf, verifyChain } from '@sallyport/verify';
import { expect } from 'vitest';
import { bodyOf } from './aegis.js';
import { issue } from './credentials.js';
import type { TestGateway } from './gateway.js';
import { http } from './http.js';
import type { Acknowledged, Load, LoadOptions } from './load.js';
import { provenLog } from './log.js';

const ASKED = 'shell.exec';
const CAPABILITIES = ['file.read', 'network.fetch', 'nobody.knows', ASKED, ASKED];

const adminOf = ({ credentials }: TestGateway): string => credentials['aegis']?.['adminKey'] ?? '';

/** Makes a key that outlives the gateway's process. */
export async function aegisAgent(gateway: TestGateway): Promise<string> {
  const admin = { url: gateway.url, adminToken: adminOf(gateway) };
  return (await issue(admin, { dialect: 'aegis' })).token;
}

interface Proposed {
  readonly id: string;
  readonly outcome: string;
  /** Empty where nobody has to confirm. */
  readonly confirmation: string;
}

/** Proposes for an actor of its own, since each actor may do little within a minute. */
async function propose(
  { url }: TestGateway,
  token: string,
  [actor, capability, confirmation = '']: readonly [actor: string, capability: string, confirmation?: string],
): Promise<Proposed> {
  const { body } = await http(url, {
    method: 'POST',
    path: '/api/v1/governance/propose',
    token,
    body: bodyOf(capability, {
      actor: { id: actor, type: 'ai-agent' },
      ...(confirmation !== '' && { confirmation_token: confirmation }),
    }),
  });
  const given: unknown = Reflect.get(Object(body['constraints']), 'confirmation_token');
  return {
    id: String(body['decision_id'] ?? ''),
    outcome: String(body['outcome'] ?? body['error_code']),
    confirmation: typeof given === 'string' ? given : '',
  };
}

async function grant(gateway: TestGateway, actor: string, capability: string): Promise<void> {
  const path = `/api/v1/actors/${actor}/grants`;
  const made = await http(gateway.url, { method: 'POST', path, token: adminOf(gateway), body: { capability } });
  expect(made.status).toBe(201);
}

/** Keeps a gateway busy with proposals that are allowed, denied, escalated, and confirmed. */
export function makeAegisLoad(
  gateway: TestGateway,
  token: string,
  { workers, random, label, onAcknowledged }: LoadOptions,
): Load {
  const acknowledged: Acknowledged = { decisions: [], resolutions: [], redeemed: [], unknown: [] };
  let total = 0;
  let stopped = false;
  const ask = async (...proposal: readonly [string, string, string?]) => {
    const proposed = await propose(gateway, token, proposal);
    expect(proposed.id, proposed.outcome).not.toBe('');
    acknowledged.decisions.push(proposed.id);
    onAcknowledged?.(++total);
    return proposed;
  };
  const work = async (worker: number) => {
    for (let round = 0; !stopped; round += 1) {
      const actor = `${label}-${worker}-${round}`;
      const capability = CAPABILITIES[random.between(0, CAPABILITIES.length - 1)] ?? ASKED;
      let call = actor;
      try {
        if (random.next() < 0.8 && capability !== 'nobody.knows') await grant(gateway, actor, capability);
        const { confirmation } = await ask(actor, capability);
        if (confirmation === '' || random.next() < 0.2) continue;
        call = `${actor} ${confirmation}`;
        const { outcome } = await ask(actor, capability, confirmation);
        if (outcome === 'ALLOW') acknowledged.redeemed.push(call);
      } catch (error) {
        acknowledged.unknown.push({ toolCallId: call, error });
        return;
      }
    }
  };
  const working = Promise.all(Array.from({ length: workers }, (_, worker) => work(worker)));
  return {
    acknowledged,
    done: working.then(() => undefined),
    stop() {
      stopped = true;
    },
  };
}

/** Fails unless a gateway still has every decision that was acknowledged before it went down, and can prove its log. */
export async function expectAegisSurvival(gateway: TestGateway, all: readonly Acknowledged[]): Promise<void> {
  const { apiKey = '', operatorKey = '', adminKey = '' } = gateway.credentials['aegis'] ?? {};
  const log = provenLog({
    send: (method, path, call = {}) => http(gateway.url, { method, path, token: apiKey, ...call }),
    tokens: { agent: apiKey, approver: operatorKey, admin: adminKey },
    chain: 'aegis',
  });
  const lines = await log.lines();
  const { note, key } = await log.checkpoint();
  const { size, root } = openCheckpoint(note, [noteVerifier(key)], 'sallyport/aegis');
  expect(size).toBe(lines.length);
  expect(Buffer.from(rootOf(lines.map((line) => leafHash(line)))).equals(root)).toBe(true);
  expect(await verifyChain(lines, { formula: aegisFormula, checkpoint: { size, root } })).toMatchObject({ ok: true });

  const entries = lines.map((line): { decision_id: string | null; event_type: string; actor_id: string } =>
    JSON.parse(line),
  );
  const known = new Set(entries.map(({ decision_id }) => decision_id));
  expect(all.flatMap(({ decisions }) => decisions).filter((id) => !known.has(id))).toEqual([]);
}

/** Resubmits proposals with the tokens that confirmed them, and gives those that are allowed. */
export async function repeatAegisCalls(
  gateway: TestGateway,
  { token, calls }: { readonly token: string; readonly calls: readonly string[] },
): Promise<readonly string[]> {
  const again = await Promise.all(
    calls.map(async (call) => {
      const [actor = '', confirmation] = call.split(' ');
      if (confirmation === undefined) return [];
      const { outcome } = await propose(gateway, token, [actor, ASKED, confirmation]);
      return outcome === 'ALLOW' ? [call] : [];
    }),
  );
  return again.flat();
}

/** Denies everything that waits still, so that load after load does not fill the queue. */
export async function denyAegisRest({ url, ...gateway }: TestGateway): Promise<void> {
  const token = adminOf({ url, ...gateway });
  const path = '/sallyport/v1/approvals';
  const { body } = await http(url, { method: 'GET', path: `${path}?dialect=aegis&status=pending`, token });
  const waiting: unknown = body['approvals'];
  for (const { id } of Array.isArray(waiting) ? waiting : []) {
    await http(url, { method: 'POST', path: `${path}/${String(id)}/resolve`, token, body: { approved: false } });
  }
}
