import type { Approval } from '../../../approvals/approval.js';
import type { Decided, EngineEvent, Statement } from '../../../engine/unit.js';
import { type Agent, isoTime } from '../agents/agent.js';
import { type AuditEntry, entryRecord } from '../audit/records.js';
import type { ChainCheck } from '../delegation/chain.js';
import type { Gate } from '../destructive/gate.js';
import type { Verdict } from '../policy/model.js';
import type { MeshGuard } from '../runtime.js';
import { type Call, shownCall } from './call.js';
import type { Decision } from './decision.js';
import type { Exceeded } from './limits.js';

/** What a decision is made of. */
export interface Concluding {
  readonly outcome: Decision['outcome'];
  readonly verdict: Verdict;
  readonly agent: Agent;
  readonly auditId: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly approval?: Approval;
  readonly gate?: Gate;
  readonly exceeded?: Exceeded;
  readonly delegatedBy?: string;
  readonly delegation?: ChainCheck;
}

/** What listeners learn about a decision. */
export interface DecidedCall {
  readonly entry: AuditEntry;
  readonly outcome: Decision['outcome'];
}

/** Puts a decision on record, and makes of it what the gateway's mode makes of it. */
export function conclude(mesh: MeshGuard, call: Call, about: Concluding): Decided<Decision> {
  const { verdict, agent, auditId, now, approval, gate, exceeded } = about;
  const { mode } = mesh.settings;
  // Nothing is stopped where the gateway only audits; what would have been is on record.
  const enforced = mode !== 'audit' || about.outcome === 'allow';
  const outcome = enforced ? about.outcome : 'allow';
  const micros = Math.max(0, Math.round((mesh.engine.clock.monotonic() - call.startedAt) * 1000));
  const entry = auditEntry(call, about, { enforced, durationMs: micros / 1000 });
  const writes = [factOf(entry, verdict, micros, now)];
  if (about.delegation !== undefined) writes.push(hopFact(entry, about.delegation, now));
  return {
    answer: {
      outcome,
      agent,
      auditId,
      traceId: call.traceId,
      action: call.action,
      ...(call.resource !== undefined && { resource: call.resource }),
      verdict,
      ...(approval !== undefined && { approval }),
      ...(gate !== undefined && { gate }),
      ...(exceeded !== undefined && { exceeded }),
      at: now,
    },
    writes,
    records: [entryRecord(entry, now)],
    events: [decidedEvent({ entry, outcome: about.outcome })],
  };
}

/** Tells listeners that a decision is on disk. */
const decidedEvent = (data: DecidedCall): EngineEvent => ({ dialect: 'meshguard', type: 'decision', data });

function auditEntry(call: Call, about: Concluding, more: { enforced: boolean; durationMs: number }): AuditEntry {
  const { verdict, agent, auditId, now, approval, delegatedBy, outcome } = about;
  const { metadata, ...shown } = shownCall(call);
  return {
    id: auditId,
    timestamp: isoTime(now),
    orgId: agent.orgId,
    agentId: agent.id,
    agentName: agent.name,
    trustTier: agent.trustTier,
    ...shown,
    decision: outcome === 'allow' ? 'allow' : 'deny',
    ...(!more.enforced && { enforced: false }),
    policy: verdict.policy,
    rule: verdict.rule,
    ...(verdict.reason !== undefined && { reason: verdict.reason }),
    ...(verdict.alert !== undefined && { alert: verdict.alert }),
    traceId: call.traceId,
    durationMs: more.durationMs,
    ...(approval !== undefined && { approvalId: approval.id }),
    ...(delegatedBy !== undefined && { delegatedBy }),
    metadata,
  };
}

/** The decision as analytics and trust scores count it. */
function factOf(entry: AuditEntry, { explicit }: Verdict, micros: number, now: number): Statement {
  const { id, orgId, agentId, trustTier, action, decision, policy = '' } = entry;
  return {
    sql:
      'INSERT INTO meshguard_decisions (id, org, at, agent, tier, action, decision, policy, explicit, micros) ' +
      'VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
    params: [id, orgId, now, agentId, trustTier, action, decision, policy, explicit ? 1 : 0, micros],
  };
}

function hopFact({ id, orgId, agentId }: AuditEntry, chain: ChainCheck, now: number): Statement {
  return delegationFact(
    { id, orgId, source: chain.delegator ?? '', target: agentId, depth: chain.depth, blocked: !chain.ok },
    now,
  );
}

/** One use of a delegation, as analytics count it. */
export function delegationFact(
  use: {
    readonly id: string;
    readonly orgId: string;
    readonly source: string;
    readonly target: string;
    readonly depth: number;
    readonly blocked: boolean;
  },
  now: number,
): Statement {
  return {
    sql: 'INSERT INTO meshguard_delegations (id, org, at, source, target, depth, blocked) VALUES (?, ?, ?, ?, ?, ?, ?)',
    params: [use.id, use.orgId, now, use.source, use.target, use.depth, use.blocked ? 1 : 0],
  };
}
