import { createHash } from 'node:crypto';
import type { Query, Row, Statement } from '../../engine/unit.js';
import type { Grant } from './registry/model.js';
import { grantOf } from './registry/rows.js';

/** Ids of requests that are remembered. */
const REMEMBERED_REQUESTS = 10_000;
/** Forgotten ids are dropped so many at a time. */
const DROPPED_TOGETHER = 100;

const digestOf = (id: string): string => createHash('sha256').update(id).digest('hex').slice(0, 32);

/** What a proposal is about. */
interface Asked {
  readonly actor: string;
  readonly capability: string;
  readonly requestId: string;
  readonly now: number;
}

/**
 * What every decision depends on, in one row: the registry's revision (`value`), the agent's `state`, whether the request id is among
 * the last that were seen (`retry`) and which number the last one has (`last`), and the columns of the grant, if there is one,
 * with what its own rate limit has counted (`uses`): entries that are not older than its window, nor further ahead, which a
 * clock was that is set back now.
 */
export const proposalFacts = ({ actor, capability, requestId, now }: Asked): Query => ({
  sql:
    'SELECT granted.*, facts.*, CASE granted.window_ms WHEN 0 THEN 0 ELSE (SELECT count(*) FROM aegis_grant_uses AS used ' +
    'WHERE used.actor = granted.actor AND used.capability = granted.capability ' +
    'AND used.at >= ? - granted.window_ms AND used.at <= ? + granted.window_ms) END AS uses FROM (' +
    'SELECT last.seq AS last, (SELECT retry FROM aegis_requests WHERE digest = ? ' +
    `AND seq > last.seq - ${REMEMBERED_REQUESTS} ORDER BY seq DESC LIMIT 1) AS retry, ` +
    "(SELECT value FROM aegis_state WHERE name = 'revision') AS value, " +
    '(SELECT state FROM aegis_agents WHERE actor = ?) AS state ' +
    'FROM (SELECT max(seq) AS seq FROM aegis_requests) AS last) AS facts ' +
    'LEFT JOIN aegis_grants AS granted ON granted.actor = ? AND granted.capability = ?',
  params: [now, now, digestOf(requestId), actor, actor, capability],
});

/** What was loaded about a request id. */
export interface SeenRequest {
  /** Number of the last id. */
  readonly last: number;
  /**
   * Undefined for an id that was not seen; else the fingerprint of the keyed request that may come with it again, because
   * it was only put off.
   */
  readonly retry?: string;
}

export function seenRequestIn(rows: readonly Row[] | undefined): SeenRequest {
  const retry = rows?.[0]?.['retry'];
  return { last: numberIn(rows, 'last'), ...(typeof retry === 'string' && { retry }) };
}

/** Remembers a request id. @param retry - {@link SeenRequest.retry} */
export function rememberRequest(id: string, { last }: SeenRequest, retry: string): readonly Statement[] {
  const seq = last + 1;
  const insert: Statement = {
    sql: 'INSERT INTO aegis_requests (seq, digest, retry) VALUES (?, ?, ?)',
    params: [seq, digestOf(id), retry],
  };
  if (seq % DROPPED_TOGETHER !== 0) return [insert];
  return [insert, { sql: 'DELETE FROM aegis_requests WHERE seq <= ?', params: [seq - REMEMBERED_REQUESTS] }];
}

/** The grant among the facts. */
export const grantIn = (rows: readonly Row[] | undefined): Grant | undefined =>
  rows?.filter((row) => row['capability'] != null).map(grantOf)[0];

export const numberIn = (rows: readonly Row[] | undefined, column = 'n'): number => Number(rows?.[0]?.[column] ?? 0);

/** Counts a use of a grant, and forgets those that its window cannot see any more. */
export const countGrantUse = (
  actor: string,
  capability: string,
  at: number,
  windowSeconds: number,
): readonly Statement[] => [
  {
    sql: 'DELETE FROM aegis_grant_uses WHERE actor = ? AND capability = ? AND at < ?',
    params: [actor, capability, at - windowSeconds * 1000],
  },
  { sql: 'INSERT INTO aegis_grant_uses (actor, capability, at) VALUES (?, ?, ?)', params: [actor, capability, at] },
];

/** Forgets the uses of a grant that is no more. */
export const dropGrantUses = (actor: string, capability: string): Statement => ({
  sql: 'DELETE FROM aegis_grant_uses WHERE actor = ? AND capability = ?',
  params: [actor, capability],
});
