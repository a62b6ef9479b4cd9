// The only module that may import libsql: several of its inputs abort the process, so every value is checked here first.
import { ConfigurationError } from '@sallyport/core';
import Libsql from 'libsql';
import type { Row, SqlValue } from '../../engine/unit.js';
import { StoreUnavailableError, UnitConflictError } from '../errors.js';
import { placeholdersOf } from '../placeholders.js';
import { bindAll } from '../values.js';
import type { Reply } from '../work.js';

interface Prepared {
  readonly statement: Libsql.Statement<unknown[]>;
  readonly placeholders: number;
}

/** The largest that SQLite takes: no limit. */
const MAX_PAGES = 4_294_967_294;

/** More distinct statements than the whole server has; a bound all the same, for those that are put together. */
const MAX_PREPARED = 512;

/** SQLite's primary result codes that speak of the database and not of the statement. */
const UNAVAILABLE = /^SQLITE_(?:FULL|IOERR|READONLY|CORRUPT|NOTADB|BUSY|LOCKED|NOMEM|CANTOPEN|PROTOCOL|INTERRUPT)/;

/** Statements that a disk without room refuses. */
const WRITES = /\b(?:INSERT|UPDATE|DELETE|CREATE|ALTER|DROP)\b/;

/**
 * Needs more room than there is below a limit of pages, so that SQLite itself says that the disk is full: half-empty and
 * free pages would take a write that is small.
 */
const NEEDS_ROOM = `CREATE TABLE no_room AS
  SELECT zeroblob((freelist_count + 2) * page_size) FROM pragma_freelist_count, pragma_page_size`;

function codeOf(error: unknown): string {
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
  return typeof code === 'string' ? code : '';
}

function translated(error: unknown): unknown {
  const code = codeOf(error);
  if (UNAVAILABLE.test(code)) {
    return new StoreUnavailableError(`The database does not answer (${code}).`, { cause: error });
  }
  if (code.startsWith('SQLITE_CONSTRAINT')) {
    return new UnitConflictError('The change contradicts what is stored.', { cause: error });
  }
  return error;
}

function sqlValueOf(value: unknown): SqlValue {
  if (value instanceof ArrayBuffer) return Buffer.from(value);
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint') return value;
  if (value === null || value instanceof Uint8Array) return value;
  throw new TypeError(`The driver gave a value of type ${typeof value}.`);
}

function rowOf(raw: unknown): Row {
  if (typeof raw !== 'object' || raw === null) throw new TypeError('The driver gave a row that is no object.');
  const row: Record<string, SqlValue> = {};
  for (const [column, value] of Object.entries(raw)) row[column] = sqlValueOf(value);
  return row;
}

/** One SQLite database, open in this process and in no other. */
export class SqliteDriver {
  readonly #db: Libsql.Database;
  readonly #prepared = new Map<string, Prepared>();
  #full = false;

  /**
   * @param path - a file, or `:memory:`.
   * @throws ConfigurationError when the file cannot be opened, or another process has it open.
   */
  constructor(path: string) {
    let db: Libsql.Database | undefined;
    try {
      db = new Libsql(path);
      // Exclusive before the first access: the log needs no shared memory then, and a second server fails at once.
      for (const pragma of ['locking_mode=EXCLUSIVE', 'journal_mode=WAL', 'synchronous=FULL', 'foreign_keys=ON']) {
        db.exec(`PRAGMA ${pragma}`);
      }
      db.exec('BEGIN EXCLUSIVE; COMMIT');
    } catch (error) {
      db?.close();
      const why =
        codeOf(error) === 'SQLITE_BUSY'
          ? 'another process has it open. Stop that one, or give this one a file of its own'
          : `it cannot be opened (${codeOf(error) || 'unknown'}). Check that the folder exists and that it is a SQLite file`;
      throw new ConfigurationError(`Database file ${path}: ${why}.`, { cause: error });
    }
    this.#db = db;
  }

  get inTransaction(): boolean {
    return this.#db.inTransaction;
  }

  /** Runs one statement: rows for a read (or `RETURNING`), the number of changes for a write. */
  execute(sql: string, params: readonly unknown[]): Reply {
    try {
      if (this.#full && WRITES.test(sql)) this.#db.exec(NEEDS_ROOM);
      const { statement, placeholders } = this.#prepare(sql);
      const bound = bindAll(params, placeholders);
      if (statement.reader) return { rows: statement.all(bound).map(rowOf), changes: 0 };
      return { rows: [], changes: statement.run(bound).changes };
    } catch (error) {
      throw translated(error);
    }
  }

  /** For control statements and pragmas: no parameters, no result. */
  exec(sql: string): void {
    try {
      this.#db.exec(sql);
    } catch (error) {
      throw translated(error);
    }
  }

  /** Lets the file grow no further, and refuses every write as a full disk does; or takes that back. */
  setFull(full: boolean): void {
    const pages = full ? this.execute('PRAGMA page_count', []).rows[0]?.['page_count'] : MAX_PAGES;
    this.exec(`PRAGMA max_page_count=${String(pages)}`);
    this.#full = full;
  }

  close(): void {
    this.#prepared.clear();
    try {
      // The driver lets go of the file only when its statements are collected: what it holds is given back before.
      for (const pragma of ['query_only=OFF', 'journal_mode=DELETE', 'locking_mode=NORMAL', 'user_version']) {
        this.#db.exec(`PRAGMA ${pragma}`);
      }
    } catch {
      // A disk that is full or gone: the log stays beside the file, and the next start reads it.
    }
    this.#db.close();
  }

  #prepare(sql: string): Prepared {
    const known = this.#prepared.get(sql);
    if (known !== undefined) return known;
    if (this.#prepared.size >= MAX_PREPARED) this.#prepared.clear();
    const prepared = { statement: this.#db.prepare(sql), placeholders: placeholdersOf(sql).count };
    this.#prepared.set(sql, prepared);
    return prepared;
  }
}
