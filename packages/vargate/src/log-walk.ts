import { type RequestOptions, ResponseError } from '@sallyport/core';
import { adopted, type Connection } from './connection.js';
import { getRawLog } from './operations/audit.js';
import type { RawPage } from './wire/audit.js';

const PAGE = 1000;

/** Records of the log, oldest first. */
export interface LogPart {
  readonly records: RawPage['records'];
  /** Records that were handed out so far, and those there are in all. */
  readonly checked: number;
  readonly total: number;
}

/**
 * Hands out the log oldest first, page by page, though the gateway shows it newest first: pages are counted from the end,
 * which moves while records are added. It ends with the records that were there when the last page was fetched.
 *
 * @param start - the oldest records to pass over.
 */
export async function* walkLog(
  connection: Connection,
  start: number,
  request: RequestOptions,
): AsyncGenerator<LogPart, void, undefined> {
  const fetch = (limit: number, offset: number) => connection.call(getRawLog, { limit, offset }, request);
  let { total } = await fetch(1, 0);
  let at = start;
  let slack = 0;
  while (at < total) {
    const offset = Math.max(0, total - at - PAGE + slack);
    const page = await fetch(PAGE, offset);
    // Counted from the oldest record, which has number 0.
    const first = page.total - offset - page.records.length;
    const fresh = page.records.toReversed().slice(Math.max(at - first, 0));
    if (first > at) {
      slack = growth(slack, first - at, page);
    } else {
      if (fresh.length === 0) throw stuck(`record ${at + 1} of ${page.total}`);
      at += fresh.length;
      yield { records: fresh, checked: at, total: page.total };
    }
    total = page.total;
  }
}

/** Asks for older records next time, by twice what was missed; a page that misses a whole page cannot be caught. */
function growth(slack: number, missed: number, { records }: RawPage): number {
  const next = Math.max(2 * missed, 2 * slack);
  if (records.length === 0 || next >= PAGE) throw stuck('a page that stands still while it is read');
  return next;
}

const stuck = (what: string): unknown =>
  adopted(new ResponseError(`The audit log does not show ${what}.`, { gateway: 'vargate', operation: getRawLog.name }));
