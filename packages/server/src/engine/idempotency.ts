import type { Query, Row, Statement } from './unit.js';

/**
 * How long an answer is kept, in milliseconds: two minutes. Long enough for a client's retries with their pauses, and no
 * longer: an allow that is repeated knows nothing of a policy that has turned against it since.
 */
export const IDEMPOTENCY_TTL = 2 * 60 * 1000;

/** An answer that was given under a key. */
export interface KeptAnswer {
  /** Whose keys: the credential and the operation, so that nobody meets another's. */
  readonly scope: string;
  readonly key: string;
  /** Digest of the request that the key came with. */
  readonly fingerprint: string;
  /** HTTP status. */
  readonly status: number;
  readonly body: string;
}

/** What a key says about a request: never seen, to be answered as before, or used for another request (HTTP 422). */
export type Known =
  | { readonly kind: 'fresh' }
  | { readonly kind: 'replay'; readonly status: number; readonly body: string }
  | { readonly kind: 'mismatch' };

/** What a unit loads to find out whether it was asked before. */
export const loadAnswer = (scope: string, key: string): Query => ({
  sql: 'SELECT fingerprint, status, body, created_at FROM idempotency WHERE scope = ? AND key = ?',
  params: [scope, key],
});

/** Reads what was loaded. `now` is the turn's. */
export function readAnswer(rows: readonly Row[] | undefined, fingerprint: string, now: number): Known {
  const row = rows?.[0];
  if (row === undefined || Number(row['created_at']) + IDEMPOTENCY_TTL <= now) return { kind: 'fresh' };
  if (row['fingerprint'] !== fingerprint) return { kind: 'mismatch' };
  return { kind: 'replay', status: Number(row['status']), body: String(row['body']) };
}

/** Keeps an answer, in the unit that decided on it. Fails as a conflict when another answer was kept in between. */
export const keepAnswer = ({ scope, key, fingerprint, status, body }: KeptAnswer, now: number): Statement => ({
  sql:
    'INSERT INTO idempotency (scope, key, fingerprint, status, body, created_at) VALUES (?, ?, ?, ?, ?, ?) ' +
    'ON CONFLICT (scope, key) DO UPDATE SET fingerprint = excluded.fingerprint, status = excluded.status, ' +
    'body = excluded.body, created_at = excluded.created_at WHERE idempotency.created_at <= ?',
  params: [scope, key, fingerprint, status, body, now, now - IDEMPOTENCY_TTL],
  expect: 1,
});

/** Drops answers that are too old to be given again. */
export const dropAnswers = (now: number): Statement => ({
  sql: 'DELETE FROM idempotency WHERE created_at <= ?',
  params: [now - IDEMPOTENCY_TTL],
});
