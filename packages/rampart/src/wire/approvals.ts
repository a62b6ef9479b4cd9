import { compact } from '@sallyport/core/internal';
import { z } from 'zod';
import type {
  Approval,
  ApprovalList,
  ApprovalRunGroup,
  BulkResolved,
  CreatedApproval,
  HostedOutcome,
  ResolvedApproval,
} from '../types/index.js';
import { flag, number, orEmpty, orFalse, orNone, text, texts } from './fields.js';

/** A status decides whether a call may run: an unknown one fails the answer. */
const status = z.enum(['pending', 'approved', 'denied', 'expired']);

export const approval = z
  .object({
    id: z.string().min(1),
    tool: orEmpty,
    command: orEmpty,
    agent: orEmpty,
    session: orEmpty,
    message: orEmpty,
    status,
    created_at: orEmpty,
    expires_at: orEmpty,
    run_id: text,
    credential_owner: text,
    resolved_at: text,
    resolved_by: text,
    persisted: flag,
  })
  .transform(
    (body): Approval =>
      compact({
        id: body.id,
        tool: body.tool,
        command: body.command,
        agent: body.agent,
        session: body.session,
        message: body.message,
        status: body.status,
        createdAt: body.created_at,
        expiresAt: body.expires_at,
        runId: body.run_id,
        credentialOwner: body.credential_owner,
        resolvedAt: body.resolved_at,
        resolvedBy: body.resolved_by,
        persisted: body.persisted,
      }),
  );

const runGroup = z
  .object({
    agent: z.string(),
    session: z.string(),
    run_id: z.string(),
    credential_owner: text,
    count: z.number(),
    earliest_created_at: orEmpty,
    items: orNone(approval),
  })
  .transform(
    (body): ApprovalRunGroup =>
      compact({
        agent: body.agent,
        session: body.session,
        runId: body.run_id,
        credentialOwner: body.credential_owner,
        count: body.count,
        earliestCreatedAt: body.earliest_created_at,
        items: body.items,
      }),
  );

export const approvalList = z
  .object({
    approvals: orNone(approval),
    run_groups: orNone(runGroup),
    run_grant_ttl_ms: number,
  })
  .transform(
    (body): ApprovalList =>
      compact({
        approvals: body.approvals,
        runGroups: body.run_groups,
        runGrantTtlMs: body.run_grant_ttl_ms,
      }),
  );

export const createdApproval = z
  .object({ id: z.string().min(1), status, expires_at: orEmpty, message: text })
  .transform(
    (body): CreatedApproval =>
      compact({ id: body.id, status: body.status, expiresAt: body.expires_at, message: body.message }),
  );

export const resolvedApproval = z
  .object({ id: z.string().min(1), status, approved: z.boolean(), persisted: orFalse })
  .refine(({ status: word, approved }) => approved === (word === 'approved'), {
    message: '"approved" contradicts "status"',
    path: ['approved'],
  })
  .transform((body): ResolvedApproval => body);

export const bulkResolved = z
  .object({
    resolved: z.number(),
    ids: texts,
    reviewed_ids: texts,
    race_covered_ids: texts,
    scope: orEmpty,
    future_calls_authorized: orFalse,
    grant_ttl_ms: number,
    grant_expires_at: text,
  })
  .transform(
    (body): BulkResolved =>
      compact({
        resolved: body.resolved,
        ids: body.ids,
        reviewedIds: body.reviewed_ids,
        raceCoveredIds: body.race_covered_ids,
        scope: body.scope,
        futureCallsAuthorized: body.future_calls_authorized,
        grantTtlMs: body.grant_ttl_ms,
        grantExpiresAt: body.grant_expires_at,
      }),
  );

export const hostedOutcome = z
  .object({
    audit_id: orEmpty,
    event_id: orEmpty,
    status: orEmpty,
    outcome: z.string(),
    resolved_at: orEmpty,
  })
  .transform(
    (body): HostedOutcome => ({
      auditId: body.audit_id,
      eventId: body.event_id,
      status: body.status,
      outcome: body.outcome,
      resolvedAt: body.resolved_at,
    }),
  );
