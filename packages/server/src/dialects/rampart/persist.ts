import type { Approval } from '../../approvals/approval.js';
import type { RecordDraft, Statement } from '../../engine/unit.js';
import type { Answer } from '../../http/answer.js';
import { RequestFailure } from '../../http/failure.js';
import { type KeyedRequest, replaceAnswer } from '../../http/idempotency.js';
import { whose } from './approval-hooks.js';
import { extraOf } from './ask.js';
import { PolicyStoreError } from './documents/errors.js';
import { persistedRule, requirePersistable } from './documents/learned-rule.js';
import { auditEvent, auditRecord } from './events.js';
import { cleanPath } from './policy/globs/path.js';
import type { ToolCall } from './policy/model.js';
import type { Rampart } from './runtime.js';
import { resolved } from './views.js';

/**
 * The call that an approval's rule will allow; undefined for one that would write a secret down.
 *
 * @throws RequestFailure 404 for an unknown approval.
 * @throws PolicyStoreError `invalid_rule` for a tool whose calls cannot become rules, `inexact_rule` for a call that a
 * rule would allow more than.
 */
export function persistableCall(rampart: Rampart, approval: Approval | undefined): ToolCall | undefined {
  if (approval === undefined) throw new RequestFailure(404, 'approval not found');
  requirePersistable(approval.tool);
  const { grantable } = extraOf(approval);
  if (grantable === undefined) return undefined;
  const call = exactCall(approval, grantable);
  const { pattern } = persistedRule(call, rampart.engine.clock.now());
  if (call.path !== '') requireNoLink(rampart, cleanPath(call.path), pattern);
  return call;
}

/** A rule for a link would allow whatever it leads to later. */
function requireNoLink(rampart: Rampart, path: string, pattern: string): void {
  const place = rampart.realpath(path);
  if (place === path) return;
  throw new PolicyStoreError(
    'inexact_rule',
    `persist: no rule can allow exactly this call, because ${pattern} leads through a symbolic link to ${place}; ` +
      'approve it without persist, or author an explicit policy',
  );
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

/** Has the approval say that it became a rule, or that it did not. */
export function markPersisted(approval: Approval, persisted: boolean): Statement {
  const extra = JSON.stringify({ ...extraOf(approval), persisted });
  return { sql: 'UPDATE approvals SET extra = ? WHERE id = ?', params: [extra, approval.id] };
}

/**
 * Writes the rule of an approval that says already that it became one: whatever interrupts this, there is never a rule
 * that no approval tells of. A failure leaves the approval as it is, and takes back what it says.
 */
export async function writePersisted(
  rampart: Rampart,
  approval: Approval,
  call: ToolCall,
  { answer, key }: { readonly answer: Answer; readonly key: KeyedRequest | undefined },
): Promise<Answer> {
  try {
    await rampart.policies.persist(call);
    return answer;
  } catch (error) {
    rampart.engine.log.warn({ err: error, approval: approval.id }, 'approved call was not written down as a rule');
  }
  const unpersisted = resolved(approval.id, true, false);
  const writes = [markPersisted(approval, false), ...(key === undefined ? [] : [replaceAnswer(key, unpersisted)])];
  return rampart.engine.lane.run({ chains: [], load: [], decide: () => ({ writes, answer: unpersisted }) });
}

function exactCall({ tool, agent, session }: Approval, exact: string): ToolCall {
  const command = tool === 'exec' ? exact : '';
  const path = tool === 'exec' ? '' : exact;
  const nothing = { params: {}, view: {}, workdir: '', url: '', domain: '', scheme: '', agentDepth: 0 };
  return { ...nothing, tool, agent, session, command, path };
}
