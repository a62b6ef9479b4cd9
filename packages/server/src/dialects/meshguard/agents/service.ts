import type { z } from 'zod';
import type { RecordDraft, Row, Unit } from '../../../engine/unit.js';
import { type Kept as KeptAnswers, type KeyedRequest, remembering } from '../../../http/idempotency.js';
import { chainsOf, eventRecord } from '../audit/records.js';
import { checkContext } from '../decide/headers.js';
import { forbidden, MeshGuardFailure, notFound } from '../failure.js';
import type { NewToken } from '../identity/tokens.js';
import { newId } from '../ids.js';
import type { MeshGuard } from '../runtime.js';
import type { createAgentRequest } from '../schemas.js';
import { type Agent, agentById, agentOf, agentsOf, agentView, putAgent } from './agent.js';

/** Who changes agents. */
export interface Actor {
  readonly name: string;
  readonly orgId: string;
  readonly isSuper: boolean;
}

/** An agent's data with its token, which is told once. */
export interface Issued {
  readonly view: Readonly<Record<string, unknown>>;
  readonly claims: NewToken;
  readonly token: string;
}

const DEFAULT_TIER = 'verified';

/** Makes an agent and its token. A repeated request gives the same token again, and keeps none. */
export async function createAgent(
  mesh: MeshGuard,
  actor: Actor,
  asked: z.output<typeof createAgentRequest>,
  key?: KeyedRequest,
): Promise<Issued> {
  const { ids, clock } = mesh.engine;
  const now = clock.now();
  const agent: Omit<Agent, 'credential'> = {
    id: newId(ids, 'agent', now),
    orgId: actor.orgId,
    name: asked.name,
    trustTier: asked.trustTier ?? asked.trust_tier ?? DEFAULT_TIER,
    tags: asked.tags ?? [],
    metadata: checkContext(asked.metadata, 'metadata'),
    ...(asked.description != null && { description: asked.description }),
    capabilities: asked.capabilities ?? [],
    status: 'active',
    hold: '',
    createdAt: now,
  };
  return issue(mesh, actor, agent, { key, type: 'agent.created', previous: undefined });
}

/** Gives an agent another token; the one before is worth nothing from then on. @throws MeshGuardFailure */
export async function rotateToken(mesh: MeshGuard, actor: Actor, id: string, key?: KeyedRequest): Promise<Issued> {
  const agent = await findAgent(mesh, actor, id);
  if (agent.status === 'revoked') throw new MeshGuardFailure(409, `Agent ${id} is revoked for good`);
  return issue(mesh, actor, agent, { key, type: 'agent.token_rotated', previous: agent.credential });
}

interface Issue {
  readonly key: KeyedRequest | undefined;
  readonly type: string;
  /** Id of the credential that is worth nothing afterwards. */
  readonly previous: string | undefined;
}

async function issue(
  mesh: MeshGuard,
  actor: Actor,
  agent: Omit<Agent, 'credential'>,
  { key, type, previous }: Issue,
): Promise<Issued> {
  const { engine, tokens, settings } = mesh;
  const claims = newToken(agent, engine.ids.uuid(), engine.clock.now(), settings.tokenLifetimeMs);
  const token = await tokens.sign(claims);
  const { credential } = await engine.credentials.create({
    dialect: 'meshguard',
    tenant: agent.orgId,
    roles: ['agent'],
    subject: agent.id,
    expiresAt: claims.expiresAt,
    note: 'agent token',
    token,
  });
  const unit: Unit<Kept> = {
    chains: [chainsOf(agent.orgId).events],
    load: previous === undefined ? [] : [agentById(agent.id)],
    decide: ([rows], { now }) => {
      const row = rows?.[0];
      const current = row === undefined ? { ...agent, credential: '' } : agentOf(row);
      if (current.status === 'revoked') throw new MeshGuardFailure(409, `Agent ${agent.id} is revoked for good`);
      const next = { ...current, credential: credential.id, ...(previous !== undefined && { updatedAt: now }) };
      return {
        writes: [putAgent(next)],
        records: [change(mesh, actor, { type, agent: next, data: { after: agentView(next) } }, now)],
        answer: { view: agentView(next), claims, replaced: current.credential },
      };
    },
  };
  const { replaced, ...issued } = await issueOnce(
    mesh,
    key === undefined ? unit : remembering(key, unit, KEPT),
    credential.id,
  );
  if (replaced !== undefined) await engine.credentials.revoke(replaced);
  return { ...issued, token: replaced === undefined ? await tokens.sign(issued.claims) : token };
}

/** Runs the unit; a credential that it does not give to the agent is worth nothing. */
async function issueOnce({ engine }: MeshGuard, unit: Unit<Kept>, credential: string): Promise<Kept> {
  try {
    const kept = await engine.lane.run(unit);
    if (kept.replaced === undefined) await engine.credentials.revoke(credential);
    return kept;
  } catch (error) {
    await engine.credentials.revoke(credential);
    throw error;
  }
}

/** What is kept under an idempotency key: everything but the token, which can be signed again. */
interface Kept {
  readonly view: Readonly<Record<string, unknown>>;
  readonly claims: NewToken;
  /** Id of the credential before, empty for a new agent; absent when the answer is one that was given before. */
  readonly replaced?: string;
}

const KEPT: KeptAnswers<Kept> = {
  keep: ({ view, claims }) => ({ status: 201, body: JSON.stringify({ view, claims }) }),
  replay: ({ body }) => {
    const { view, claims }: Pick<Kept, 'view' | 'claims'> = JSON.parse(body);
    return { view, claims };
  },
};

function newToken(agent: Omit<Agent, 'credential'>, tokenId: string, issuedAt: number, lifetimeMs: number): NewToken {
  const { id, name, trustTier, tags, orgId } = agent;
  return { agentId: id, name, tier: trustTier, tags, orgId, tokenId, issuedAt, expiresAt: issuedAt + lifetimeMs };
}

/** Changes an agent; what it was and what it is go on record. @throws MeshGuardFailure */
export async function updateAgent(
  mesh: MeshGuard,
  actor: Actor,
  id: string,
  update: (agent: Agent) => Agent,
): Promise<Agent> {
  const { orgId } = await findAgent(mesh, actor, id);
  return mesh.engine.lane.run({
    chains: [chainsOf(orgId).events],
    load: [agentById(id)],
    decide: ([rows], { now }) => {
      const before = existing(id, rows);
      const agent = { ...update(before), updatedAt: now };
      const data = { before: agentView(before), after: agentView(agent) };
      return {
        writes: [putAgent(agent)],
        records: [change(mesh, actor, { type: 'agent.updated', agent, data }, now)],
        answer: agent,
      };
    },
  });
}

/** Ends an agent, for good and at once. Doing it again changes nothing. @throws MeshGuardFailure */
export async function revokeAgent(mesh: MeshGuard, actor: Actor, id: string): Promise<Agent> {
  const { orgId } = await findAgent(mesh, actor, id);
  const revoked = await mesh.engine.lane.run<Agent>({
    chains: [chainsOf(orgId).events],
    load: [agentById(id)],
    decide: ([rows], { now }) => {
      const before = existing(id, rows);
      if (before.status === 'revoked') return { answer: before };
      const agent: Agent = { ...before, status: 'revoked', revokedAt: now, updatedAt: now };
      return {
        writes: [putAgent(agent)],
        records: [change(mesh, actor, { type: 'agent.revoked', agent, data: {} }, now)],
        answer: agent,
      };
    },
  });
  await mesh.engine.credentials.revoke(revoked.credential);
  return revoked;
}

/** All agents of an organisation, oldest first. */
export async function listAgents(mesh: MeshGuard, orgId: string): Promise<readonly Agent[]> {
  return (await mesh.engine.store.all(agentsOf(orgId))).map(agentOf);
}

/** @throws MeshGuardFailure 404 for an agent that is not, 403 for another organisation's. */
export async function findAgent(mesh: MeshGuard, { orgId, isSuper }: Omit<Actor, 'name'>, id: string): Promise<Agent> {
  // No id contains a NUL, and no column could be compared with one.
  const rows = id.includes('\0') ? [] : await mesh.engine.store.all(agentById(id));
  const agent = existing(id, rows);
  if (agent.orgId !== orgId && !isSuper) throw forbidden(`Agent ${id} belongs to another organization`);
  await mesh.orgs.ensure(agent.orgId);
  return agent;
}

function existing(id: string, rows: readonly Row[] = []): Agent {
  const [row] = rows;
  if (row === undefined) throw notFound(`Agent ${id.slice(0, 128)} not found`);
  return agentOf(row);
}

interface Change {
  readonly type: string;
  readonly agent: Agent;
  readonly data: Readonly<Record<string, unknown>>;
}

function change({ engine }: MeshGuard, { name }: Actor, { type, agent, data }: Change, now: number): RecordDraft {
  const id = newId(engine.ids, 'evt', now);
  return eventRecord({ id, orgId: agent.orgId, type, actor: name, subject: agent.id, data }, now);
}
