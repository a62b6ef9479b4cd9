import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Answer, json, send } from '../../../http/answer.js';
import { preferredWait } from '../../../http/prefer.js';
import { badRequest } from '../failure.js';
import { agentCallerOf } from '../identity/agent-auth.js';
import { keyOf } from '../keyed.js';
import type { MeshGuard } from '../runtime.js';
import { checkAnswer, decisionHeaders, refusal, retryAfterSeconds } from './answer.js';
import type { Call } from './call.js';
import { awaitApproval, type Decided, decide } from './decide.js';
import type { Decision } from './decision.js';
import { actionHeader, approvalHeader, delegationHeader, metaHeader, resourceHeader, traceIdOf } from './headers.js';

/** `GET /proxy/check` */
export function check(mesh: MeshGuard) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const call = readCheck(mesh, request);
    const caller = agentCallerOf(request);
    const key = keyOf(request, caller.credential);
    const first = await decide(mesh, call, key);
    if (isReplayed(first)) {
      repeat(reply, first.replayed, caller.agentId);
      return;
    }
    const seconds = preferredWait(request.headers['prefer']) ?? 0;
    const decision = await awaitApproval(mesh, call, decisionOf(first), { reply, seconds, key });
    reply.headers(decisionHeaders(decision));
    send(withRetryAfter(reply, decision), checkAnswer(decision, mesh.settings.mode));
  };
}

function readCheck(mesh: MeshGuard, request: FastifyRequest): Call {
  const { headers } = request;
  const action = actionHeader(headers);
  if (action === undefined) throw badRequest('Missing X-MeshGuard-Action header');
  const resource = resourceHeader(headers);
  const delegationId = delegationHeader(headers);
  const approvalId = approvalHeader(headers);
  return {
    caller: agentCallerOf(request),
    action,
    ...(resource !== undefined && { resource }),
    context: metaHeader(headers),
    traceId: traceIdOf(headers, mesh.engine.ids),
    hasBody: false,
    ...(delegationId !== undefined && { delegationId }),
    ...(approvalId !== undefined && { approvalId }),
    startedAt: mesh.engine.clock.monotonic(),
  };
}

const isReplayed = (decided: Decided): decided is { readonly replayed: Answer } =>
  typeof decided === 'object' && 'replayed' in decided;

/** The decision of a call that has no body, and no answer that was given before. */
export function decisionOf(decided: Decided): Decision {
  if (typeof decided === 'string' || 'replayed' in decided) throw new TypeError('The call was not decided on.');
  return decided;
}

/** Says again what was said before under the same key. */
function repeat(reply: FastifyReply, answer: Answer, agentId: string): void {
  const { policy, traceId }: { policy?: unknown; traceId?: unknown } = Object(JSON.parse(answer.body));
  reply.headers({
    'x-meshguard-decision': answer.status === 200 ? 'allow' : 'deny',
    'x-meshguard-policy': String(policy ?? ''),
    'x-meshguard-trace-id': String(traceId ?? ''),
    'x-meshguard-agent-id': agentId,
  });
  send(reply, answer);
}

/** Sends what tells a caller that its call may not go on. */
export function refuse(reply: FastifyReply, decision: Decision): FastifyReply {
  const { status, body } = refusal(decision);
  send(withRetryAfter(reply, decision), json(status, body));
  return reply;
}

function withRetryAfter(reply: FastifyReply, decision: Decision): FastifyReply {
  const seconds = retryAfterSeconds(decision);
  return seconds === undefined ? reply : reply.header('retry-after', String(seconds));
}
