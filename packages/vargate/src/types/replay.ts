/**
 * Which record to decide again.
 *
 * @example
 * ```ts
 * import type { ReplayTarget } from '@sallyport/vargate';
 *
 * const latest: ReplayTarget = { lastBlock: true };
 * ```
 */
export type ReplayTarget =
  | { readonly actionId: string }
  /** From 1, in the order of the log. */
  | { readonly recordNumber: number }
  /** The last record that was refused. */
  | { readonly lastBlock: true };

/**
 * Which records to decide again: so many of the last ones, or those with these ids.
 *
 * @example
 * ```ts
 * import type { BulkTarget } from '@sallyport/vargate';
 *
 * const lastHundred: BulkTarget = { count: 100 };
 * ```
 */
export type BulkTarget = { readonly count: number } | { readonly actionIds: readonly string[] };

/**
 * Under which policy to decide again.
 *
 * @example
 * ```ts
 * import type { ReplayPolicy } from '@sallyport/vargate';
 *
 * const asThen: ReplayPolicy = { policy: 'recorded' };
 * ```
 */
export interface ReplayPolicy {
  /**
   * `current`, `recorded` (the revision that decided then), or a revision such as `v1.0.0-1712840000`, where the gateway keeps it.
   * @defaultValue the gateway's own: the current one
   */
  readonly policy?: string;
}

/**
 * A decision, then or now.
 *
 * @example
 * ```ts
 * import type { ReplayedDecision } from '@sallyport/vargate';
 *
 * const line = ({ decision, violations }: ReplayedDecision): string => `${decision} ${violations.join(', ')}`;
 * ```
 */
export interface ReplayedDecision {
  readonly decision: string;
  readonly violations: readonly string[];
  readonly severity?: string;
  readonly bundleRevision?: string;
  /** When it was recorded, or replayed. */
  readonly at?: string;
}

/**
 * A decision held against the one that policy would make now.
 *
 * @example
 * ```ts
 * import type { Replay } from '@sallyport/vargate';
 *
 * const drifted = ({ consistent }: Replay): boolean => !consistent;
 * ```
 */
export interface Replay {
  readonly actionId?: string;
  /** True when both decisions, their violations and severity are the same. */
  readonly consistent: boolean;
  /** `MATCH` or `MISMATCH`, where the gateway says it so. */
  readonly replayStatus?: string;
  readonly original?: ReplayedDecision;
  readonly replayed?: ReplayedDecision;
  readonly interpretation?: string;
}

/**
 * One record of a bulk replay: replayed, or why it could not be.
 *
 * @example
 * ```ts
 * import type { BulkReplayResult } from '@sallyport/vargate';
 *
 * const failed = (result: BulkReplayResult): boolean => 'error' in result;
 * ```
 */
export type BulkReplayResult = Replay | { readonly actionId?: string; readonly error: string };

/**
 * What a bulk replay brought, oldest record first.
 *
 * @example
 * ```ts
 * import type { BulkReplay } from '@sallyport/vargate';
 *
 * const hasDrift = ({ summary }: BulkReplay): boolean => summary.mismatched > 0;
 * ```
 */
export interface BulkReplay {
  readonly results: readonly BulkReplayResult[];
  readonly summary: ReplaySummary;
}

/**
 * Replayed records in numbers.
 *
 * @example
 * ```ts
 * import type { ReplaySummary } from '@sallyport/vargate';
 *
 * const isClean = ({ mismatched, errors }: ReplaySummary): boolean => mismatched + errors === 0;
 * ```
 */
export interface ReplaySummary {
  readonly total: number;
  readonly matched: number;
  readonly mismatched: number;
  readonly errors: number;
}
