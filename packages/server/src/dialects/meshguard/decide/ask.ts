import type { Approval } from '../../../approvals/approval.js';
import type { Step } from '../../../approvals/desk.js';
import type { Query, Row } from '../../../engine/unit.js';
import type { Agent } from '../agents/agent.js';
import type { Gate } from '../destructive/gate.js';
import { MeshGuardFailure } from '../failure.js';
import { newId } from '../ids.js';
import type { Verdict } from '../policy/model.js';
import type { MeshGuard } from '../runtime.js';
import { type Call, callDigest, shownCall } from './call.js';

/** Questions of one organisation that wait at most. */
const MAX_PENDING = 1000;
/** What one agent may take of them, so that the others can go on asking. */
const MAX_SHARE = MAX_PENDING / 4;

/** What became of a call that must not run just so. */
export interface Asked {
  readonly outcome: 'redeemed' | 'refused' | 'pending';
  readonly approval: Approval;
  readonly steps: readonly Step[];
}

/** What is asked about. */
export interface Question {
  readonly agent: Agent;
  readonly verdict: Verdict;
  readonly gate: Gate | undefined;
  readonly auditId: string;
  readonly now: number;
}

/** Facts that it depends on. */
export interface AskFacts {
  readonly earlier: readonly Row[];
  readonly pending: readonly Row[];
}

/** Loads how many questions of an organisation wait, as `n`, and how many of them are of one agent, as `own`. */
export const pendingShare = ({ orgId, agentId }: Call['caller']): Query => ({
  sql: `SELECT count(*) AS n,
      count(CASE WHEN agent = (SELECT name FROM meshguard_agents WHERE id = ?) THEN 1 END) AS own
    FROM approvals WHERE status = 'pending' AND dialect = 'meshguard' AND tenant = ?`,
  params: [agentId, orgId],
});

/**
 * Settles a call that waits for a human or for time to pass: by the answer that was given to it before, or by joining or
 * opening a question.
 *
 * @throws MeshGuardFailure 503 when too many questions wait already, of the organisation or of the agent.
 */
export function settleAsk(mesh: MeshGuard, call: Call, facts: AskFacts, question: Question): Asked {
  const { approvals } = mesh.engine;
  const { now } = question;
  const earlier = facts.earlier.map((row) => approvals.read(row));
  const isFresh = ({ resolvedAt = 0 }: Approval) => now < resolvedAt + mesh.settings.approvalTimeoutMs;
  const by = call.caller.agentId;

  const answered = earlier.find((approval) => approval.status === 'approved' && isFresh(approval));
  if (answered !== undefined) {
    return { outcome: 'redeemed', approval: answered, steps: [approvals.step(answered, 'consumed', { at: now, by })] };
  }
  const open = earlier.find(({ status }) => status === 'pending');
  if (open !== undefined && isCool(open, now)) {
    const agreed = approvals.step(open, 'approved', { at: now, by: 'cooling-off' });
    const used = approvals.step(agreed.approval, 'consumed', { at: now, by });
    return { outcome: 'redeemed', approval: used.approval, steps: [agreed, used] };
  }
  if (open !== undefined) return { outcome: 'pending', approval: open, steps: [] };
  // A refusal stands for a while: asking again at once would only tire people out.
  const refused = earlier.find(
    (approval) => (approval.status === 'rejected' || approval.status === 'cancelled') && isFresh(approval),
  );
  if (refused !== undefined) return { outcome: 'refused', approval: refused, steps: [] };
  const named = earlier.find(({ id }) => id === call.approvalId);
  if (named !== undefined) return { outcome: 'refused', approval: named, steps: [] };
  assertRoom(facts.pending);
  const step = approvals.open(newApproval(mesh, call, question));
  return { outcome: 'pending', approval: step.approval, steps: [step] };
}

/** @throws MeshGuardFailure 503. */
function assertRoom([row]: readonly Row[]): void {
  const next = 'have some of them answered, or wait until they expire, and try again';
  if (Number(row?.['n'] ?? 0) >= MAX_PENDING) {
    throw new MeshGuardFailure(503, `Too many approvals are pending already (limit: ${MAX_PENDING}): ${next}`);
  }
  if (Number(row?.['own'] ?? 0) >= MAX_SHARE) {
    throw new MeshGuardFailure(503, `Too many approvals of this agent are pending (limit: ${MAX_SHARE}): ${next}`);
  }
}

/** When a question that only time answers is answered, in milliseconds since the epoch. */
export function readyAt({ extra }: Pick<Approval, 'extra'>): number | undefined {
  const at: unknown = Reflect.get(Object(extra), 'readyAt');
  return typeof at === 'number' ? at : undefined;
}

const isCool = (approval: Approval, now: number): boolean => now >= (readyAt(approval) ?? Number.POSITIVE_INFINITY);

function newApproval(mesh: MeshGuard, call: Call, { agent, verdict, gate, auditId, now }: Question): Approval {
  const digest = callDigest(call);
  const { action, method } = call;
  const shown = shownCall(call);
  const summary = [action, shown.resource, method === undefined ? undefined : `${method} ${shown.path ?? ''}`];
  return {
    id: newId(mesh.engine.ids, gate === undefined ? 'appr' : 'pdact', now),
    dialect: 'meshguard',
    tenant: call.caller.orgId,
    status: 'pending',
    joinKey: digest,
    digest,
    owner: call.caller.credential,
    agent: agent.name,
    session: call.traceId,
    runId: '',
    callId: '',
    tool: action,
    summary: summary.filter((part) => part !== undefined).join(' · '),
    message: gate?.reason ?? verdict.reason ?? '',
    call: { agentId: agent.id, ...shown },
    policyRevision: String(mesh.policies.of(call.caller.orgId).set.revision),
    link: auditId,
    createdAt: now,
    expiresAt: now + mesh.settings.approvalTimeoutMs,
    extra: {
      agentId: agent.id,
      policy: verdict.policy,
      rule: verdict.rule,
      ...(gate !== undefined && { patterns: gate.patterns }),
      ...(gate?.kind === 'cooling' && { readyAt: now + gate.waitMs }),
    },
  };
}
