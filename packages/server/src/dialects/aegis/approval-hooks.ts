import type { Approval, Transition } from '../../approvals/approval.js';
import type { ApprovalHooks } from '../../approvals/desk.js';
import { auditRecord, CHAIN, eventEntry, reviewEntryId } from './entries.js';
import { kindOf } from './reviews.js';

const WORDS = { approved: 'approved', rejected: 'denied', expired: 'expired', cancelled: 'cancelled' } as const;

/** What goes into the audit log at each step of a review, whichever door the step came through. */
export const approvalHooks: ApprovalHooks = {
  chains: [CHAIN],
  records: (approval, transition) => {
    const { to, at } = transition;
    // Whoever uses a confirmation records the decision that it was used for.
    if (to === 'pending' || to === 'consumed') return [];
    const type = kindOf(approval) === 'escalation' ? 'governance.escalation' : 'governance.confirmation';
    const entry = eventEntry(reviewEntryId(approval.link), type, at, {
      actor_id: transition.by,
      capability: approval.tool,
      decision_id: approval.link,
      details: detailsOf(approval, transition, WORDS[to]),
    });
    return [auditRecord(entry, at, approval.session)];
  },
};

function detailsOf({ id, agent }: Approval, { by, note, details }: Transition, status: string) {
  return {
    review_id: id,
    status,
    agent_id: agent,
    resolved_by: by,
    ...(note !== undefined && { comment: note }),
    ...details,
  };
}
