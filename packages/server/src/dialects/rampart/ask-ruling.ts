import type { Approval } from '../../approvals/approval.js';
import { type AskFacts, extraOf, type Question, settleAsk } from './ask.js';
import { hostedFields } from './hosted.js';
import type { Proposal } from './proposal.js';
import type { Ruling } from './ruling.js';
import type { Rampart } from './runtime.js';
import { rfc3339 } from './time.js';
import { statusWord } from './views.js';

/** What an expired approval says, in answers and in the log. */
export const TIMED_OUT = 'approval timed out — command blocked';

/** The ruling on a call that policy wants a human to decide on. */
export function askRuling(
  rampart: Rampart,
  proposal: Proposal,
  plain: Ruling,
  facts: AskFacts,
  question: Question,
): Ruling {
  const { host } = proposal;
  if (host !== undefined) {
    return { ...plain, fields: hostedFields(rampart, proposal, host, plain.message, question.now) };
  }
  const asked = settleAsk(rampart, proposal, facts, question);
  switch (asked.outcome) {
    case 'granted':
      return { ...plain, action: 'allow', message: 'auto-approved by bulk-resolve', matched: ['auto-approved'] };
    case 'pending':
      return { ...about(plain, asked.approval), ...(asked.step && { step: asked.step }) };
    case 'redeemed':
      return { ...redeemed(plain, asked.approval), step: asked.step };
    case 'refused':
      return refused(plain, asked.approval);
  }
}

/** A ruling that is tied to an approval. */
function about(plain: Ruling, approval: Approval): Ruling {
  const fields = { approval_id: approval.id, approval_status: 'pending', expires_at: rfc3339(approval.expiresAt) };
  return { ...plain, approval, link: approval.link, fields };
}

function redeemed(plain: Ruling, approval: Approval): Ruling {
  return {
    ...plain,
    action: 'allow',
    message: 'approved once via Rampart approval',
    link: approval.link,
    fields: {
      approval_id: approval.id,
      approval_status: 'approved',
      approval_scope: 'once',
      approval_resolved_by: approval.resolvedBy ?? '',
      approval_policy_audit_id: extraOf(approval).auditId,
    },
  };
}

/** A held call whose question was answered with no, or by nobody. */
function refused(plain: Ruling, approval: Approval): Ruling {
  const status = approval.status === 'pending' ? 'expired' : statusWord(approval);
  const by = approval.resolvedBy ?? 'timeout';
  return {
    ...plain,
    action: 'deny',
    message: status === 'expired' ? TIMED_OUT : `denied by ${by}`,
    link: approval.link,
    fields: { approval_id: approval.id, approval_status: status, approval_resolved_by: by },
  };
}
