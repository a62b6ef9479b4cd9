import { compact, field } from '@sallyport/core/internal';
import { z } from 'zod';
import type { AllowedCall, CallLatency, DeniedCall, PendingCall } from '../types/index.js';

/** What the caller knows, and the answer does not repeat. */
export type Asked = Pick<AllowedCall, 'tool' | 'method'>;

const actionId = z.string().min(1);

const latency = z
  .object({
    opa_eval_ms: field.number,
    hsm_fetch_ms: field.number,
    execution_ms: field.number,
    total_ms: field.number,
  })
  .transform(
    (body): CallLatency =>
      compact({
        opaEvalMs: body.opa_eval_ms,
        hsmFetchMs: body.hsm_fetch_ms,
        executionMs: body.execution_ms,
        totalMs: body.total_ms,
      }),
  );

/** An unknown mode fails the answer: a call that the gateway carried out must not run again. */
export const allowedCall = z
  .object({
    status: z.literal('allowed'),
    action_id: actionId,
    execution_mode: z.enum(['vargate_brokered', 'agent_direct']).nullish(),
    execution_result: z.unknown().optional(),
    latency: latency.nullish(),
  })
  .transform(
    (body): Omit<AllowedCall, keyof Asked> =>
      compact({
        outcome: 'allowed' as const,
        actionId: body.action_id,
        executionMode: body.execution_mode,
        executionResult: body.execution_result,
        latency: body.latency,
      }),
  );

export const pendingCall = z
  .object({
    status: z.literal('pending_approval'),
    action_id: actionId,
    message: field.orEmpty,
    timeout_at: field.text,
  })
  .transform(
    (body): Omit<PendingCall, keyof Asked> =>
      compact({
        outcome: 'pending' as const,
        actionId: body.action_id,
        message: body.message,
        timeoutAt: body.timeout_at,
      }),
  );

export const deniedCall = z
  .object({
    detail: z.object({
      status: z.literal('blocked'),
      action_id: actionId,
      violations: field.texts,
      severity: field.orEmpty,
      alert_tier: field.orEmpty,
    }),
  })
  .transform(
    ({ detail }): Omit<DeniedCall, keyof Asked> => ({
      outcome: 'denied',
      actionId: detail.action_id,
      violations: detail.violations,
      severity: detail.severity,
      alertTier: detail.alert_tier,
    }),
  );
