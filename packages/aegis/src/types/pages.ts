/**
 * Which records to read, and how many at a time.
 *
 * @example
 * ```ts
 * import type { PageQuery } from '@sallyport/aegis';
 *
 * const query: PageQuery = { limit: 100 };
 * ```
 */
export interface PageQuery {
  /**
   * Records per page, 1 to 200.
   * @defaultValue `50`
   */
  readonly limit?: number;
  /** Where to begin: the `cursor` of an earlier page. */
  readonly cursor?: string;
}

/**
 * What every page says beside its items.
 *
 * @example
 * ```ts
 * import type { Page } from '@sallyport/aegis';
 *
 * const isLast = ({ cursor }: Page): boolean => cursor === undefined;
 * ```
 */
export interface Page {
  /** How many there are on all pages, where the gateway counts. */
  readonly total?: number;
  /** Where the next page begins; absent on the last. */
  readonly cursor?: string;
}
