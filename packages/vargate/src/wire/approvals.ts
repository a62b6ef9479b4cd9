import { compact, field } from '@sallyport/core/internal';
import { z } from 'zod';
import type {
  AnsweredApproval,
  ApprovalQueue,
  Approved,
  ApprovedExecution,
  PendingApproval,
  Rejected,
} from '../types/index.js';

const pendingApproval = z
  .object({
    action_id: z.string(),
    agent_id: field.orEmpty,
    tool: z.string(),
    method: z.string(),
    params: field.orEmptyRecord,
    violations: field.texts,
    severity: field.orEmpty,
    created_at: field.text,
    queued_at: field.text,
    timeout_at: field.text,
  })
  .transform(
    (body): PendingApproval =>
      compact({
        actionId: body.action_id,
        agentId: body.agent_id,
        tool: body.tool,
        method: body.method,
        params: body.params,
        violations: body.violations,
        severity: body.severity,
        createdAt: body.created_at ?? body.queued_at ?? '',
        timeoutAt: body.timeout_at,
      }),
  );

const stats = z.object({
  pending: field.orZero,
  approved: field.orZero,
  rejected: field.orZero,
  expired: field.orZero,
});

export const approvalQueue = z.object({ pending: z.array(pendingApproval), stats: stats.nullish() }).transform(
  (body): ApprovalQueue => ({
    pending: body.pending,
    stats: body.stats ?? { pending: body.pending.length, approved: 0, rejected: 0, expired: 0 },
  }),
);

const execution = z
  .object({ status: z.enum(['success', 'error']), result: z.unknown().optional(), error: field.text })
  .transform((body): ApprovedExecution => compact(body));

const answered = {
  action_id: z.string(),
  tool: z.string(),
  method: z.string(),
  agent_id: field.text,
  severity: field.text,
  reviewer_email: field.text,
  review_note: field.text,
  created_at: field.text,
  reviewed_at: field.text,
  execution: execution.nullish(),
};

const toAnswered = (body: z.infer<z.ZodObject<typeof answered>> & Pick<AnsweredApproval, 'status'>): AnsweredApproval =>
  compact({
    actionId: body.action_id,
    status: body.status,
    tool: body.tool,
    method: body.method,
    agentId: body.agent_id,
    severity: body.severity,
    reviewerEmail: body.reviewer_email,
    reviewNote: body.review_note,
    createdAt: body.created_at,
    reviewedAt: body.reviewed_at,
    execution: body.execution,
  });

/** An unknown word is no answer: it fails the whole list. */
const status = z.enum(['approved', 'rejected', 'expired']);

export const approvalHistory = z
  .object({ history: z.array(z.object({ ...answered, status }).transform(toAnswered)) })
  .transform(({ history }): readonly AnsweredApproval[] => history);

/** One approval, answered or not. */
export const oneApproval = z.discriminatedUnion('status', [
  z.object({ status: z.literal('pending') }).transform(() => undefined),
  z.object({ ...answered, status: z.literal('approved') }).transform(toAnswered),
  z.object({ ...answered, status: z.literal('rejected') }).transform(toAnswered),
  z.object({ ...answered, status: z.literal('expired') }).transform(toAnswered),
]);

const reviewed = { action_id: z.string(), reviewer_email: field.text, reviewed_at: field.text };

export const approved = z
  .object({
    ...reviewed,
    status: z.literal('approved'),
    tool: field.text,
    method: field.text,
    params: field.record,
    execution: execution.nullish(),
  })
  .transform(
    (body): Approved =>
      compact({
        status: body.status,
        actionId: body.action_id,
        reviewerEmail: body.reviewer_email,
        reviewedAt: body.reviewed_at,
        tool: body.tool,
        method: body.method,
        params: body.params,
        execution: body.execution,
      }),
  );

export const rejected = z.object({ ...reviewed, status: z.literal('rejected') }).transform(
  (body): Rejected =>
    compact({
      status: body.status,
      actionId: body.action_id,
      reviewerEmail: body.reviewer_email,
      reviewedAt: body.reviewed_at,
    }),
);
