import {
  ApprovalRejectedError,
  ApprovalRequiredError,
  ApprovalTimeoutError,
  PolicyDeniedError,
  type PolicyError,
} from '../errors/policy.js';
import type { DenyDecision, PendingDecision } from './port.js';

const DENIED = {
  policy: { Type: PolicyDeniedError, says: 'refused by policy' },
  rejected: { Type: ApprovalRejectedError, says: 'rejected by a human' },
  cancelled: { Type: ApprovalRejectedError, says: 'refused, the request for approval was withdrawn' },
  expired: { Type: ApprovalTimeoutError, says: 'refused, nobody approved it in time' },
} as const;

/**
 * The error that stands for a decision which does not let the action run.
 *
 * @param decision - a `deny`, or a `pending` that is not waited for.
 * @returns `PolicyDeniedError`, `ApprovalRejectedError`, `ApprovalTimeoutError` or `ApprovalRequiredError`, each with the
 * decision, its reason and the approval's id.
 * @example
 * ```ts
 * import { type Governor, type ProposedAction, refusalError } from '@sallyport/core';
 *
 * async function mustBeAllowed(governor: Governor, action: ProposedAction): Promise<void> {
 *   const decision = await governor.decide(action);
 *   if (decision.outcome !== 'allow') throw refusalError(decision);
 * }
 * ```
 */
export function refusalError(decision: DenyDecision | PendingDecision): PolicyError {
  const { action, reason, governor: gateway } = decision;
  const because = reason === '' ? '' : `: ${reason}`;
  if (decision.outcome === 'pending') {
    const { approvalId, expiresAt } = decision;
    return new ApprovalRequiredError(
      `Tool '${action.tool}' needs approval ${approvalId}${because}. Have it approved, or wait with onPending: 'wait'.`,
      { decision, reason, gateway, approvalId, expiresAt },
    );
  }
  const { Type, says } = DENIED[decision.cause];
  return new Type(`Tool '${action.tool}' was ${says}${because}.`, {
    decision,
    reason,
    gateway,
    approvalId: decision.approvalId,
  });
}
