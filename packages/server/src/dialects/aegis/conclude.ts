import type { EngineEvent, RecordDraft, Row, Statement } from '../../engine/unit.js';
import { type Answer, json } from '../../http/answer.js';
import { type AgentState, putAgentState } from './agent-state.js';
import type { Asking } from './decide-unit.js';
import { auditRecord, column, type Entry, evaluationDetails, shownRequest, wireRisk } from './entries.js';
import type { PastAction } from './evaluation/anomaly.js';
import type { EngineFacts, Evaluation } from './evaluation/evaluate.js';
import type { Fields } from './evaluation/proposal.js';
import { targetDigest } from './evaluation/targets.js';
import { countGrantUse } from './facts.js';
import type { DecisionMeasures } from './metrics.js';
import type { Outcome } from './registry/model.js';
import { kindOf, openReview, type Redemption, type ReviewKind, reviewConstraints } from './reviews.js';
import type { Aegis } from './runtime.js';
import { isoTime } from './time.js';

/** A decision on its way to the disk. */
export interface Concluded extends DecisionMeasures {
  readonly answer: Answer;
  readonly writes: readonly Statement[];
  readonly records: readonly RecordDraft[];
  readonly events: readonly EngineEvent[];
}

/** What a decision is concluded from. */
export interface Conclusion {
  readonly evaluation: Evaluation;
  readonly redemption: Redemption | undefined;
  readonly digest: string;
  readonly engine: EngineFacts;
  /** With this proposal counted. */
  readonly agent: AgentState;
  readonly open: readonly Row[];
  readonly pending: number;
  readonly now: number;
}

/** The decision as the protocol has it. */
interface Decision {
  readonly decision_id: string;
  readonly outcome: Outcome;
  readonly reason: string;
  readonly risk_score: number;
  readonly constraints: Fields;
  readonly timestamp: string;
  readonly audit_ref: string;
}

/** Turns an evaluation into the decision, its record, and everything that has to be written with it. */
export function conclude(aegis: Aegis, asking: Asking, about: Conclusion): Concluded {
  const { proposal, caller, registry, flat } = asking;
  const { evaluation, redemption, now } = about;
  const id = aegis.engine.ids.ulid(now);
  const { outcome, reason } = confirmed(evaluation, redemption);
  const decisionId = `dec_${id}`;
  const kind = reviewFor(evaluation, redemption);
  const { revision } = registry;
  const reviewed = { proposal, caller, digest: about.digest, evaluation, decisionId, revision, now };
  const review = kind && openReview(aegis, kind, reviewed, about);
  const constraints = review && reviewConstraints(aegis, review.approval);
  const decision: Decision = {
    decision_id: decisionId,
    outcome,
    reason,
    risk_score: wireRisk(evaluation.risk.score),
    constraints: constraints?.told ?? {},
    timestamp: isoTime(now),
    audit_ref: `aud_${id}`,
  };
  const entry = entryOf(aegis, asking, about, { ...decision, constraints: constraints?.recorded ?? {} });
  const steps = [...(redemption?.steps ?? []), ...(review?.step === undefined ? [] : [review.step])];
  return {
    answer: json(200, flat ? { decision: outcome, reason } : decision),
    writes: [...counted(asking, about, outcome), ...steps.flatMap(({ writes }) => writes)],
    records: [...steps.flatMap(({ records }) => records), auditRecord(entry, now, proposal.sessionId)],
    events: [...steps.flatMap(({ events }) => events), { dialect: 'aegis', type: 'decision', data: decision }],
    outcome,
    riskScore: decision.risk_score,
    rules: evaluation.steps.length,
    ...(registry.capabilities.has(proposal.capability) && { capability: proposal.capability }),
  };
}

const REVIEWS: Readonly<Partial<Record<Outcome, ReviewKind>>> = {
  REQUIRE_CONFIRMATION: 'confirmation',
  ESCALATE: 'escalation',
};

/** The review that a decision waits for, if it does. */
export const reviewFor = (evaluation: Evaluation, redemption: Redemption | undefined): ReviewKind | undefined =>
  REVIEWS[confirmed(evaluation, redemption).outcome];

/** A user's confirmation answers what asks for one; an operator's approval answers an escalation, too. Nothing answers a denial. */
function confirmed(
  { outcome, reason }: Evaluation,
  redemption: Redemption | undefined,
): Pick<Decision, 'outcome' | 'reason'> {
  if (redemption === undefined) return { outcome, reason };
  const { approval } = redemption;
  const isEscalation = kindOf(approval) === 'escalation';
  if (outcome === 'REQUIRE_CONFIRMATION' || (outcome === 'ESCALATE' && isEscalation)) {
    const how = isEscalation ? `operator '${approval.resolvedBy ?? ''}' (${approval.id})` : 'a human';
    return { outcome: 'ALLOW', reason: `Confirmed by ${how} for decision ${approval.link}. ${reason}` };
  }
  return { outcome, reason };
}

/** What later decisions have to know of this one. */
function counted({ proposal }: Asking, about: Conclusion, outcome: Outcome): readonly Statement[] {
  const { evaluation, engine, agent, now } = about;
  const { actor, capability, actionType, target } = proposal;
  const decided: PastAction = {
    actionType,
    targetKey: targetDigest(target),
    targetScore: evaluation.risk.breakdown.target_sensitivity,
    denied: outcome === 'DENY',
  };
  const actions = evaluation.countsTogether ? [...agent.actions, now] : agent.actions;
  const state = putAgentState(actor.id, {
    ...agent,
    actions,
    decisions: agent.decisions + 1,
    history: [decided, ...agent.history],
  });
  const rateLimit = engine.grant?.rateLimit;
  if (!evaluation.countsForGrant || rateLimit === undefined) return [state];
  return [state, ...countGrantUse(actor.id, capability, now, rateLimit.windowSeconds)];
}

function entryOf(
  { settings }: Aegis,
  { proposal, caller }: Asking,
  { evaluation, redemption }: Conclusion,
  decision: Decision,
): Entry {
  return {
    id: decision.audit_ref,
    event_type: 'governance.decision',
    timestamp: decision.timestamp,
    actor_id: proposal.actor.id,
    capability: proposal.capability,
    outcome: decision.outcome,
    risk_score: decision.risk_score,
    decision_id: decision.decision_id,
    policies_evaluated: [...new Set(evaluation.steps.map((step) => step.policy_name))],
    policy_matched: evaluation.policyMatched ?? null,
    details: {
      request_id: column(proposal.requestId),
      ...(proposal.traceId !== undefined && { trace_id: column(proposal.traceId) }),
      api_key_id: caller.id,
      ...(redemption !== undefined && { confirmation_of: redemption.approval.link }),
      request: shownRequest(proposal),
      evaluation: evaluationDetails(evaluation, settings.confirmationThreshold),
      decision: { reason: decision.reason, constraints: decision.constraints },
    },
  };
}
