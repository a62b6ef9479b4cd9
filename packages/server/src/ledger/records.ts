import type { Query, Row, SealedRecord, SqlValue } from '../engine/unit.js';

const COLUMNS = ['chain', 'seq', 'id', 'at', 'actor', 'session', 'subject', 'verdict', 'link', 'hash', 'text'] as const;

/** The columns of a record, for reads. */
export const RECORD_COLUMNS = COLUMNS.join(', ');

/** Rows in one INSERT: enough for the usual turn, few enough for the number of parameters that both stores take. */
const ROWS = 64;

const ONE_ROW = `(${COLUMNS.map(() => '?').join(', ')})`;
/** One text for each number of rows, so that each is compiled once. */
const statements: string[] = [];

function insertSql(rows: number): string {
  const known = statements[rows];
  if (known !== undefined) return known;
  const sql = `INSERT INTO records (${RECORD_COLUMNS}) VALUES ${Array(rows).fill(ONE_ROW).join(', ')}`;
  statements[rows] = sql;
  return sql;
}

/** The statements that put records down, as few as possible. */
export function* insertRecords(records: readonly SealedRecord[]): Generator<Query> {
  for (let start = 0; start < records.length; start += ROWS) {
    const rows = records.slice(start, start + ROWS);
    const params: SqlValue[] = [];
    for (const { chain, seq, id, at, actor, session, subject, verdict, link, hash, text } of rows) {
      params.push(chain, seq, id, at, actor, session, subject, verdict, link, hash, text);
    }
    yield { sql: insertSql(rows.length), params };
  }
}

/** Reads a record back. */
export function recordOf(row: Row): SealedRecord {
  const text = (column: (typeof COLUMNS)[number]) => String(row[column]);
  return {
    chain: text('chain'),
    seq: Number(row['seq']),
    id: text('id'),
    at: Number(row['at']),
    actor: text('actor'),
    session: text('session'),
    subject: text('subject'),
    verdict: text('verdict'),
    link: text('link'),
    hash: text('hash'),
    text: text('text'),
  };
}
