import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Answer, json, send } from '../../../http/answer.js';
import { pathParam } from '../../../http/params.js';
import { type Agent, isoTime } from '../agents/agent.js';
import { findAgent } from '../agents/service.js';
import { noting } from '../anomalies/detector.js';
import { chainsOf, eventRecord } from '../audit/records.js';
import { bodyBytes, readBody } from '../body.js';
import { forbidden, notFound } from '../failure.js';
import { type Member, memberOf } from '../identity/member-auth.js';
import { newId } from '../ids.js';
import { keyOf, runOnce } from '../keyed.js';
import type { MeshGuard } from '../runtime.js';
import { relationshipRequest, revokeRelationshipRequest } from '../schemas.js';
import { currentScores } from '../trust/service.js';
import { chainTo, MAX_HOPS } from './chain.js';
import { checkGrant, type GrantRequest } from './grant.js';
import {
  insertRelationship,
  pruneExpired,
  type Relationship,
  relationshipById,
  relationshipOf,
  relationshipsOf,
  relationshipView,
  revokeRelationship,
} from './relationship.js';

type Handler = (request: FastifyRequest, reply: FastifyReply) => Promise<void>;

/** `POST /relationships` */
export const createRelationship =
  (mesh: MeshGuard): Handler =>
  async (request, reply) => {
    const member = memberOf(request);
    const asked = readBody(request, relationshipRequest);
    const source = await findAgent(mesh, member, asked.sourceAgentId);
    const target = await findAgent(mesh, member, asked.targetAgentId);
    if (member.agentId !== undefined && member.agentId !== source.id)
      throw forbidden('Agents delegate for themselves only');
    if (target.orgId !== source.orgId || (asked.orgId !== undefined && asked.orgId !== source.orgId)) {
      throw forbidden('Both agents must belong to the organization');
    }
    const answer = await grant(mesh, member, { asked, source, target }, keyOf(request, member.name));
    send(reply, answer);
  };

async function grant(
  mesh: MeshGuard,
  member: Member,
  { asked, source, target }: { asked: GrantRequest; source: Agent; target: Agent },
  key: ReturnType<typeof keyOf>,
): Promise<Answer> {
  const scores = await currentScores(mesh, source.orgId);
  const { set } = mesh.policies.of(source.orgId);
  const [unreadable] = set.unreadable;
  if (unreadable !== undefined)
    throw forbidden(`Policy ${unreadable} cannot be read: nobody knows how far it lets delegate`);
  const { policies } = set.select(source);
  const limits = policies.flatMap(({ delegation }) => delegation ?? []);
  return runOnce(mesh, key, {
    chains: [chainsOf(source.orgId).events],
    load: [relationshipsOf(source.orgId)],
    decide: ([rows = []], { now }) => {
      const relationships = rows.map(relationshipOf);
      const bare = newRelationship(mesh, asked, source.orgId, now);
      const depth = checkGrant(bare, { source, target, relationships, limits, now });
      const party = (agent: Agent) => ({
        agentId: agent.id,
        trustScore: scores.get(agent.id)?.computedScore ?? 0,
        tier: agent.trustTier,
      });
      const chain = chainTo(bare, [...relationships, bare]);
      const receipt = receiptOf(mesh, bare, { issuer: party(source), delegate: party(target), chain, depth, now });
      const made = { ...bare, receipt };
      const isFirst = !relationships.some((each) => each.source === source.id && each.target === target.id);
      const noted = noting(
        mesh,
        isFirst && bare.type === 'delegates_to'
          ? [
              {
                orgId: source.orgId,
                agentId: source.id,
                type: 'new_delegation',
                severity: 'low',
                description: `First delegation to ${target.name}`,
                auditId: '',
                baseline: 0,
                observed: 1,
              },
            ]
          : [],
        now,
      );
      const event = {
        orgId: source.orgId,
        type: 'relationship.created',
        actor: member.name,
        subject: made.id,
        data: relationshipView(made),
      };
      return {
        writes: [pruneExpired(source.orgId, now), insertRelationship(made), ...noted.writes],
        records: [eventRecord({ id: newId(mesh.engine.ids, 'evt', now), ...event }, now), ...noted.records],
        events: noted.events,
        answer: json(201, { relationship: relationshipView(made), receipt }),
      };
    },
  });
}

function newRelationship({ engine }: MeshGuard, asked: GrantRequest, orgId: string, now: number): Relationship {
  return {
    id: newId(engine.ids, 'rel', now),
    orgId,
    source: asked.sourceAgentId,
    target: asked.targetAgentId,
    type: asked.relationshipType,
    scope: asked.scope,
    ceiling: asked.permissionCeiling?.length ? asked.permissionCeiling : asked.scope,
    maxDepth: asked.maxDepth ?? 1,
    requiresApproval: asked.requiresApproval ?? false,
    ...(asked.expiresAt != null && { expiresAt: Date.parse(asked.expiresAt) }),
    createdAt: now,
    receipt: null,
  };
}

interface ReceiptParts {
  readonly issuer: object;
  readonly delegate: object;
  readonly chain: readonly Relationship[];
  readonly depth: number;
  readonly now: number;
}

/** What the parties can keep. Its signature is a placeholder in the protocol: what proves it is the audit log. */
function receiptOf(
  { engine }: MeshGuard,
  made: Relationship,
  { issuer, delegate, chain, depth, now }: ReceiptParts,
): object {
  const parent = chain.at(-2)?.receipt;
  const parentId: unknown = Reflect.get(Object(parent), 'receiptId');
  return {
    version: '1.0',
    receiptId: newId(engine.ids, 'rcpt', now),
    timestamp: isoTime(now),
    issuer,
    delegate,
    scope: {
      actions: made.scope,
      resources: [],
      maxDepth: made.maxDepth,
      expiresAt: made.expiresAt === undefined ? null : isoTime(made.expiresAt),
    },
    chain: {
      depth,
      parentReceiptId: typeof parentId === 'string' ? parentId : null,
      rootAgentId: chain[0]?.source ?? made.source,
    },
    signature: engine.random.bytes(32).toString('hex'),
  };
}

/** `GET /relationships`: an agent sees its own. */
export const listRelationships =
  (mesh: MeshGuard): Handler =>
  async (request, reply) => {
    const { orgId, agentId } = memberOf(request);
    await mesh.engine.lane.run({
      chains: [],
      load: [],
      decide: (_facts, { now }) => ({ writes: [pruneExpired(orgId, now)], answer: undefined }),
    });
    const all = (await mesh.engine.store.all(relationshipsOf(orgId))).map(relationshipOf);
    const mine = all.filter(({ source, target }) => agentId === undefined || source === agentId || target === agentId);
    send(reply, json(200, { relationships: mine.map(relationshipView), maxHops: MAX_HOPS }));
  };

/** `DELETE /relationships/:id`: chains that go through it fail from then on. */
export const endRelationship =
  (mesh: MeshGuard): Handler =>
  async (request, reply) => {
    const { orgId, isSuper, agentId, name } = memberOf(request);
    const { reason = 'revoked' } = bodyBytes(request).length === 0 ? {} : readBody(request, revokeRelationshipRequest);
    const id = pathParam(request, 'id');
    const [row] = /^\w{1,128}$/.test(id) ? await mesh.engine.store.all(relationshipById(id)) : [];
    if (row === undefined) throw notFound('There is no such relationship');
    const found = relationshipOf(row);
    if (found.orgId !== orgId && !isSuper) throw forbidden('The relationship belongs to another organization');
    if (agentId !== undefined && agentId !== found.source) throw forbidden('Only the issuer may revoke a delegation');
    await mesh.orgs.ensure(found.orgId);
    const ended = await mesh.engine.lane.run<Relationship>({
      chains: [chainsOf(found.orgId).events],
      load: [relationshipById(id)],
      decide: ([rows = []], { now }) => {
        const [current] = rows;
        const before = current === undefined ? found : relationshipOf(current);
        if (before.revokedAt !== undefined) return { answer: before };
        const event = { orgId: found.orgId, type: 'relationship.revoked', actor: name, subject: id, data: { reason } };
        return {
          writes: [{ ...revokeRelationship(id, reason, now), expect: 1 }],
          records: [eventRecord({ id: newId(mesh.engine.ids, 'evt', now), ...event }, now)],
          answer: { ...before, revokedAt: now, revokedReason: reason },
        };
      },
    });
    send(reply, json(200, { status: 'revoked', ...relationshipView(ended) }));
  };
