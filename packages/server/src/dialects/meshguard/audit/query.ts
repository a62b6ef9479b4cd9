import type { FastifyRequest } from 'fastify';
import { queryParam } from '../../../http/params.js';
import type { RecordFilter } from '../../../ledger/ledger.js';
import { badRequest } from '../failure.js';

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 1000;
const TIME = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)?)?$/;

type Query = Pick<FastifyRequest, 'query'>;

/** Which entries are asked for. */
export interface AuditQuery {
  readonly filter: Omit<RecordFilter, 'chain'>;
  readonly limit: number;
  readonly offset: number;
}

/** Reads the query of `GET /admin/audit`. @throws MeshGuardFailure 400. */
export function readAuditQuery(request: Query): AuditQuery {
  const decision = queryParam(request, 'decision');
  if (decision !== '' && decision !== 'allow' && decision !== 'deny') {
    throw badRequest('decision must be "allow" or "deny"');
  }
  const to = timeParam(request, 'to');
  const from = timeParam(request, 'from');
  const columns = {
    verdict: decision,
    actor: queryParam(request, 'agentId'),
    subject: queryParam(request, 'action'),
    session: queryParam(request, 'traceId'),
  };
  // No column holds a NUL: whoever filters by one finds nothing, as with any other unknown name.
  const given = Object.entries(columns).flatMap(([name, value]) =>
    value === '' ? [] : [[name, value.replaceAll('\0', '\ufffd').toWellFormed()] as const],
  );
  return {
    filter: {
      ...Object.fromEntries(given),
      ...(from !== undefined && { from }),
      // Both ends belong to the range.
      ...(to !== undefined && { to: to + 1 }),
    },
    limit: limitParam(request, DEFAULT_LIMIT, MAX_LIMIT),
    offset: numberParam(request, 'offset') ?? 0,
  };
}

/** `limit`; what is no number from 1 up counts as absent. */
export function limitParam(request: Query, fallback: number, most: number): number {
  const limit = numberParam(request, 'limit') ?? 0;
  return limit > 0 ? Math.min(limit, most) : fallback;
}

/** A whole number of the query; undefined for anything else. */
export function numberParam(request: Query, name: string): number | undefined {
  const value = queryParam(request, name);
  return /^\d{1,9}$/.test(value) ? Number(value) : undefined;
}

/** A time of the query, in milliseconds since the epoch. @throws MeshGuardFailure 400. */
export function timeParam(request: Query, name: string): number | undefined {
  const value = queryParam(request, name);
  if (value === '') return undefined;
  // A plus sign in a query that nobody encoded arrives as a blank.
  const at = TIME.test(value.replace(' ', '+')) ? Date.parse(value.replace(' ', '+')) : Number.NaN;
  if (Number.isNaN(at)) throw badRequest(`${name} must be a time such as 2026-04-11T14:30:00Z`);
  return at;
}
