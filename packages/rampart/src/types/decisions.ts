import type { ApprovalOwner } from './options.js';

/**
 * What the gateway says to a call. Only `allow` and `watch` (allow, and flag it) let it run; `ask` needs a human,
 * `webhook` another service. Older gateways' `log` and `require_approval` are read as `watch` and `ask`.
 *
 * @example
 * ```ts
 * import type { RampartAction } from '@sallyport/rampart';
 *
 * const mayRun = (action: RampartAction): boolean => action === 'allow' || action === 'watch';
 * ```
 */
export type RampartAction = 'allow' | 'watch' | 'deny' | 'ask' | 'webhook';

interface DecisionBase {
  readonly decision: RampartAction;
  /** True for `allow` and `watch` alone; derived where an older gateway does not send it. */
  readonly allowed: boolean;
  /** Why, in the policy's words. May be empty. */
  readonly message: string;
  /** What the caller could do about a refusal. */
  readonly suggestions: readonly string[];
  /** Microseconds the evaluation took. */
  readonly evalDurationUs?: number;
  /** The audit event of this decision. */
  readonly auditId?: string;
  /** In monitor mode: what the policy would have said. */
  readonly policyDecision?: string;
  readonly policyMessage?: string;
}

/**
 * The answer to a tool call. The caller runs the tool itself, and only when `allowed`.
 *
 * @example
 * ```ts
 * import { RampartClient, type ToolDecision } from '@sallyport/rampart';
 *
 * const decision: ToolDecision = await new RampartClient().exec('git status');
 * if (!decision.allowed) throw new Error(`Command blocked by policy: ${decision.message}`);
 * ```
 */
export interface ToolDecision extends DecisionBase {
  /** The tool that was asked about. */
  readonly tool: string;
  /** The first policy that fired, which is not always the one that decided. */
  readonly policy?: string;
  /** The ids the call was made with: repeat it with both to redeem an approval. */
  readonly runId: string;
  readonly toolCallId: string;
  /** The approval this decision waits for, or was redeemed from. */
  readonly approvalId?: string;
  readonly approvalStatus?: string;
  /** `once` when an approval was redeemed. */
  readonly approvalScope?: string;
  readonly approvalResolvedBy?: string;
  /** The audit event of the decision that asked for the approval. */
  readonly approvalPolicyAuditId?: string;
  /** RFC 3339: when the approval expires to a refusal. */
  readonly expiresAt?: string;
  /** The output that was sent along, redacted where a rule said so. */
  readonly response?: string;
  /** False in monitor mode, where nothing is refused. */
  readonly enforced?: boolean;
  readonly responsePolicyDecision?: string;
  readonly responsePolicyMessage?: string;
  readonly responsePolicy?: string;
  readonly responseEvalDurationUs?: number;
  /** `hosted` when the calling host is to ask its own user. */
  readonly approvalMode?: string;
  readonly approvalOwner?: ApprovalOwner;
  readonly approval?: HostedApproval;
}

/**
 * What a host may offer its user when it owns an approval.
 *
 * @example
 * ```ts
 * import type { HostedApproval } from '@sallyport/rampart';
 *
 * const choices = (approval: HostedApproval): readonly string[] => approval.scopeOptions;
 * ```
 */
export interface HostedApproval {
  readonly reason: string;
  /** `once`, `session`, and `always` where it can be written down. */
  readonly scopeOptions: readonly string[];
  readonly allowAlwaysSupported: boolean;
  readonly timeoutMs?: number;
  /** RFC 3339. */
  readonly expiresAt?: string;
}

/**
 * The answer to a preview.
 *
 * @example
 * ```ts
 * import { type PreflightDecision, RampartClient } from '@sallyport/rampart';
 *
 * const { allowed }: PreflightDecision = await new RampartClient().preflight('exec', { command: 'rm -rf /' });
 * ```
 */
export interface PreflightDecision extends DecisionBase {
  /** The tool that was asked about. */
  readonly tool: string;
  /** The policies that fired, in priority order. */
  readonly matchedPolicies: readonly string[];
  /** True when the gateway enforces and was asked to. */
  readonly enforced: boolean;
  readonly enforcementRequested: boolean;
}
