/**
 * One record of the audit log. For its hash use the raw line from `audit.export`: this is a reading copy.
 *
 * @example
 * ```ts
 * import type { AuditEvent } from '@sallyport/rampart';
 *
 * const line = (event: AuditEvent): string => `${event.timestamp} ${event.tool} ${event.decision.action}`;
 * ```
 */
export interface AuditEvent {
  readonly schemaVersion?: string;
  readonly id: string;
  /** RFC 3339 with nanoseconds, UTC. */
  readonly timestamp: string;
  readonly agent: string;
  readonly session: string;
  readonly host?: Readonly<Record<string, string>>;
  readonly runId?: string;
  readonly toolCallId?: string;
  readonly approvalOwner?: Readonly<Record<string, unknown>>;
  readonly tool: string;
  /** The call's params after redaction. */
  readonly request: Readonly<Record<string, unknown>>;
  readonly decision: {
    readonly action: string;
    readonly matchedPolicies: readonly string[];
    /** Microseconds. */
    readonly evaluationTimeUs?: number;
    readonly message?: string;
    readonly suggestions: readonly string[];
  };
  readonly response?: { readonly exitCode?: number; readonly durationMs?: number; readonly flags: readonly string[] };
  readonly compactedFields?: Readonly<Record<string, unknown>>;
  readonly prevHash?: string;
  readonly hash?: string;
}

/**
 * Which audit events to list.
 *
 * @example
 * ```ts
 * import type { AuditQuery } from '@sallyport/rampart';
 *
 * const query: AuditQuery = { date: '2026-11-21', action: 'deny', limit: 100 };
 * ```
 */
export interface AuditQuery {
  /** UTC day, `YYYY-MM-DD`; today when absent. */
  readonly date?: string;
  /** Events per page, 1 to 500; the gateway's default is 50. */
  readonly limit?: number;
  /** Index of the first event, newest first. */
  readonly offset?: number;
  readonly tool?: string;
  readonly action?: string;
  readonly agent?: string;
  readonly session?: string;
}

/**
 * One page of audit events, newest first.
 *
 * @example
 * ```ts
 * import { type AuditPage, RampartClient } from '@sallyport/rampart';
 *
 * const page: AuditPage = await new RampartClient().audit.events({ limit: 10 });
 * ```
 */
export interface AuditPage {
  readonly events: readonly AuditEvent[];
  /** Events of the day before filtering. */
  readonly totalInFile: number;
  /** Where the next page begins; 0 when this was the last. */
  readonly nextOffset: number;
  readonly date: string;
}

/**
 * The days that have audit events, latest first.
 *
 * @example
 * ```ts
 * import type { AuditDates } from '@sallyport/rampart';
 *
 * const latest = ({ dates }: AuditDates): string | undefined => dates[0];
 * ```
 */
export interface AuditDates {
  readonly dates: readonly string[];
  readonly configured: boolean;
}

/**
 * Counts over a range of days.
 *
 * @example
 * ```ts
 * import { type AuditStats, RampartClient } from '@sallyport/rampart';
 *
 * const stats: AuditStats = await new RampartClient().audit.stats({ from: '2026-11-01', to: '2026-11-21' });
 * ```
 */
export interface AuditStats {
  readonly totalEvents: number;
  readonly byAction: Readonly<Record<string, number>>;
  readonly byTool: Readonly<Record<string, number>>;
  readonly byAgent: Readonly<Record<string, number>>;
  readonly bySession: Readonly<Record<string, number>>;
}

/**
 * Something that happened at the gateway. `other` is an event that this client does not know.
 *
 * @example
 * ```ts
 * import { RampartClient, type RampartEvent } from '@sallyport/rampart';
 *
 * for await (const event of new RampartClient().events()) {
 *   const seen: RampartEvent = event;
 *   if (seen.type === 'audit') process.stdout.write(`${seen.event.tool}\n`);
 * }
 * ```
 */
export type RampartEvent =
  | { readonly type: 'connected' }
  /** The list of pending approvals has changed: fetch it again. */
  | { readonly type: 'approvals' }
  | { readonly type: 'audit'; readonly event: AuditEvent }
  | { readonly type: 'audit_batch'; readonly agent: string; readonly session: string; readonly runId: string }
  | {
      readonly type: 'rule.learned';
      readonly ruleName: string;
      readonly tool: string;
      readonly pattern: string;
      readonly decision: string;
    }
  | { readonly type: 'other'; readonly name: string; readonly data: Readonly<Record<string, unknown>> };
