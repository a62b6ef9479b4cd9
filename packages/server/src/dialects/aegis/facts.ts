import { createHash } from 'node:crypto';
import type { Query, Row, Statement } from '../../engine/unit.js';

/** Ids of requests that are remembered. */
const REMEMBERED_REQUESTS = 10_000;
/** Forgotten ids are dropped so many at a time. */
const DROPPED_TOGETHER = 100;

const digestOf = (id: string): string => createHash('sha256').update(id).digest('hex');

/** Looks whether a request id is among the last that were seen (`retry`), and which number the last one has. */
export const seenRequest = (id: string): Query => ({
  sql:
    'SELECT last.seq AS last, (SELECT retry FROM aegis_requests WHERE digest = ? ' +
    `AND seq > last.seq - ${REMEMBERED_REQUESTS} ORDER BY seq DESC LIMIT 1) AS retry ` +
    'FROM (SELECT max(seq) AS seq FROM aegis_requests) AS last',
  params: [digestOf(id)],
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

const GRANT_WINDOW = '(SELECT window_ms FROM aegis_grants WHERE actor = ? AND capability = ?)';

/** Counts a grant's uses within its rate limit's window; those further ahead were counted before the clock was set back. */
export const grantHits = (actor: string, capability: string, now: number): Query => ({
  sql:
    'SELECT count(*) AS n FROM aegis_grant_uses WHERE actor = ? AND capability = ? ' +
    `AND at >= ? - ${GRANT_WINDOW} AND at <= ? + ${GRANT_WINDOW}`,
  params: [actor, capability, now, actor, capability, now, actor, capability],
});

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
