import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { preferredWait } from '../../../http/prefer.js';
import { OutboundError } from '../../../outbound/errors.js';
import type { ForwardResponse } from '../../../outbound/outbound.js';
import { chainsOf, eventRecord } from '../audit/records.js';
import { decisionHeaders } from '../decide/answer.js';
import type { Call } from '../decide/call.js';
import { refuse } from '../decide/check.js';
import { awaitApproval, decide } from '../decide/decide.js';
import type { Decision } from '../decide/decision.js';
import {
  actionHeader,
  approvalHeader,
  delegationHeader,
  metaHeader,
  resourceHeader,
  traceIdOf,
} from '../decide/headers.js';
import { MeshGuardFailure } from '../failure.js';
import { agentCallerOf } from '../identity/agent-auth.js';
import { newId } from '../ids.js';
import type { MeshGuard } from '../runtime.js';
import { forwardedHeaders, relayedHeaders } from './headers.js';
import { inferAction, isReserved, readPath } from './path.js';

/** A body that an approval is bound to is read whole before anything is decided. */
const MAX_BOUND_BODY = 1024 * 1024;
/** Where the dialect is mounted, and its proxy. */
const MOUNT = '/meshguard/proxy';

/** `/proxy/*`: decides on a request, and passes it on when it may go. */
export function proxy(mesh: MeshGuard) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
    const call = readProxied(mesh, request);
    const asked = await decide(mesh, call);
    const buffered = asked === 'body' ? await readBody(request) : undefined;
    const bound = buffered === undefined ? call : { ...call, bodyDigest: digestOf(buffered) };
    const first = asked === 'body' ? await decide(mesh, bound) : asked;
    if (first === 'body' || 'replayed' in first) throw new MeshGuardFailure(500, 'The request could not be decided on');
    const seconds = preferredWait(request.headers['prefer']) ?? 0;
    const decision = await awaitApproval(mesh, bound, first, { reply, seconds });
    reply.headers(decisionHeaders(decision));
    if (decision.outcome !== 'allow') return refuse(reply, decision);
    try {
      return await pass(mesh, decision, bound, { request, reply, body: buffered });
    } catch (error) {
      // A failure of ours must not pass for the target's own answer.
      reply.removeHeader('x-meshguard-decision');
      throw error;
    }
  };
}

function readProxied(mesh: MeshGuard, request: FastifyRequest): Call {
  const path = readPath(request.url.slice(MOUNT.length));
  if (isReserved(path)) throw new MeshGuardFailure(405, `${request.method} is not what this path answers to`);
  const { headers, method } = request;
  const resource = resourceHeader(headers);
  const delegationId = delegationHeader(headers);
  const approvalId = approvalHeader(headers);
  return {
    caller: agentCallerOf(request),
    action: actionHeader(headers) ?? inferAction(method, path),
    ...(resource !== undefined && { resource }),
    context: metaHeader(headers),
    traceId: traceIdOf(headers, mesh.engine.ids),
    method,
    path: path.raw,
    hasBody: hasBody(request),
    ...(delegationId !== undefined && { delegationId }),
    ...(approvalId !== undefined && { approvalId }),
    startedAt: mesh.engine.clock.monotonic(),
  };
}

const hasBody = ({ headers }: FastifyRequest): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;

async function readBody(request: FastifyRequest): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request.raw) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > MAX_BOUND_BODY) {
      throw new MeshGuardFailure(413, `A call that needs approval may have a body of at most ${MAX_BOUND_BODY} bytes`);
    }
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

const digestOf = (body: Buffer): string => createHash('sha256').update(body).digest('hex');

interface Exchange {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  /** The body, where it was read already. */
  readonly body: Buffer | undefined;
}

async function pass(
  mesh: MeshGuard,
  decision: Decision,
  call: Call,
  { request, reply, body }: Exchange,
): Promise<unknown> {
  const leaving = new AbortController();
  reply.raw.once('close', () => leaving.abort());
  // A target may answer before it has read everything: the rest must not keep the caller's connection busy.
  reply.raw.once('finish', () => request.raw.resume());
  let answer: ForwardResponse;
  try {
    answer = await exchange(mesh, call, request, { body, signal: leaving.signal });
  } catch (error) {
    const failure = failureOf(error);
    await recordOutcome(mesh, decision, call, { error: failure.message });
    throw failure;
  }
  try {
    await recordOutcome(mesh, decision, call, { statusCode: answer.status });
  } catch (error) {
    answer.body.destroy();
    throw error;
  }
  return reply
    .code(answer.status)
    .headers({ ...relayedHeaders(answer.headers), ...decisionHeaders(decision) })
    .send(answer.body);
}

async function exchange(
  mesh: MeshGuard,
  call: Call,
  request: FastifyRequest,
  { body, signal }: { readonly body: Buffer | undefined; readonly signal: AbortSignal },
): Promise<ForwardResponse> {
  const target = await mesh.upstream.target();
  if (target === undefined) throw new OutboundError('failed', 'No proxy target is configured.');
  const length = request.headers['content-length'];
  const headers = forwardedHeaders(request.raw.rawHeaders);
  return mesh.engine.outbound.forward({
    origin: target,
    path: `${target.pathname.replace(/\/$/, '')}${call.path ?? '/'}`,
    method: request.method,
    headers: call.hasBody && length !== undefined ? [...headers, 'content-length', length] : headers,
    ...(call.hasBody && { body: body ?? uploadOf(request.raw) }),
    timeoutMs: mesh.settings.proxyTimeoutMs,
    signal,
    reach: mesh.upstream.reach(target),
  });
}

/** A body on its way to the target, which ends it where it wants no more of it; the caller's own stream outlives that. */
function uploadOf(incoming: IncomingMessage): PassThrough {
  const upload = new PassThrough();
  incoming.once('close', () => {
    if (!incoming.complete) upload.destroy();
  });
  return incoming.pipe(upload);
}

/** What became of a request whose target gave no answer. */
function failureOf(error: unknown): MeshGuardFailure {
  if (!(error instanceof OutboundError)) throw error;
  if (error.reason === 'timeout') return new MeshGuardFailure(504, 'The proxy target did not answer in time');
  if (error.reason === 'blocked')
    return new MeshGuardFailure(502, 'The proxy target is at an address that may not be reached');
  return new MeshGuardFailure(502, 'The proxy target could not be reached');
}

/** What became of an allowed request goes on record before the caller is told. */
async function recordOutcome(
  mesh: MeshGuard,
  { auditId, agent, traceId, at }: Decision,
  call: Call,
  outcome: { readonly statusCode?: number; readonly error?: string },
): Promise<void> {
  const { lane, ids, clock } = mesh.engine;
  const durationMs = Math.max(0, clock.monotonic() - call.startedAt);
  await lane.run({
    chains: [chainsOf(agent.orgId).events],
    load: [],
    decide: (_facts, { now }) => ({
      answer: undefined,
      writes: [
        {
          sql: 'UPDATE meshguard_decisions SET micros = ? WHERE agent = ? AND at = ? AND id = ?',
          params: [Math.round(durationMs * 1000), agent.id, at, auditId],
        },
      ],
      records: [
        eventRecord(
          {
            id: newId(ids, 'evt', now),
            orgId: agent.orgId,
            type: 'proxy.outcome',
            actor: agent.id,
            subject: call.action,
            link: auditId,
            data: { ...outcome, durationMs: Math.round(durationMs * 1000) / 1000, traceId },
          },
          now,
        ),
      ],
      ...(outcome.error !== undefined && {
        events: [
          { dialect: 'meshguard', type: 'error', data: { auditId, orgId: agent.orgId, message: outcome.error } },
        ],
      }),
    }),
  });
}
