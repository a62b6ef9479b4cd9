import type { Operation } from '@sallyport/core';
import { path, zodDecoder } from '@sallyport/core/internal';
import type { AuditEvent, AuditPage, AuditQuery, AuditTrail, Health } from '../types/index.js';
import { auditEvents, auditPage, auditTrail, health } from '../wire/audit.js';

const read = { method: 'GET', auth: 'key', retry: 'safe' } as const;

export const queryAuditLog: Operation<AuditQuery, AuditPage> = {
  ...read,
  name: 'aegis.audit.log',
  path: () => '/api/v1/audit/log',
  query: ({ actorId, capability, outcome, decisionId, since, until, eventType, limit, cursor }) => ({
    actor_id: actorId,
    capability,
    outcome,
    decision_id: decisionId,
    since,
    until,
    event_type: eventType,
    limit,
    cursor,
  }),
  decode: zodDecoder(auditPage),
};

export const getAuditTrail: Operation<string, AuditTrail> = {
  ...read,
  name: 'aegis.audit.trail',
  path: (decisionId) => path`/api/v1/audit/log/${decisionId}`,
  decode: zodDecoder(auditTrail),
};

export const listAuditEvents: Operation<{ readonly limit?: number }, readonly AuditEvent[]> = {
  ...read,
  name: 'aegis.audit.events',
  path: () => '/api/v1/audit/events',
  query: ({ limit }) => ({ limit }),
  decode: zodDecoder(auditEvents),
};

export const getHealth: Operation<void, Health> = {
  name: 'aegis.health',
  method: 'GET',
  path: () => '/api/v1/health',
  auth: 'none',
  retry: 'safe',
  decode: zodDecoder(health),
};
