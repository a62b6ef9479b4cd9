import { compact } from '@sallyport/core/internal';
import { z } from 'zod';
import type { ApprovalOwner, HostedApproval, PreflightDecision, RampartAction, ToolDecision } from '../types/index.js';
import { flag, number, orEmpty, orFalse, text, texts } from './fields.js';

/** The present words, and those of older gateways. An unknown word is no decision: it fails the whole answer. */
const ACTIONS = {
  allow: 'allow',
  watch: 'watch',
  log: 'watch',
  deny: 'deny',
  ask: 'ask',
  require_approval: 'ask',
  webhook: 'webhook',
} as const satisfies Record<string, RampartAction>;

const action = z
  .enum(['allow', 'watch', 'log', 'deny', 'ask', 'require_approval', 'webhook'])
  .transform((word): RampartAction => ACTIONS[word]);

const mayRun = (decision: RampartAction): boolean => decision === 'allow' || decision === 'watch';

interface Verdict {
  readonly decision: RampartAction;
  readonly allowed?: boolean | null | undefined;
}

/** A verdict that contradicts its own flag is not one to act on. */
function isConsistent({ decision, allowed }: Verdict): boolean {
  return (allowed ?? mayRun(decision)) === mayRun(decision);
}

const CONTRADICTION = { message: '"allowed" contradicts "decision"', path: ['allowed'] };

const decided = {
  decision: action,
  allowed: flag,
  message: orEmpty,
  suggestions: texts,
  eval_duration_us: number,
  audit_id: text,
  policy_decision: text,
  policy_message: text,
};

const approvalOwner = z
  .object({
    host: text,
    mode: text,
    surface: text,
    supports_exact_resume: flag,
    supports_allow_always: flag,
    supports_result_callback: flag,
  })
  .transform(
    (owner): ApprovalOwner =>
      compact({
        host: owner.host,
        mode: owner.mode,
        surface: owner.surface,
        supportsExactResume: owner.supports_exact_resume,
        supportsAllowAlways: owner.supports_allow_always,
        supportsResultCallback: owner.supports_result_callback,
      }),
  );

const hostedApproval = z
  .object({
    reason: orEmpty,
    scope_options: texts,
    allow_always_supported: orFalse,
    timeout_ms: number,
    expires_at: text,
  })
  .transform(
    (approval): HostedApproval =>
      compact({
        reason: approval.reason,
        scopeOptions: approval.scope_options,
        allowAlwaysSupported: approval.allow_always_supported,
        timeoutMs: approval.timeout_ms,
        expiresAt: approval.expires_at,
      }),
  );

/** What the caller knows and the answer does not repeat. */
export type Asked = Pick<ToolDecision, 'tool' | 'runId' | 'toolCallId'>;

/** An answer of the tool route, waiting to be told what was asked. */
export type ToolAnswer = Omit<ToolDecision, keyof Asked>;

export const toolAnswer = z
  .object({
    ...decided,
    policy: text,
    approval_id: text,
    approval_status: text,
    approval_scope: text,
    approval_resolved_by: text,
    approval_policy_audit_id: text,
    expires_at: text,
    response: text,
    enforced: flag,
    response_policy_decision: text,
    response_policy_message: text,
    response_policy: text,
    response_eval_duration_us: number,
    approval_mode: text,
    approval_owner: approvalOwner.nullish(),
    approval: hostedApproval.nullish(),
  })
  .refine(isConsistent, CONTRADICTION)
  .transform(
    (body): ToolAnswer =>
      compact({
        decision: body.decision,
        allowed: mayRun(body.decision),
        message: body.message,
        suggestions: body.suggestions,
        evalDurationUs: body.eval_duration_us,
        auditId: body.audit_id,
        policy: body.policy,
        approvalId: body.approval_id,
        approvalStatus: body.approval_status,
        approvalScope: body.approval_scope,
        approvalResolvedBy: body.approval_resolved_by,
        approvalPolicyAuditId: body.approval_policy_audit_id,
        expiresAt: body.expires_at,
        response: body.response,
        enforced: body.enforced,
        policyDecision: body.policy_decision,
        policyMessage: body.policy_message,
        responsePolicyDecision: body.response_policy_decision,
        responsePolicyMessage: body.response_policy_message,
        responsePolicy: body.response_policy,
        responseEvalDurationUs: body.response_eval_duration_us,
        approvalMode: body.approval_mode,
        approvalOwner: body.approval_owner,
        approval: body.approval,
      }),
  );

/** An answer of the preview route, waiting to be told what was asked. */
export type PreflightAnswer = Omit<PreflightDecision, 'tool'>;

export const preflightAnswer = z
  .object({
    ...decided,
    matched_policies: texts,
    enforced: orFalse,
    enforcement_requested: orFalse,
  })
  .refine(isConsistent, CONTRADICTION)
  .transform(
    (body): PreflightAnswer =>
      compact({
        decision: body.decision,
        allowed: mayRun(body.decision),
        message: body.message,
        suggestions: body.suggestions,
        evalDurationUs: body.eval_duration_us,
        auditId: body.audit_id,
        matchedPolicies: body.matched_policies,
        enforced: body.enforced,
        enforcementRequested: body.enforcement_requested,
        policyDecision: body.policy_decision,
        policyMessage: body.policy_message,
      }),
  );
