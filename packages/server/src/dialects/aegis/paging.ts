import type { FastifyRequest } from 'fastify';
import { queryParam } from '../../http/params.js';
import { invalid } from './failure.js';
import { parseIsoTime } from './time.js';

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 200;

type Query = Pick<FastifyRequest, 'query'>;

/** Which part of a list is wanted. */
export interface PageRequest {
  readonly limit: number;
  /** What the cursor of the page before says; empty for the first page. */
  readonly after: string;
}

/** @throws AegisFailure AEGIS-REQ-002 */
export function readPage(query: Query): PageRequest {
  return { limit: readLimit(query), after: readCursor(query) };
}

/** @throws AegisFailure AEGIS-REQ-002 for a limit that is no whole number from 1 to 200. */
export function readLimit(query: Query): number {
  const given = queryParam(query, 'limit');
  if (given === '') return DEFAULT_LIMIT;
  const limit = /^\d{1,9}$/.test(given) ? Number(given) : 0;
  if (limit < 1 || limit > MAX_LIMIT) throw wrong('limit', `limit must be a whole number from 1 to ${MAX_LIMIT}`);
  return limit;
}

function readCursor(query: Query): string {
  const given = queryParam(query, 'cursor');
  if (given === '') return '';
  const after = Buffer.from(given, 'base64url').toString('utf8');
  if (cursorFor(after) !== given) throw wrong('cursor', 'cursor must be one that a page before has given');
  return after;
}

/** The cursor that leads to what comes after; null behind the last page. */
export function cursorFor(after: string | undefined): string | null {
  return after === undefined ? null : Buffer.from(after).toString('base64url');
}

/** A time of the query, in milliseconds since the epoch. @throws AegisFailure AEGIS-REQ-002 */
export function readTime(query: Query, name: 'since' | 'until'): number | undefined {
  const given = queryParam(query, name);
  if (given === '') return undefined;
  const at = parseIsoTime(given);
  if (at === undefined) throw wrong(name, `${name} must be an ISO 8601 time`);
  return at;
}

/** One of several words of the query. @throws AegisFailure AEGIS-REQ-002 */
export function readWord<Word extends string>(query: Query, name: string, words: readonly Word[]): Word | undefined {
  const given = queryParam(query, name);
  if (given === '') return undefined;
  const word = words.find((known) => known === given);
  if (word === undefined) throw wrong(name, `${name} must be one of ${words.join(', ')}`);
  return word;
}

export const wrong = (name: string, message: string) => invalid('AEGIS-REQ-002', `query.${name}`, message);

/** One page of what is in memory, with the cursor for the next. */
export function pageOf<Item>(
  items: readonly Item[],
  { limit, after }: PageRequest,
  key: (item: Item) => string,
): { readonly items: readonly Item[]; readonly cursor: string | null } {
  const start = after === '' ? 0 : items.findIndex((item) => key(item) === after) + 1;
  if (after !== '' && start === 0) throw wrong('cursor', 'what the cursor stood at is gone: begin again');
  const page = items.slice(start, start + limit);
  const last = page.at(-1);
  const more = start + limit < items.length && last !== undefined;
  return { items: page, cursor: cursorFor(more ? key(last) : undefined) };
}
