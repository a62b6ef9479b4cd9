import { ConfigurationError, type Pages, type RequestOptions, ResponseError } from '@sallyport/core';
import { checkNames, cursorPages, mapCall, optionNames, shown } from '@sallyport/core/internal';
import type { Connection } from './connection.js';
import { getAuditLog } from './operations/audit.js';
import type { AuditEntry, AuditQuery } from './types/index.js';

/** Where a later page begins, when the first was read, and what came before it. */
interface Cursor {
  readonly offset: number;
  readonly to: string;
  readonly seen: ReadonlySet<string>;
}

type Page = readonly AuditEntry[];

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 1000;

const QUERY_NAMES = optionNames({
  limit: true,
  decision: true,
  agentId: true,
  action: true,
  from: true,
  to: true,
} satisfies Readonly<Record<keyof AuditQuery, true>>);

function checkQuery(query: AuditQuery): number {
  checkNames(query, QUERY_NAMES, 'getAuditLog');
  const { limit = DEFAULT_LIMIT } = query;
  if (Number.isInteger(limit) && limit >= 1 && limit <= MAX_LIMIT) return limit;
  throw new ConfigurationError(`limit must be a whole number from 1 to ${MAX_LIMIT}, and not ${shown(limit)}.`);
}

/** A gateway that does not know offsets sends the first page again and again: that must not pass for the rest. */
function following(page: Page, limit: number, cursor: Cursor | undefined): Cursor | undefined {
  const seen = cursor?.seen ?? new Set<string>();
  const [first] = page;
  if (first === undefined || page.length < limit) return undefined;
  if (page.every(({ id }) => seen.has(id))) {
    throw new ResponseError('This gateway hands out one page only. Narrow the query with "from" and "to".', {
      gateway: 'meshguard',
      operation: getAuditLog.name,
    });
  }
  return {
    offset: (cursor?.offset ?? 0) + page.length,
    // What is recorded meanwhile would move the rest to later pages.
    to: cursor?.to ?? first.timestamp,
    seen: new Set([...seen, ...page.map(({ id }) => id)]),
  };
}

/** The audit log, page by page; no entry is handed out twice. */
export function auditLog(connection: Connection, query: AuditQuery, options?: RequestOptions): Pages<AuditEntry, Page> {
  const limit = () => checkQuery(query);
  const pages = new WeakMap<Page, Page>();
  return cursorPages<AuditEntry, Page, Cursor>({
    fetch: (cursor) =>
      connection.checked(() => {
        const { offset, to } = cursor ?? {};
        const place = { limit: limit(), ...(offset !== undefined && { offset }), ...(to !== undefined && { to }) };
        return mapCall(connection.call(getAuditLog, { ...query, ...place }, options), (whole) => {
          const fresh = whole.filter(({ id }) => !cursor?.seen.has(id));
          pages.set(fresh, whole);
          return fresh;
        });
      }),
    items: (page) => page,
    next: (page, cursor) => connection.owned(() => following(pages.get(page) ?? page, limit(), cursor)),
  });
}
