import type { RampartEvent } from '@sallyport/verify';
import type { Approval, Transition } from '../../approvals/approval.js';
import type { ApprovalHooks } from '../../approvals/desk.js';
import type { RecordDraft } from '../../engine/unit.js';
import { extraOf } from './ask.js';
import { TIMED_OUT } from './ask-ruling.js';
import { auditEvent, auditRecord, CHAIN } from './events.js';
import type { Rampart } from './runtime.js';
import { assertUnredeemed } from './unredeemed.js';

/** What goes into the audit log at each step of an approval, whichever door the step came through. */
export function approvalHooks(rampart: Pick<Rampart, 'engine' | 'host'>): ApprovalHooks {
  const { approvals } = rampart.engine;
  return {
    chains: [CHAIN],
    approvable: {
      load: ({ digest }) => approvals.approvedBefore('rampart', digest),
      check: (approval, rows) =>
        assertUnredeemed(
          approval,
          rows.map((row) => approvals.read(row)),
        ),
    },
    records: (approval, transition) => {
      switch (transition.to) {
        case 'expired':
          return [expiry(rampart, approval, transition)];
        case 'approved':
        case 'rejected':
        case 'cancelled':
          return [auditRecord(resolutionEvent(rampart, approval, transition), transition.at, approval.link)];
        // Whoever uses an approval records the decision that it was used for.
        default:
          return [];
      }
    },
  };
}

/** The event of a resolution. It goes by the approval's own id. */
export function resolutionEvent(
  { host }: Pick<Rampart, 'host'>,
  approval: Approval,
  transition: Transition,
): RampartEvent {
  const word = transition.to === 'approved' ? 'approved' : 'denied';
  return auditEvent(host, transition.at, {
    ...whose(approval),
    id: approval.id,
    request: {
      action: 'approval_resolved',
      ...what(approval),
      resolution: word,
      resolved_by: transition.by,
      persist_requested: false,
      persist: false,
      ...(transition.note !== undefined && { reason: transition.note }),
      ...transition.details,
    },
    decision: { action: word, evaluation_time_us: 0, message: approval.message },
  });
}

function expiry(
  { engine, host }: Pick<Rampart, 'engine' | 'host'>,
  approval: Approval,
  { at }: Transition,
): RecordDraft {
  const event = auditEvent(host, at, {
    ...whose(approval),
    id: engine.ids.ulid(at),
    request: { action: 'approval_expired', ...what(approval), resolved_by: 'timeout' },
    decision: { action: 'deny', evaluation_time_us: 0, message: TIMED_OUT },
  });
  return auditRecord(event, at, approval.link);
}

/** Whose approval it is, in an event's fields. */
export function whose({ agent, session, runId, callId, tool }: Approval) {
  return { agent, session, run_id: runId, tool_call_id: callId, tool };
}

function what(approval: Approval): Record<string, unknown> {
  return { tool: approval.tool, command: extraOf(approval).subject, approval_id: approval.id };
}
