import type { FastifyReply, FastifyRequest } from 'fastify';
import { json, send } from '../../../http/answer.js';
import { isoTime } from '../agents/agent.js';
import { enter } from '../audit/enter.js';
import { readBody } from '../body.js';
import { badRequest, unauthorized } from '../failure.js';
import { identifyApiKey } from '../identity/admin-auth.js';
import { type AgentCaller, agentCallerOf } from '../identity/agent-auth.js';
import { keyOf } from '../keyed.js';
import type { MeshGuard } from '../runtime.js';
import {
  auditBatchRequest,
  auditRequest,
  evaluateRequest,
  governanceBatchRequest,
  governanceCheckRequest,
  governanceRecordRequest,
} from '../schemas.js';
import { checkAnswer, decisionHeaders } from './answer.js';
import type { Call } from './call.js';
import { decisionOf, refuse } from './check.js';
import { decide } from './decide.js';
import type { Decision } from './decision.js';
import { checkAction, checkContext, checkResource, traceIdOf } from './headers.js';

type Handler = (request: FastifyRequest, reply: FastifyReply) => Promise<void>;

/** A call as the bodies of these surfaces name it. */
interface Named {
  readonly action: string;
  readonly resource?: string | null | undefined;
  readonly context?: Readonly<Record<string, unknown>> | null | undefined;
}

function callOf(mesh: MeshGuard, caller: AgentCaller, named: Named, traceId: string): Call {
  const { action, resource, context } = named;
  return {
    caller,
    action: checkAction(action, 'action'),
    ...(resource != null && resource !== '' && { resource: checkResource(resource, 'resource') }),
    context: checkContext(context, 'context'),
    traceId,
    hasBody: false,
    startedAt: mesh.engine.clock.monotonic(),
  };
}

/** `POST /proxy/governance/check` */
export const governanceCheck =
  (mesh: MeshGuard): Handler =>
  async (request, reply) => {
    const named = readBody(request, governanceCheckRequest);
    const traceId = traceIdOf(request.headers, mesh.engine.ids);
    const decision = decisionOf(await decide(mesh, callOf(mesh, agentCallerOf(request), named, traceId)));
    reply.headers(decisionHeaders(decision));
    if (decision.outcome === 'allow') send(reply, checkAnswer(decision, mesh.settings.mode));
    else refuse(reply, decision);
  };

/** `POST /proxy/governance/record` */
export const governanceRecord =
  (mesh: MeshGuard): Handler =>
  async (request, reply) => {
    const { action, resource, result, status } = readBody(request, governanceRecordRequest);
    const caller = agentCallerOf(request);
    const traceId = traceIdOf(request.headers, mesh.engine.ids);
    const entry = { action, resource, result: status ?? 'recorded', details: { result } };
    send(reply, await enter(mesh, caller, [entry], { traceId, key: keyOf(request, caller.credential) }));
  };

/** `POST /api/v1/governance/batch`: several actions, one after the other. */
export const governanceBatch =
  (mesh: MeshGuard): Handler =>
  async (request, reply) => {
    const { actions } = readBody(request, governanceBatchRequest);
    const caller = agentCallerOf(request);
    const traceId = traceIdOf(request.headers, mesh.engine.ids);
    const { clock } = mesh.engine;
    const calls = actions.map((named) => callOf(mesh, caller, named, traceId));
    const began = clock.monotonic();
    const results = await Promise.all(
      calls.map(async (call) => {
        const decision = decisionOf(await decide(mesh, call));
        const { reason } = decision.verdict;
        return {
          action: call.action,
          decision: wordFor(decision),
          ...(decision.outcome !== 'allow' && reason !== undefined && { reason }),
          latencyMs: millis(clock.monotonic() - began),
        };
      }),
    );
    send(reply, json(200, { results, totalLatencyMs: millis(clock.monotonic() - began), traceId }));
  };

const millis = (ms: number): number => Math.round(ms * 1000) / 1000;

const wordFor = ({ outcome, gate }: Decision): 'allow' | 'deny' | 'approval_required' => {
  if (outcome === 'pending' && gate?.kind !== 'cooling') return 'approval_required';
  return outcome === 'allow' ? 'allow' : 'deny';
};

/** `POST /api/v1/evaluate`: an organisation's key asks in the name of one of its agents. Answers 200 also for a denial. */
export const evaluate =
  (mesh: MeshGuard): Handler =>
  async (request, reply) => {
    const key = await identifyApiKey(mesh, request);
    if (key === undefined) throw unauthorized('Invalid API key');
    const named = readBody(request, evaluateRequest);
    const traceId = traceIdOf(request.headers, mesh.engine.ids);
    const call = callOf(mesh, inNameOf(request, key, named.agentId), named, traceId);
    const decision = decisionOf(await decide(mesh, call));
    const { verdict, at, auditId, approval } = decision;
    reply.headers(decisionHeaders(decision));
    if (decision.outcome === 'limited') {
      refuse(reply, decision);
      return;
    }
    send(
      reply,
      json(200, {
        decision: {
          effect: wordFor(decision),
          rule: verdict.rule,
          ...(verdict.reason !== undefined && { reason: verdict.reason }),
          ...(verdict.alert !== undefined && { alert: verdict.alert }),
        },
        evaluationId: auditId,
        evaluatedAt: isoTime(at),
        policyVersion: String(mesh.policies.of(key.orgId).set.revision),
        ...(decision.outcome === 'pending' && approval !== undefined && { approvalId: approval.id }),
      }),
    );
  };

/** `POST /api/v1/audit`, `POST /api/v1/audit/batch` */
export const keyedAudit =
  (mesh: MeshGuard, batch: boolean): Handler =>
  async (request, reply) => {
    const key = await identifyApiKey(mesh, request);
    if (key === undefined) throw unauthorized('Invalid API key');
    const events = batch ? readBody(request, auditBatchRequest).events : [readBody(request, auditRequest)];
    const [first] = events;
    const caller = inNameOf(request, key, first?.agentId);
    if (events.some(({ agentId }) => agentId != null && agentId !== caller.agentId)) {
      throw badRequest('All events must be of one agent');
    }
    const traceId = traceIdOf(request.headers, mesh.engine.ids);
    send(reply, await enter(mesh, caller, events, { traceId, key: keyOf(request, caller.credential) }));
  };

/** @throws MeshGuardFailure 400 for a request that names no agent, or two. */
function inNameOf(
  { headers }: FastifyRequest,
  key: { readonly id: string; readonly orgId: string },
  named: string | null | undefined,
): AgentCaller {
  const header = headers['x-meshguard-agent-id'];
  const agentId = typeof header === 'string' && header !== '' ? header : named;
  if (agentId == null || !/^[\w-]{1,128}$/.test(agentId)) throw badRequest('X-MeshGuard-Agent-Id must name an agent');
  if (named != null && named !== agentId) throw badRequest('agentId and X-MeshGuard-Agent-Id name two agents');
  return { agentId, orgId: key.orgId, credential: key.id, byToken: false };
}
