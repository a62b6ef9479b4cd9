import type { CallPromise } from './call-promise.js';
import { ResponseError } from './errors/response.js';

/**
 * A list that comes in pages. Await it for the first page, iterate it for every item, or `byPage()` for every page. The
 * first page is asked for at once, the others when they are needed.
 *
 * @example
 * ```ts
 * import type { Pages } from '@sallyport/core';
 *
 * async function count(events: Pages<string, { items: string[] }>): Promise<number> {
 *   let found = 0;
 *   for await (const event of events) found += event.length > 0 ? 1 : 0;
 *   return found;
 * }
 * ```
 */
export interface Pages<Item, Page> extends CallPromise<Page>, AsyncIterable<Item> {
  /** The pages themselves, the first one included. */
  byPage(): AsyncIterable<Page>;
}

/** How to walk a list. */
export interface PageSource<Item, Page, Cursor> {
  /** Asks for the page at a cursor; for the first one when undefined. */
  readonly fetch: (cursor: Cursor | undefined) => CallPromise<Page>;
  readonly items: (page: Page) => readonly Item[];
  /** Where the page after this one begins; undefined when it was the last. */
  readonly next: (page: Page, cursor: Cursor | undefined) => Cursor | undefined;
}

/**
 * Walks a list by cursors that the server hands out.
 *
 * @example
 * ```ts
 * import type { CallPromise } from '@sallyport/core';
 * import { cursorPages } from '@sallyport/core/internal';
 *
 * interface Page { items: number[]; next?: string }
 * const list = (fetch: (cursor: string | undefined) => CallPromise<Page>) =>
 *   cursorPages({ fetch, items: (page) => page.items, next: (page) => page.next });
 * ```
 */
export function cursorPages<Item, Page, Cursor>(source: PageSource<Item, Page, Cursor>): Pages<Item, Page> {
  const first = source.fetch(undefined);

  async function* byPage(): AsyncGenerator<Page, void, undefined> {
    let cursor: Cursor | undefined;
    let page = await first;
    for (;;) {
      yield page;
      const following = source.next(page, cursor);
      if (following === undefined) return;
      if (following === cursor) throw new ResponseError('The server names the same next page again and again.');
      cursor = following;
      page = await source.fetch(cursor);
    }
  }

  async function* items(): AsyncGenerator<Item, void, undefined> {
    for await (const page of byPage()) yield* source.items(page);
  }

  return Object.assign(first, { byPage, [Symbol.asyncIterator]: items });
}

/**
 * Walks a list by offsets that the client counts; a page with fewer items than asked for is the last.
 *
 * @param limit - items asked for per page.
 * @param start - the first offset, 0 when absent.
 */
export function offsetPages<Item, Page>(
  source: Pick<PageSource<Item, Page, number>, 'items'> & { readonly fetch: (offset: number) => CallPromise<Page> },
  limit: number,
  start = 0,
): Pages<Item, Page> {
  const { items, fetch } = source;
  return cursorPages<Item, Page, number>({
    items,
    fetch: (offset = start) => fetch(offset),
    next: (page, offset = start) => (items(page).length < limit ? undefined : offset + items(page).length),
  });
}
