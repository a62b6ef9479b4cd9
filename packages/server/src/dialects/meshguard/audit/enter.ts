import { redact, redactText } from '@sallyport/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Unit } from '../../../engine/unit.js';
import { type Answer, json, send } from '../../../http/answer.js';
import { type Agent, agentById, agentOf, isoTime } from '../agents/agent.js';
import { readBody } from '../body.js';
import { checkAction, checkContext, checkResource, traceIdOf } from '../decide/headers.js';
import { unauthorized } from '../failure.js';
import { type AgentCaller, agentCallerOf } from '../identity/agent-auth.js';
import { newId } from '../ids.js';
import { keyOf, runOnce } from '../keyed.js';
import type { MeshGuard } from '../runtime.js';
import { auditRequest } from '../schemas.js';
import { type AuditEntry, chainsOf, entryRecord } from './records.js';

/** What somebody enters: who it is about is not theirs to say. */
export type Entry = z.output<typeof auditRequest>;

/** `POST /proxy/audit`: an entry of the agent's own. */
export const enterAudit =
  (mesh: MeshGuard) =>
  async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const caller = agentCallerOf(request);
    const entry = readBody(request, auditRequest);
    const traceId = traceIdOf(request.headers, mesh.engine.ids);
    send(reply, await enter(mesh, caller, [entry], { traceId, key: keyOf(request, caller.credential) }));
  };

/** Puts entries into the log, in one piece. Answers 201 with the id of one, or how many there are. */
export async function enter(
  mesh: MeshGuard,
  caller: AgentCaller,
  entries: readonly Entry[],
  { traceId, key }: { readonly traceId: string; readonly key: ReturnType<typeof keyOf> },
): Promise<Answer> {
  const checked = entries.map(checkEntry);
  const unit: Unit<Answer> = {
    chains: [chainsOf(caller.orgId).decisions],
    load: [agentById(caller.agentId)],
    decide: ([rows = []], { now }) => {
      const [row] = rows;
      const agent = row && agentOf(row);
      const isCurrent = agent?.status === 'active' && agent.orgId === caller.orgId;
      if (!isCurrent || (caller.byToken && agent.credential !== caller.credential)) throw unauthorized();
      const sealed = checked.map((entry) => auditEntry(mesh, agent, entry, { traceId, now }));
      const ids = sealed.map(({ id }) => id);
      const body = ids.length === 1 ? { id: ids[0] } : { accepted: ids.length, ids };
      return { records: sealed.map((entry) => entryRecord(entry, now)), answer: json(201, body) };
    },
  };
  return runOnce(mesh, key, unit);
}

function checkEntry(entry: Entry): Entry {
  checkAction(entry.action, 'action');
  if (entry.resource != null) checkResource(entry.resource, 'resource');
  return entry;
}

function auditEntry(
  { engine }: MeshGuard,
  agent: Agent,
  entry: Entry,
  { traceId, now }: { readonly traceId: string; readonly now: number },
): AuditEntry {
  const { action, resource, delegatedBy, policy, error } = entry;
  const details = checkContext(entry.details ?? entry.metadata ?? entry.context, 'details');
  return {
    id: newId(engine.ids, 'audit', now),
    timestamp: isoTime(now),
    orgId: agent.orgId,
    agentId: agent.id,
    agentName: agent.name,
    trustTier: agent.trustTier,
    action,
    ...(resource != null && { resource: redactText(resource) }),
    decision: entry.result ?? entry.decision ?? 'recorded',
    ...(policy != null && { policy }),
    ...(error != null && { reason: redactText(error) }),
    traceId,
    durationMs: entry.durationMs ?? 0,
    ...(delegatedBy != null && { delegatedBy }),
    source: 'agent',
    // The agent's own ids and times are its word, and no more.
    metadata: {
      ...Object(redact(details)),
      ...(entry.id != null && { entryId: entry.id.slice(0, 256).toWellFormed() }),
      ...(entry.timestamp != null && { reportedAt: entry.timestamp.slice(0, 64).toWellFormed() }),
    },
  };
}
