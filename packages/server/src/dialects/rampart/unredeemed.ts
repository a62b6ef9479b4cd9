import type { Approval } from '../../approvals/approval.js';
import { RequestFailure } from '../../http/failure.js';
import { extraOf } from './ask.js';

export const ALREADY_REDEEMED =
  'approval: persist exact-replay grant: replay grant identity has already been published or consumed';

/**
 * An approval can be redeemed by repeating its call; a call that was approved before must not become good a second time.
 *
 * @throws RequestFailure 503, as documented: the approval stays pending.
 */
export function assertUnredeemed(approval: Approval, sameCall: readonly Approval[]): void {
  if (!extraOf(approval).replayable) return;
  const before = sameCall.some(
    ({ id, status }) => id !== approval.id && (status === 'approved' || status === 'consumed'),
  );
  if (before) throw new RequestFailure(503, ALREADY_REDEEMED);
}
