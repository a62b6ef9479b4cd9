import type { Operation } from '@sallyport/core';
import { zodDecoder } from '@sallyport/core/internal';
import type { AuditEntry, AuditLogStats, AuditQuery, AuditReport, HealthStatus } from '../types/index.js';
import { auditEntries, auditStats, health, reportedAudit } from '../wire/audit.js';

/** One page of the audit log; the first has no offset. */
export interface AuditPageQuery extends AuditQuery {
  readonly offset?: number;
}

export const getAuditLog: Operation<AuditPageQuery, readonly AuditEntry[]> = {
  name: 'meshguard.getAuditLog',
  method: 'GET',
  path: () => '/admin/audit',
  query: ({ limit, decision, agentId, action, from, to, offset }) => ({
    limit,
    decision,
    agentId,
    action,
    from,
    to,
    offset,
  }),
  auth: 'admin',
  retry: 'safe',
  decode: zodDecoder(auditEntries),
};

export const getAuditStats: Operation<void, AuditLogStats> = {
  name: 'meshguard.auditStats',
  method: 'GET',
  path: () => '/admin/audit/stats',
  auth: 'admin',
  retry: 'safe',
  decode: zodDecoder(auditStats),
};

export const logAudit: Operation<AuditReport, { readonly id?: string }> = {
  name: 'meshguard.logAudit',
  method: 'POST',
  path: () => '/proxy/audit',
  body: ({ action, result, agentId, resource, policy, delegatedBy, details }) => ({
    agentId,
    action,
    result,
    resource,
    policy,
    delegatedBy,
    details,
  }),
  auth: 'agent',
  retry: 'keyed',
  decode: zodDecoder(reportedAudit),
};

export const getHealth: Operation<void, HealthStatus> = {
  name: 'meshguard.health',
  method: 'GET',
  path: () => '/health',
  auth: 'none',
  retry: 'safe',
  // A gateway that is not healthy says so with 503, and how it is in the body.
  results: [503],
  decode: zodDecoder(health),
};
