import type { Query, SqlValue } from '../engine/unit.js';
import type { RecordFilter, RecordPage } from './ledger.js';
import { RECORD_COLUMNS } from './records.js';

const CONDITIONS = {
  chain: 'chain = ?',
  from: 'at >= ?',
  to: 'at < ?',
  actor: 'actor = ?',
  session: 'session = ?',
  subject: 'subject = ?',
  verdict: 'verdict = ?',
  fromSeq: 'seq >= ?',
  toSeq: 'seq < ?',
} as const satisfies Record<keyof RecordFilter, string>;

interface Where {
  readonly sql: string;
  readonly params: readonly SqlValue[];
}

function where(filter: RecordFilter): Where {
  const conditions: string[] = [];
  const params: SqlValue[] = [];
  const values: RecordFilter & Record<string, unknown> = { ...filter };
  for (const [name, condition] of Object.entries(CONDITIONS)) {
    const value = values[name];
    if (typeof value !== 'string' && typeof value !== 'number') continue;
    conditions.push(condition);
    params.push(value);
  }
  return { sql: conditions.join(' AND '), params };
}

/** One page of records. */
export function pageQuery(filter: RecordFilter, { order, limit, offset = 0 }: RecordPage): Query {
  const { sql, params } = where(filter);
  return {
    sql: `SELECT ${RECORD_COLUMNS} FROM records WHERE ${sql} ORDER BY seq ${order === 'oldest' ? 'ASC' : 'DESC'} LIMIT ? OFFSET ?`,
    params: [...params, limit, offset],
  };
}

/** How many records there are, as `n`. */
export function countQuery(filter: RecordFilter): Query {
  const { sql, params } = where(filter);
  return { sql: `SELECT count(*) AS n FROM records WHERE ${sql}`, params };
}

/** How many records there are of each `value`, as `n`. */
export function tallyQuery(filter: RecordFilter, by: 'actor' | 'session' | 'subject' | 'verdict'): Query {
  const { sql, params } = where(filter);
  return {
    sql: `SELECT ${by} AS value, count(*) AS n FROM records WHERE ${sql} GROUP BY ${by} ORDER BY ${by}`,
    params,
  };
}
