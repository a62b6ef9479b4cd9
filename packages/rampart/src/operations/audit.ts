import type { Operation } from '@sallyport/core';
import { zodDecoder } from '@sallyport/core/internal';
import type { AuditDates, AuditPage, AuditQuery, AuditStats } from '../types/index.js';
import { auditDates, auditPage, auditStats } from '../wire/audit.js';

export const auditEvents: Operation<AuditQuery, AuditPage> = {
  name: 'rampart.audit.events',
  method: 'GET',
  path: () => '/v1/audit/events',
  query: ({ date, limit, offset, tool, action, agent, session }) => ({
    date,
    limit,
    offset,
    tool,
    action,
    agent,
    session,
  }),
  auth: 'token',
  retry: 'safe',
  decode: zodDecoder(auditPage),
};

export const listAuditDates: Operation<void, AuditDates> = {
  name: 'rampart.audit.dates',
  method: 'GET',
  path: () => '/v1/audit/dates',
  auth: 'token',
  retry: 'safe',
  decode: zodDecoder(auditDates),
};

/** Opened as a stream: the body is never decoded here. */
export const exportAudit: Operation<{ readonly date: string }, unknown> = {
  name: 'rampart.audit.export',
  method: 'GET',
  path: () => '/v1/audit/export',
  query: ({ date }) => ({ date }),
  auth: 'token',
  retry: 'safe',
  reads: 'text',
  decode: (body) => body,
};

/**
 * Days, `YYYY-MM-DD`, both included.
 *
 * @example
 * ```ts
 * import type { StatsRange } from '@sallyport/rampart';
 *
 * const november: StatsRange = { from: '2026-11-01', to: '2026-11-30' };
 * ```
 */
export interface StatsRange {
  readonly from?: string;
  readonly to?: string;
}

export const getAuditStats: Operation<StatsRange, AuditStats> = {
  name: 'rampart.audit.stats',
  method: 'GET',
  path: () => '/v1/audit/stats',
  query: ({ from, to }) => ({ from, to }),
  auth: 'token',
  retry: 'safe',
  decode: zodDecoder(auditStats),
};

/** Opened as a stream of events. */
export const streamEvents: Operation<void, unknown> = {
  name: 'rampart.events',
  method: 'GET',
  path: () => '/v1/events/stream',
  auth: 'token',
  retry: 'safe',
  decode: (body) => body,
};
