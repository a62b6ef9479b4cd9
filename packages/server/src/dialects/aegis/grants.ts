import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Unit } from '../../engine/unit.js';
import { type Answer, answerWith, json } from '../../http/answer.js';
import { pathParam } from '../../http/params.js';
import { callerOf } from './auth.js';
import { readBody } from './body.js';
import { auditRecord, CHAIN, eventEntry } from './entries.js';
import { dropGrantUses } from './facts.js';
import { invalid, notFound } from './failure.js';
import { runOnce } from './keyed.js';
import { cursorFor, readPage } from './paging.js';
import type { Grant } from './registry/model.js';
import { deleteGrant, grantOf, grantRow, putGrant } from './registry/rows.js';
import type { Aegis } from './runtime.js';
import { grantRequest } from './schemas.js';
import { parseIsoTime } from './time.js';
import { checkActorId } from './validate.js';
import { grantView } from './views.js';

/** `GET /api/v1/actors/{id}/grants`: also those that have expired. */
export function listGrants(aegis: Aegis) {
  return (request: FastifyRequest, reply: FastifyReply): void => {
    const actor = actorOf(aegis, request);
    const { limit, after } = readPage(request);
    const list = async (): Promise<Answer> => {
      const { store } = aegis.engine;
      const [counted] = await store.all({
        sql: 'SELECT count(*) AS n FROM aegis_grants WHERE actor = ?',
        params: [actor],
      });
      const rows = await store.all({
        sql: 'SELECT * FROM aegis_grants WHERE actor = ? AND capability > ? ORDER BY capability LIMIT ?',
        params: [actor, after, limit + 1],
      });
      const grants = rows.slice(0, limit).map(grantOf);
      const more = rows.length > limit;
      const cursor = cursorFor(more ? grants.at(-1)?.capability : undefined);
      return json(200, { grants: grants.map(grantView), total: Number(counted?.['n'] ?? 0), cursor });
    };
    answerWith(reply, list());
  };
}

/** `POST /api/v1/actors/{id}/grants`: replaces a grant of the same capability. */
export function createGrant(aegis: Aegis) {
  return (request: FastifyRequest, reply: FastifyReply): void => {
    const actor = actorOf(aegis, request);
    const body = readBody(request, grantRequest);
    const expiresAt = readExpiry(body.expires_at);
    answerWith(reply, runOnce(aegis, request, granting(aegis, callerOf(request).name, actor, body, expiresAt)));
  };
}

function granting(
  { engine }: Aegis,
  by: string,
  actor: string,
  { capability, constraints }: z.output<typeof grantRequest>,
  expiresAt: number | undefined,
): Unit<Answer> {
  const { time_window: timeWindow, rate_limit: limit } = constraints;
  return {
    chains: [CHAIN],
    load: [{ sql: 'SELECT id FROM aegis_capabilities WHERE name = ?', params: [capability] }],
    decide: ([known = []], { now }) => {
      if (known.length === 0) throw notFound(`capability '${capability}'`, 'AEGIS-CAP-004');
      if (expiresAt !== undefined && expiresAt <= now) {
        throw invalid('AEGIS-REQ-002', 'request.expires_at', 'expires_at must lie in the future');
      }
      const grant: Grant = {
        actor,
        capability,
        ...(timeWindow !== undefined && { timeWindow }),
        ...(limit !== undefined && {
          rateLimit: { maxRequests: limit.max_requests, windowSeconds: limit.window_seconds },
        }),
        grantedAt: now,
        ...(expiresAt !== undefined && { expiresAt }),
      };
      const entry = eventEntry(`aud_${engine.ids.ulid(now)}`, 'actor.grant.created', now, {
        actor_id: by,
        capability,
        details: { grant: grantView(grant) },
      });
      return { writes: [putGrant(grant)], records: [auditRecord(entry, now)], answer: json(201, grantView(grant)) };
    },
  };
}

/** `DELETE /api/v1/actors/{id}/grants/{capability}`: at once; one that is not there is no matter. */
export function revokeGrant(aegis: Aegis) {
  return (request: FastifyRequest, reply: FastifyReply): void => {
    const actor = actorOf(aegis, request);
    const capability = pathParam(request, 'capability');
    if (capability.includes('\0')) throw notFound('grant');
    answerWith(reply, runOnce(aegis, request, revoking(aegis, callerOf(request).name, actor, capability)));
  };
}

function revoking({ engine }: Aegis, by: string, actor: string, capability: string): Unit<Answer> {
  const answer: Answer = { status: 204, body: '' };
  return {
    chains: [CHAIN],
    load: [grantRow(actor, capability)],
    decide: ([rows = []], { now }) => {
      const [row] = rows;
      if (row === undefined) return { answer };
      const entry = eventEntry(`aud_${engine.ids.ulid(now)}`, 'actor.grant.revoked', now, {
        actor_id: by,
        capability,
        details: { grant: grantView(grantOf(row)) },
      });
      return {
        writes: [deleteGrant(actor, capability), dropGrantUses(actor, capability)],
        records: [auditRecord(entry, now)],
        answer,
      };
    },
  };
}

function actorOf({ settings }: Aegis, request: FastifyRequest): string {
  return checkActorId(pathParam(request, 'id'), settings.extendedActorIds);
}

/** @throws AegisFailure AEGIS-REQ-002 */
function readExpiry(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const at = parseIsoTime(text);
  if (at === undefined) throw invalid('AEGIS-REQ-002', 'request.expires_at', 'expires_at must be an ISO 8601 time');
  return at;
}
