import type { Approval } from '../../approvals/approval.js';
import type { RecordDraft, Statement } from '../../engine/unit.js';
import type { Answer } from '../../http/answer.js';
import { badRequest, RequestFailure } from '../../http/failure.js';
import { type KeyedRequest, replaceAnswer } from '../../http/idempotency.js';
import { whose } from './approval-hooks.js';
import { extraOf } from './ask.js';
import { PolicyStoreError } from './documents/errors.js';
import { requirePersistable } from './documents/learned-rule.js';
import { auditEvent, auditRecord } from './events.js';
import type { ToolCall } from './policy/model.js';
import type { Rampart } from './runtime.js';
import { resolved } from './views.js';

/** @throws RequestFailure 404 for an unknown approval, 400 for a tool whose calls cannot become rules. */
export function assertPersistable(approval: Approval | undefined): asserts approval is Approval {
  if (approval === undefined) throw new RequestFailure(404, 'approval not found');
  try {
    requirePersistable(approval.tool);
  } catch (error) {
    throw error instanceof PolicyStoreError ? badRequest(error.message) : error;
  }
}

/** That somebody wanted a rule is on record before the rule is written. */
export function persistenceRecord(rampart: Rampart, approval: Approval, by: string, at: number): RecordDraft {
  const event = auditEvent(rampart.host, at, {
    ...whose(approval),
    id: rampart.engine.ids.ulid(at),
    request: { action: 'approval_persistence_authorized', approval_id: approval.id, resolved_by: by },
    decision: { action: 'approved', evaluation_time_us: 0 },
  });
  return auditRecord(event, at, approval.link);
}

/** Writes the rule that an approved call becomes. A failure leaves the approval as it is, and says so. */
export async function persistApproval(
  rampart: Rampart,
  approval: Approval,
  answer: Answer,
  key: KeyedRequest | undefined,
): Promise<Answer> {
  if (!(await writeRule(rampart, approval))) return answer;
  const persisted = resolved(approval.id, true, true);
  const writes: Statement[] = [
    {
      sql: 'UPDATE approvals SET extra = ? WHERE id = ?',
      params: [JSON.stringify({ ...extraOf(approval), persisted: true }), approval.id],
    },
    ...(key === undefined ? [] : [replaceAnswer(key, persisted)]),
  ];
  return rampart.engine.lane.run({ chains: [], load: [], decide: () => ({ writes, answer: persisted }) });
}

async function writeRule(rampart: Rampart, approval: Approval): Promise<boolean> {
  const { grantable } = extraOf(approval);
  if (grantable === undefined) return false;
  try {
    await rampart.policies.persist(exactCall(approval, grantable));
    return true;
  } catch (error) {
    rampart.engine.log.warn({ err: error, approval: approval.id }, 'approved call was not written down as a rule');
    return false;
  }
}

function exactCall({ tool, agent, session }: Approval, exact: string): ToolCall {
  const command = tool === 'exec' ? exact : '';
  const path = tool === 'exec' ? '' : exact;
  const nothing = { params: {}, view: {}, workdir: '', url: '', domain: '', scheme: '', agentDepth: 0 };
  return { ...nothing, tool, agent, session, command, path };
}
