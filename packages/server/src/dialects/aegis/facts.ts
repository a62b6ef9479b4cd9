import { createHash } from 'node:crypto';
import type { Query, Row, Statement } from '../../engine/unit.js';
import { actionTypeNamed } from './evaluation/actions.js';
import type { PastAction } from './evaluation/anomaly.js';
import type { Evaluation } from './evaluation/evaluate.js';
import type { Proposal } from './evaluation/proposal.js';
import { targetDigest } from './evaluation/targets.js';

/** Length of the windows that agents are counted in. */
export const WINDOW_MS = 60_000;

/** Ids of requests that are remembered. */
const REMEMBERED_REQUESTS = 10_000;
/** Decisions about an agent that its risk depends on. */
const REMEMBERED_DECISIONS = 100;

const digestOf = (id: string): string => createHash('sha256').update(id).digest('hex');

/** Looks whether a request id was seen. */
export const seenRequest = (id: string): Query => ({
  sql: 'SELECT seq, retry FROM aegis_requests WHERE digest = ? ORDER BY seq DESC LIMIT 1',
  params: [digestOf(id)],
});

/**
 * Remembers a request id, and forgets those that are too many.
 *
 * @param retry - fingerprint of the keyed request that may come with this id again, because it was only put off.
 */
export const rememberRequest = (id: string, retry: string): readonly Statement[] => [
  {
    sql: 'INSERT INTO aegis_requests (seq, digest, retry) SELECT coalesce(max(seq), 0) + 1, ?, ? FROM aegis_requests',
    params: [digestOf(id), retry],
  },
  {
    sql: `DELETE FROM aegis_requests WHERE seq <= (SELECT max(seq) FROM aegis_requests) - ${REMEMBERED_REQUESTS}`,
    params: [],
  },
];

/** What is counted in sliding windows. */
export const agentScope = (actor: string): string => `agent:${actor}`;
export const aggregateScope = (actor: string): string => `aggregate:${actor}`;
export const grantScope = (actor: string, capability: string): string => `grant:${actor}:${capability}`;

/** Counts a window: `n` entries that are not older than it, the oldest of them at `oldest`. */
export const hitsSince = (scope: string, from: number): Query => ({
  sql: 'SELECT count(*) AS n, min(at) AS oldest FROM aegis_hits WHERE scope = ? AND at >= ?',
  params: [scope, from],
});

/** Counts the window of a grant's own rate limit. */
export const grantHits = (actor: string, capability: string, now: number): Query => ({
  sql:
    'SELECT count(*) AS n FROM aegis_hits WHERE scope = ? AND at >= ? - ' +
    '(SELECT window_ms FROM aegis_grants WHERE actor = ? AND capability = ?)',
  params: [grantScope(actor, capability), now, actor, capability],
});

export const numberIn = (rows: readonly Row[] | undefined, column = 'n'): number => Number(rows?.[0]?.[column] ?? 0);

/** Counts one more, and forgets what no window of this length can see. */
export const countHit = (scope: string, at: number, windowMs: number): readonly Statement[] => [
  { sql: 'DELETE FROM aegis_hits WHERE scope = ? AND at < ?', params: [scope, at - windowMs] },
  { sql: 'INSERT INTO aegis_hits (scope, at) VALUES (?, ?)', params: [scope, at] },
];

/** The latest decisions about an agent, newest first. */
export const historyRows = (actor: string): Query => ({
  sql:
    'SELECT id, action_type, target_key, target_tenths, denied FROM aegis_history WHERE actor = ? ' +
    `ORDER BY id DESC LIMIT ${REMEMBERED_DECISIONS}`,
  params: [actor],
});

export function historyOf(rows: readonly Row[]): readonly PastAction[] {
  return rows.map((row) => ({
    actionType: actionTypeNamed(String(row['action_type'])) ?? 'tool_call',
    targetKey: String(row['target_key']),
    targetScore: Number(row['target_tenths']) / 10,
    denied: Number(row['denied']) === 1,
  }));
}

/** Adds a decision to its agent's history. @param rows - the history that was loaded. */
export function rememberDecision(
  { actor, actionType, target }: Proposal,
  { outcome, risk }: Pick<Evaluation, 'outcome' | 'risk'>,
  id: string,
  rows: readonly Row[],
): readonly Statement[] {
  const insert: Statement = {
    sql: 'INSERT INTO aegis_history (actor, id, action_type, target_key, target_tenths, denied) VALUES (?, ?, ?, ?, ?, ?)',
    params: [
      actor.id,
      id,
      actionType,
      targetDigest(target),
      Math.round(risk.breakdown.target_sensitivity * 10),
      outcome === 'DENY' ? 1 : 0,
    ],
  };
  const oldest = rows[REMEMBERED_DECISIONS - 1];
  if (oldest === undefined) return [insert];
  const drop = 'DELETE FROM aegis_history WHERE actor = ? AND id <= ?';
  return [{ sql: drop, params: [actor.id, String(oldest['id'])] }, insert];
}
