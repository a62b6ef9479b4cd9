import {
  type CallPromise,
  type OpenOptions,
  type OpenResponse,
  type Pages,
  type RequestOptions,
  ResponseError,
} from '@sallyport/core';
import { type Caller, cursorPages, mapCall } from '@sallyport/core/internal';
import { adopting } from './errors.js';
import { auditEvents, exportAudit, getAuditStats, listAuditDates, type StatsRange } from './operations/audit.js';
import type { AuditDates, AuditEvent, AuditPage, AuditQuery, AuditStats } from './types/index.js';

/** Where a later page begins, which day it belongs to ("today" changes at midnight), and what came before it. */
interface Cursor {
  readonly offset: number;
  readonly date: string;
  readonly seen: ReadonlySet<string>;
}

function following({ events, nextOffset, date }: AuditPage, from: number, cursor?: Cursor): Cursor | undefined {
  if (nextOffset === 0) return undefined;
  if (nextOffset <= from) {
    throw new ResponseError(`The audit log names offset ${nextOffset} as what follows offset ${from}.`, {
      gateway: 'rampart',
      operation: auditEvents.name,
    });
  }
  return { offset: nextOffset, date, seen: new Set([...(cursor?.seen ?? []), ...events.map(({ id }) => id)]) };
}

/**
 * The audit log. Needs an admin token.
 *
 * @example
 * ```ts
 * import { RampartClient } from '@sallyport/rampart';
 *
 * for await (const event of new RampartClient().audit.events({ action: 'deny' })) {
 *   process.stdout.write(`${event.timestamp} ${event.tool}\n`);
 * }
 * ```
 */
export class AuditApi {
  readonly #caller: Caller;

  /** @internal Made by the client. */
  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /**
   * The events of one day, newest first: await it for the first page, iterate it for all. Events that are recorded
   * meanwhile move the others to later pages; none is handed out twice.
   */
  events(query: AuditQuery = {}, options?: RequestOptions): Pages<AuditEvent, AuditPage> {
    const fetch = (cursor?: Cursor) => {
      const { seen, ...place } = cursor ?? {};
      const page = this.#caller.call(auditEvents, { ...query, ...place }, options);
      return mapCall(page, (got) => ({ ...got, events: got.events.filter(({ id }) => !seen?.has(id)) }));
    };
    return cursorPages<AuditEvent, AuditPage, Cursor>({
      fetch,
      items: ({ events }) => events,
      next: (page, cursor) => adopting(() => following(page, cursor?.offset ?? query.offset ?? 0, cursor)),
    });
  }

  /** The days that have events, latest first. */
  dates(options?: RequestOptions): CallPromise<AuditDates> {
    return this.#caller.call(listAuditDates, undefined, options);
  }

  /**
   * The raw records of one day as JSON lines, as they were hashed; a stream, since a day may be large.
   *
   * @param date - UTC day, `YYYY-MM-DD`.
   * @throws NotFoundError when the day has no log.
   */
  export(date: string, options?: OpenOptions): Promise<OpenResponse> {
    return this.#caller.open(exportAudit, { date }, options);
  }

  /** Counts by action, tool, agent and session, over at most 366 days; today when no range is given. */
  stats(range: StatsRange = {}, options?: RequestOptions): CallPromise<AuditStats> {
    return this.#caller.call(getAuditStats, range, options);
  }
}
