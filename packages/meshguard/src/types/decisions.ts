/**
 * What the gateway says to an action.
 *
 * @example
 * ```ts
 * import { MeshGuardClient, type PolicyDecision } from '@sallyport/meshguard';
 *
 * const decision: PolicyDecision = await new MeshGuardClient().check('read:contacts');
 * process.stdout.write(decision.allowed ? 'Access granted!\n' : `Denied: ${decision.reason}\n`);
 * ```
 */
export interface PolicyDecision {
  /** Whether the action may be done, now. */
  readonly allowed: boolean;
  /** The action that was asked about. */
  readonly action: string;
  readonly decision: 'allow' | 'deny';
  /** The policy that decided. */
  readonly policy?: string;
  /** The rule of it that decided. */
  readonly rule?: string;
  /** Why, in the policy's words; always there when it is a refusal. */
  readonly reason?: string;
  /** Finds the decision in the audit log. */
  readonly traceId: string;
  readonly resource?: string;
  readonly trustTier?: string;
  /** `enforce`, `audit` (nothing is refused) or `bypass`. */
  readonly mode?: string;
  /** RFC 3339. */
  readonly timestamp?: string;
  /** A refusal that a human can lift: once they approve, the same call succeeds once. */
  readonly pending?: PendingApproval;
  /** Milliseconds after which the same call may succeed: a destructive action that cools off. */
  readonly waitMs?: number;
  /** What became of the approval that this call was waiting for, where the gateway says. */
  readonly approvalStatus?: string;
}

/**
 * An approval that a decision waits for.
 *
 * @example
 * ```ts
 * import type { PendingApproval } from '@sallyport/meshguard';
 *
 * const label = ({ id, expiresAt = 'later' }: PendingApproval): string => `${id} (until ${expiresAt})`;
 * ```
 */
export interface PendingApproval {
  readonly id: string;
  /** RFC 3339; nobody answering by then is a refusal. Absent where the gateway does not say. */
  readonly expiresAt?: string;
}

/**
 * The permission that a governed block of code runs under; leaving the block has no effect at the gateway.
 *
 * @example
 * ```ts
 * import { type GovernedDecision, MeshGuardClient } from '@sallyport/meshguard';
 *
 * await using decision: GovernedDecision = await new MeshGuardClient().govern('write:email');
 * process.stdout.write(`${decision.traceId}\n`);
 * ```
 */
export interface GovernedDecision extends PolicyDecision, AsyncDisposable {}
