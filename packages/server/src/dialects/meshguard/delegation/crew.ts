import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Unit } from '../../../engine/unit.js';
import { type Answer, json, send } from '../../../http/answer.js';
import { type Agent, agentOf, agentsOf } from '../agents/agent.js';
import { chainsOf, eventRecord } from '../audit/records.js';
import { readBody } from '../body.js';
import { checkAction, traceIdOf } from '../decide/headers.js';
import { delegationFact } from '../decide/record.js';
import { forbidden, notFound, unauthorized } from '../failure.js';
import { type AgentCaller, agentCallerOf } from '../identity/agent-auth.js';
import { newId } from '../ids.js';
import { keyOf, runOnce } from '../keyed.js';
import type { MeshGuard } from '../runtime.js';
import { delegationCheckRequest, delegationRecordRequest } from '../schemas.js';
import { checkChain } from './chain.js';
import { relationshipOf, relationshipsOf } from './relationship.js';

type Handler = (request: FastifyRequest, reply: FastifyReply) => Promise<void>;

/** `POST /proxy/api/delegation/check`: whether one agent may hand a task to another. */
export const checkDelegation =
  (mesh: MeshGuard): Handler =>
  async (request, reply) => {
    const { from, to, task_type: task } = readBody(request, delegationCheckRequest);
    const caller = agentCallerOf(request);
    const traceId = traceIdOf(request.headers, mesh.engine.ids);
    const answer = await mesh.engine.lane.run(
      checking(mesh, caller, { from, to, task: checkAction(task, 'task_type') }, traceId),
    );
    reply.header('x-meshguard-decision', answer.status === 200 ? 'allow' : 'deny');
    send(reply.header('x-meshguard-trace-id', traceId), answer);
  };

interface Handover {
  readonly from: string;
  readonly to: string;
  readonly task: string;
}

function checking(mesh: MeshGuard, caller: AgentCaller, { from, to, task }: Handover, traceId: string): Unit<Answer> {
  return {
    chains: [chainsOf(caller.orgId).events],
    load: [agentsOf(caller.orgId), relationshipsOf(caller.orgId)],
    decide: ([agentRows = [], rows = []], { now }) => {
      const agents = agentRows.map(agentOf);
      const source = partyOf(agents, from);
      const target = partyOf(agents, to);
      assertParty(agents, caller, [source, target]);
      const all = rows.map(relationshipOf);
      const between = all.filter(
        (each) => each.type === 'delegates_to' && each.source === source.id && each.target === target.id,
      );
      const checks = between.map(({ id }) => checkChain(id, target.id, task, all, now));
      const good = checks.find(({ ok }) => ok);
      const reason = good === undefined ? (checks[0]?.reason ?? `${from} has delegated nothing to ${to}`) : undefined;
      const id = newId(mesh.engine.ids, 'evt', now);
      const depth = (good ?? checks[0])?.depth ?? 1;
      const use = { id, orgId: caller.orgId, source: source.id, target: target.id, depth, blocked: good === undefined };
      const data = { from: source.id, to: target.id, task, allowed: good !== undefined, traceId };
      const event = { id, orgId: caller.orgId, type: 'delegation.checked', actor: caller.agentId, subject: task, data };
      return {
        writes: [delegationFact(use, now)],
        records: [eventRecord(event, now)],
        answer:
          reason === undefined
            ? json(200, { allowed: true, decision: 'allow', from, to, task_type: task, depth, traceId })
            : json(403, { ...refused(reason, task, traceId), from, to }),
      };
    },
  };
}

function refused(message: string, action: string, traceId: string) {
  return {
    error: 'Forbidden',
    message,
    reason: message,
    allowed: false,
    decision: 'deny',
    action,
    policy: 'delegation',
    rule: 'delegation-chain',
    traceId,
    trace_id: traceId,
  };
}

/** Agents go by their id, and by their name. */
function partyOf(agents: readonly Agent[], idOrName: string): Agent {
  const found = agents.find(({ id }) => id === idOrName) ?? agents.find(({ name }) => name === idOrName);
  if (found === undefined) throw notFound(`Agent ${idOrName.slice(0, 128)} not found`);
  return found;
}

function assertParty(agents: readonly Agent[], caller: AgentCaller, parties: readonly Agent[]): void {
  const self = agents.find(({ id }) => id === caller.agentId);
  if (self?.status !== 'active' || self.credential !== caller.credential) throw unauthorized();
  if (!parties.includes(self)) throw forbidden('Agents ask about their own delegations only');
}

/** `POST /proxy/api/delegation/record`: a task was handed over. */
export const recordDelegation =
  (mesh: MeshGuard): Handler =>
  async (request, reply) => {
    const { from, to, task, trace_id: given } = readBody(request, delegationRecordRequest);
    const caller = agentCallerOf(request);
    const { orgId, agentId } = caller;
    const traceId = given ?? traceIdOf(request.headers, mesh.engine.ids);
    const answer = await runOnce(mesh, keyOf(request, caller.credential), {
      chains: [chainsOf(orgId).events],
      load: [agentsOf(orgId)],
      decide: ([rows = []], { now }) => {
        const agents = rows.map(agentOf);
        const [source, target] = [partyOf(agents, from), partyOf(agents, to)];
        assertParty(agents, caller, [source, target]);
        const id = newId(mesh.engine.ids, 'evt', now);
        const data = { from: source.id, to: target.id, task: task.slice(0, 4096).toWellFormed(), traceId };
        const event = { id, orgId, type: 'delegation.recorded', actor: agentId, subject: target.id, data };
        return { records: [eventRecord(event, now)], answer: json(201, { id }) };
      },
    });
    send(reply, answer);
  };
