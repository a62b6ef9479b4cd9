import pg from 'pg';
import type { Row, SqlValue } from '../../engine/unit.js';
import { type Placeholders, placeholdersOf } from '../placeholders.js';
import { bindAll } from '../values.js';
import type { Reply } from '../work.js';
import { translated } from './errors.js';

/** Object ids of the types that PostgreSQL gives where SQLite gives a number. */
const NUMBERS = { bool: 16, int8: 20, numeric: 1700 } as const;

/** Makes rows look as SQLite's do: counts, times and sums of ours all fit a number. */
export const types: pg.CustomTypesConfig = {
  getTypeParser: (oid: number, format?: string) => {
    if (oid === NUMBERS.bool) return (text: string) => (text === 't' ? 1 : 0);
    if (oid === NUMBERS.int8 || oid === NUMBERS.numeric) return Number;
    return format === 'binary' ? pg.types.getTypeParser(oid, 'binary') : pg.types.getTypeParser(oid, 'text');
  },
};

interface Known extends Placeholders {
  /** The name that it is prepared under on every connection. */
  readonly name: string;
}

/** More distinct statements than the whole server has; those beyond are not kept prepared. */
const MAX_PREPARED = 512;

const known = new Map<string, Known>();

function knownOf(sql: string): Placeholders & { readonly name?: string } {
  const found = known.get(sql);
  if (found !== undefined) return found;
  const placeholders = placeholdersOf(sql);
  if (known.size >= MAX_PREPARED || placeholders.count === 0) return placeholders;
  const named = { ...placeholders, name: `sallyport_${known.size}` };
  known.set(sql, named);
  return named;
}

const COUNTED = /^(?:INSERT|UPDATE|DELETE)$/;

function sqlValueOf(value: unknown): SqlValue {
  if (typeof value === 'string' || typeof value === 'number' || value === null || Buffer.isBuffer(value)) return value;
  throw new TypeError(`The driver gave a value of type ${typeof value}.`);
}

function rowOf(raw: Readonly<Record<string, unknown>>): Row {
  const row: Record<string, SqlValue> = {};
  for (const [column, value] of Object.entries(raw)) row[column] = sqlValueOf(value);
  return row;
}

async function send(client: pg.ClientBase, query: pg.QueryConfig<unknown[]>): Promise<Reply> {
  try {
    const { rows, rowCount, command } = await client.query<Record<string, unknown>>(query);
    return { rows: rows.map(rowOf), changes: COUNTED.test(command) ? (rowCount ?? 0) : 0 };
  } catch (error) {
    throw translated(error);
  }
}

/** Runs a statement with `?` placeholders, prepared. */
export async function execute(client: pg.ClientBase, sql: string, params: readonly SqlValue[]): Promise<Reply> {
  const { name, numbered, count } = knownOf(sql);
  const values = bindAll(params, count);
  return send(client, count === 0 ? { text: sql } : { text: numbered, values, ...(name !== undefined && { name }) });
}

/** Runs a statement of Kysely's, whose placeholders are numbered already. */
export async function executeNumbered(client: pg.ClientBase, text: string, params: readonly unknown[]): Promise<Reply> {
  // Its look at the catalogue compares booleans, which no column of ours holds.
  const values = params.map((value) => (typeof value === 'boolean' ? String(value) : value));
  return send(client, { text, values: bindAll(values, params.length) });
}
