/**
 * Milliseconds that the parts of a brokered call took; absent where the gateway does not say.
 *
 * @example
 * ```ts
 * import type { CallLatency } from '@sallyport/vargate';
 *
 * const slow = ({ totalMs = 0 }: CallLatency): boolean => totalMs > 1_000;
 * ```
 */
export interface CallLatency {
  readonly opaEvalMs?: number;
  readonly hsmFetchMs?: number;
  readonly executionMs?: number;
  readonly totalMs?: number;
}

interface CallBase {
  /** Finds the call in the audit log. */
  readonly actionId: string;
  readonly tool: string;
  readonly method: string;
}

/**
 * The call is allowed. With `executionMode: 'vargate_brokered'` the gateway has carried it out: do not run it again.
 *
 * @example
 * ```ts
 * import type { AllowedCall } from '@sallyport/vargate';
 *
 * const mustRun = ({ executionMode }: AllowedCall): boolean => executionMode !== 'vargate_brokered';
 * ```
 */
export interface AllowedCall extends CallBase {
  readonly outcome: 'allowed';
  /** Absent, or `agent_direct`: the agent runs the tool itself. */
  readonly executionMode?: 'vargate_brokered' | 'agent_direct';
  /** What the tool returned to the gateway; may itself tell of an error. */
  readonly executionResult?: unknown;
  readonly latency?: CallLatency;
}

/**
 * The call waits for a human, and has not been carried out.
 *
 * @example
 * ```ts
 * import { type PendingCall, VargateClient } from '@sallyport/vargate';
 *
 * const answered = ({ actionId }: PendingCall) => new VargateClient().waitForApproval(actionId);
 * ```
 */
export interface PendingCall extends CallBase {
  readonly outcome: 'pending';
  readonly message: string;
  /** When nobody's answer counts any more; absent where the gateway does not say (an hour is usual). */
  readonly timeoutAt?: string;
}

/**
 * Policy refuses the call.
 *
 * @example
 * ```ts
 * import type { DeniedCall } from '@sallyport/vargate';
 *
 * const why = ({ violations, severity }: DeniedCall): string => `${severity}: ${violations.join(', ')}`;
 * ```
 */
export interface DeniedCall extends CallBase {
  readonly outcome: 'denied';
  /** The rules that were broken, sorted: `high_value_transaction_unapproved`. */
  readonly violations: readonly string[];
  /** `none`, `low`, `medium`, `high` or `critical`. */
  readonly severity: string;
  /** Who is told: `slack_alert`, `soc_ticket`, `soc_page`; an open list. */
  readonly alertTier: string;
}

/**
 * What the gateway says to a tool call; tell them apart by `outcome`.
 *
 * @example
 * ```ts
 * import type { ToolCallResult } from '@sallyport/vargate';
 *
 * const mayRun = (result: ToolCallResult): boolean => result.outcome === 'allowed';
 * ```
 */
export type ToolCallResult = AllowedCall | PendingCall | DeniedCall;
