import { randomBytes } from 'node:crypto';
import { ConfigurationError } from '@sallyport/core';
import { devToken } from '../../engine/dev-token.js';
import type { Engine } from '../../engine/engine.js';
import type { Agent } from './agents/agent.js';
import { putAgent } from './agents/agent.js';
import { DEFAULT_ORG } from './audit/records.js';
import { EVERY_ORG } from './identity/admin-auth.js';
import type { NewToken } from './identity/tokens.js';
import { BUMP_REVISION, putPolicy } from './policies/policy-store.js';
import { readDocument } from './policy/document.js';
import type { PolicyDocument } from './policy/model.js';
import type { MeshGuard } from './runtime.js';

/** Demo credentials of a development gateway, in clear. */
export interface DevCredentials {
  /** An agent's: may check, enforce and send requests through the proxy. */
  readonly agentToken: string;
  /** A human's: may read and resolve approvals, and nothing else. */
  readonly approverToken: string;
  /** May do everything but act as an agent. */
  readonly adminToken: string;
}

const TOKEN_BYTES = 24;
/** A development gateway that is left running for days must not lock its own agent out. */
const DEMO_LIFETIME_MS = 365 * 24 * 60 * 60 * 1000;
const ADMIN_TOKEN_BYTES = 32;
const DEMO_AGENT = 'agent_demo';
/** The agent that the documentation's own snippets change and revoke. */
const DOCUMENTED_AGENT = 'agent_abc123';
const AGENT_NOTE = 'development agent';
const APPROVER_NOTE = 'development approver';
const DEMO_NOTES: ReadonlySet<string | undefined> = new Set([AGENT_NOTE, APPROVER_NOTE]);

const DEMO_POLICY = {
  name: 'development',
  version: '1',
  description: 'What the demo agent of a development gateway may do.',
  appliesTo: { tags: ['development'] },
  rules: [
    { name: 'no-deletes', effect: 'deny', actions: ['delete:*'], reason: 'Deleting is not allowed' },
    { name: 'payments', effect: 'require_approval', actions: ['write:payments'], reason: 'Payments need a human' },
    { name: 'reads', effect: 'allow', actions: ['read:*'] },
    { name: 'writes', effect: 'allow', actions: ['write:email', 'write:records'] },
  ],
  defaultEffect: 'deny',
};

/** Never from a seed: whoever knows the seed would know every secret. */
const draw = (bytes: number): string => randomBytes(bytes).toString('hex');

/**
 * Draws the tokens, once for each process: they stay the same however often the store is reset. The people's are drawn once
 * for each store; an agent's carries the time at which it ends, and is signed anew.
 */
export async function drawDevCredentials(
  mesh: Pick<MeshGuard, 'engine' | 'tokens' | 'settings'>,
): Promise<DevCredentials> {
  const { engine, tokens, settings } = mesh;
  const now = engine.clock.now();
  const claims: NewToken = {
    agentId: DEMO_AGENT,
    name: 'demo-agent',
    tier: 'verified',
    tags: ['development'],
    orgId: DEFAULT_ORG,
    tokenId: draw(TOKEN_BYTES),
    issuedAt: now,
    expiresAt: now + DEMO_LIFETIME_MS,
  };
  return {
    agentToken: await tokens.sign(claims),
    approverToken: `meshguard_${await devToken(engine, 'meshguard-approver', TOKEN_BYTES)}`,
    adminToken: settings.adminToken ?? (await devToken(engine, 'meshguard-admin', ADMIN_TOKEN_BYTES)),
  };
}

/** Puts the demo data into the store: two agents, what they may do, and whoever watches them. */
export async function seedDemo(
  mesh: MeshGuard,
  { agentToken, approverToken, adminToken }: DevCredentials,
): Promise<void> {
  const { engine, policies } = mesh;
  const { credentials, clock, lane } = engine;
  const shared = { dialect: 'meshguard', tenant: DEFAULT_ORG } as const;
  const [agent, approver] = await Promise.all([
    credentials.create({ ...shared, roles: ['agent'], subject: DEMO_AGENT, note: AGENT_NOTE, token: agentToken }),
    credentials.create({
      ...shared,
      tenant: EVERY_ORG,
      roles: ['approver'],
      note: APPROVER_NOTE,
      token: approverToken,
    }),
    useAdminToken(engine, adminToken),
  ]);
  await revokeDemo(engine, new Set([agent.credential.id, approver.credential.id]));
  const documented = demoAgent(DOCUMENTED_AGENT, 'documented-agent', 'none', clock.now());
  const demo = demoAgent(DEMO_AGENT, 'demo-agent', agent.credential.id, clock.now());
  await lane.run({
    chains: [],
    load: [],
    decide: (_facts, { now }) => ({
      writes: [putAgent(demo), putAgent(documented), putPolicy(DEFAULT_ORG, demoPolicy(), now), BUMP_REVISION],
      answer: undefined,
    }),
  });
  await policies.load();
}

function demoAgent(id: string, name: string, credential: string, createdAt: number): Agent {
  return {
    id,
    orgId: DEFAULT_ORG,
    name,
    trustTier: 'verified',
    tags: ['development'],
    metadata: {},
    capabilities: [],
    status: 'active',
    credential,
    hold: '',
    createdAt,
  };
}

function demoPolicy(): PolicyDocument {
  const { document } = readDocument(DEMO_POLICY);
  if (document === undefined) throw new TypeError('The demo policy is invalid.');
  return document;
}

/** Ends the demo credentials of earlier starts on the same store, which are in somebody's terminal still. */
async function revokeDemo({ credentials }: Pick<Engine, 'credentials'>, kept: ReadonlySet<string>): Promise<void> {
  const stale = (await credentials.list('meshguard')).filter(
    ({ id, note, revokedAt }) => DEMO_NOTES.has(note) && revokedAt === undefined && !kept.has(id),
  );
  await Promise.all(stale.map(({ id }) => credentials.revoke(id)));
}

/**
 * Sees to it that somebody can administer the gateway: with the configured token, the one of an earlier start, or a
 * new one, which is returned because nobody else knows it.
 */
export async function ensureAdmin({
  engine,
  settings,
}: Pick<MeshGuard, 'engine' | 'settings'>): Promise<{ readonly adminToken: string } | undefined> {
  await revokeDemo(engine, new Set());
  if (settings.adminToken !== undefined) {
    await useAdminToken(engine, settings.adminToken);
    return undefined;
  }
  const known = await engine.credentials.list('meshguard');
  const isAdmin = known.some(
    ({ roles, revokedAt, tenant }) => roles.includes('admin') && revokedAt === undefined && tenant === EVERY_ORG,
  );
  if (isAdmin) return undefined;
  const made = draw(ADMIN_TOKEN_BYTES);
  await useAdminToken(engine, made);
  return { adminToken: made };
}

/**
 * Makes a token the one that administers every organisation; the one before it is worth nothing from then on.
 *
 * @throws ConfigurationError when the token is an agent's or an approver's: whoever has it would become admin.
 */
async function useAdminToken({ credentials }: Pick<Engine, 'credentials'>, token: string): Promise<void> {
  const known = await credentials.find(token);
  if (known !== undefined && !known.roles.includes('admin')) {
    throw new ConfigurationError(
      'meshguard.adminToken must be a secret of its own: this one belongs to another credential.',
    );
  }
  const roles = ['approver', 'admin'] as const;
  await credentials.create({ dialect: 'meshguard', tenant: EVERY_ORG, roles, note: 'admin token', token });
}
