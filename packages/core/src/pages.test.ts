import { describe, expect, it } from 'vitest';
import { type CallPromise, callPromise } from './call-promise.js';
import { ResponseError } from './errors/index.js';
import { cursorPages, offsetPages } from './pages.js';
import { failure } from './test/caller.js';

interface Page {
  readonly items: readonly number[];
  readonly next?: string;
}
const meta = { status: 200, requestId: 'r', attempts: 1, durationMs: 0, headers: {} };
const answer = <T>(data: T): CallPromise<T> => callPromise(Promise.resolve({ data, meta }));

function listOf(pages: Readonly<Record<string, Page>>) {
  const asked: (string | undefined)[] = [];
  const list = cursorPages({
    fetch: (cursor: string | undefined) => {
      asked.push(cursor);
      return answer(pages[cursor ?? 'first'] ?? { items: [] });
    },
    items: (page) => page.items,
    next: (page) => page.next,
  });
  return { asked, list };
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

describe('pages by cursor', () => {
  const three = { first: { items: [1, 2], next: 'b' }, b: { items: [], next: 'c' }, c: { items: [3] } };

  it('give the first page when awaited, with its response', async () => {
    const { asked, list } = listOf(three);
    expect(await list).toEqual({ items: [1, 2], next: 'b' });
    expect((await list.withResponse()).meta.requestId).toBe('r');
    expect(asked).toEqual([undefined]);
  });

  it('give every item when iterated, fetching each page once', async () => {
    const { asked, list } = listOf(three);
    await list;
    expect(await all(list)).toEqual([1, 2, 3]);
    expect(asked).toEqual([undefined, 'b', 'c']);
  });

  it('fetch no page that is not needed', async () => {
    const { asked, list } = listOf(three);
    for await (const item of list) if (item === 2) break;
    expect(asked).toEqual([undefined]);
  });

  it('can be walked page by page', async () => {
    expect((await all(listOf(three).list.byPage())).map(({ items }) => items)).toEqual([[1, 2], [], [3]]);
  });

  it('do not go round in circles', async () => {
    const { list } = listOf({ first: { items: [1], next: 'b' }, b: { items: [2], next: 'b' } });
    expect(await failure(all(list))).toBeInstanceOf(ResponseError);
  });
});

describe('pages by offset', () => {
  it('end with a page that is not full', async () => {
    const offsets: number[] = [];
    const fetch = (offset: number) => {
      offsets.push(offset);
      return answer([1, 2, 3, 4, 5].slice(offset, offset + 2));
    };
    expect(await all(offsetPages({ fetch, items: (page: number[]) => page }, 2))).toEqual([1, 2, 3, 4, 5]);
    expect(offsets).toEqual([0, 2, 4]);
  });
});
