/**
 * Which entries of the audit log to read.
 *
 * @example
 * ```ts
 * import { type AuditQuery, MeshGuardClient } from '@sallyport/meshguard';
 *
 * const denials: AuditQuery = { decision: 'deny', from: '2026-11-01T00:00:00Z', limit: 100 };
 * for await (const { action } of new MeshGuardClient().getAuditLog(denials)) process.stdout.write(`${action}\n`);
 * ```
 */
export interface AuditQuery {
  /**
   * Entries per page, 1 to 1000.
   * @defaultValue `50`
   */
  readonly limit?: number;
  readonly decision?: 'allow' | 'deny';
  readonly agentId?: string;
  readonly action?: string;
  /** RFC 3339, included. */
  readonly from?: string;
  /** RFC 3339, included. */
  readonly to?: string;
}

/**
 * One entry of the audit log.
 *
 * @example
 * ```ts
 * import type { AuditEntry } from '@sallyport/meshguard';
 *
 * const line = (entry: AuditEntry): string => `${entry.timestamp}: ${entry.action} -> ${entry.decision}`;
 * ```
 */
export interface AuditEntry {
  readonly id: string;
  /** RFC 3339. */
  readonly timestamp: string;
  readonly action: string;
  /** `allow` or `deny`. */
  readonly decision: string;
  readonly agentId?: string;
  readonly agentName?: string;
  readonly trustTier?: string;
  readonly resource?: string;
  readonly method?: string;
  readonly path?: string;
  readonly policy?: string;
  readonly rule?: string;
  readonly reason?: string;
  readonly traceId?: string;
  readonly durationMs?: number;
  /** `agent` for what an agent has entered itself, as its word; absent for what the gateway has decided. */
  readonly source?: string;
  readonly metadata: Readonly<Record<string, unknown>>;
}

/**
 * Counts of the last day.
 *
 * @example
 * ```ts
 * import { type AuditLogStats, MeshGuardClient } from '@sallyport/meshguard';
 *
 * const { total, denied }: AuditLogStats = await new MeshGuardClient().auditStats();
 * ```
 */
export interface AuditLogStats {
  readonly total: number;
  readonly allowed: number;
  readonly denied: number;
  /** `24h`. */
  readonly period: string;
}

/**
 * Something an agent reports about itself; decisions are recorded by the gateway without it.
 *
 * @example
 * ```ts
 * import type { AuditReport } from '@sallyport/meshguard';
 *
 * const report: AuditReport = { action: 'write:email', result: 'success', details: { messageId: 'm-17' } };
 * ```
 */
export interface AuditReport {
  readonly action: string;
  /** `success`, `failure` or `blocked`. */
  readonly result: string;
  readonly agentId?: string;
  readonly resource?: string;
  readonly policy?: string;
  readonly delegatedBy?: string;
  readonly details?: Readonly<Record<string, unknown>>;
}
