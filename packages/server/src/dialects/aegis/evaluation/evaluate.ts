import type { Scope } from '../conditions/parse.js';
import type { Grant, Outcome } from '../registry/model.js';
import type { CompiledCapability, Registry } from '../registry/registry.js';
import type { PastAction } from './anomaly.js';
import { grantProblem, isActive } from './grants.js';
import { evaluatePolicies, type PolicyStep, type Precedence } from './policies.js';
import type { Proposal } from './proposal.js';
import { pythonFloat } from './python.js';
import { type Risk, riskOf } from './risk.js';
import { targetDigest } from './targets.js';

/** Seconds over which an agent's actions are taken together. */
const AGGREGATE_WINDOW_SECONDS = 60;

/** Limits that decide, on the engine's scale of 0 to 10. */
export interface EngineLimits {
  readonly confirmationThreshold: number;
  readonly escalationThreshold: number;
  /** Actions of one agent within a minute that need nobody's look; `false` for any number. */
  readonly aggregateLimit: number | false;
  readonly precedence: Precedence;
}

/** What a decision depends on beside the proposal and the registry. */
export interface EngineFacts {
  readonly now: number;
  readonly grant: Grant | undefined;
  /** Proposals under the grant within its rate limit's window. */
  readonly grantUses: number;
  /** Actions that count together, of the last minute. */
  readonly recentActions: number;
  /** How many of the agent's decisions count, 100 at most. */
  readonly decisions: number;
  /** The latest of these, newest first, 50 at most. */
  readonly history: readonly PastAction[];
}

/** The stage that a decision was made in. */
export type Stage = 'capability' | 'grant' | 'constraints' | 'schema' | 'policy' | 'risk' | 'aggregate';

/** A decision, and how it came about. */
export interface Evaluation {
  readonly outcome: Outcome;
  readonly reason: string;
  readonly stage: Stage;
  readonly capabilityCheck: 'pass' | 'fail';
  readonly authorityCheck: 'pass' | 'fail';
  readonly risk: Risk;
  readonly steps: readonly PolicyStep[];
  readonly policyMatched?: string;
  /** Whether it counts against the rate limit of its grant. */
  readonly countsForGrant: boolean;
  /** Whether it counts among the actions that are taken together. */
  readonly countsTogether: boolean;
}

type Base = Omit<Evaluation, 'risk' | 'countsTogether'>;

/**
 * The engine: capability and grant → policy → risk (always computed) → risk override → aggregate.
 *
 * @throws PolicyConditionError
 */
export function evaluate(proposal: Proposal, registry: Registry, facts: EngineFacts, limits: EngineLimits): Evaluation {
  const capability = registry.capabilities.get(proposal.capability);
  const base = checked(proposal, capability, facts) ?? policed(proposal, registry, facts, limits);
  const risk = riskOf({
    actionType: proposal.actionType,
    target: proposal.target,
    targetKey: targetDigest(proposal.target),
    tier: capability?.riskLevel ?? 'medium',
    decisions: facts.decisions,
    history: facts.history,
  });
  return aggregated({ ...overridden(base, risk, limits), risk }, facts, limits);
}

/** A denial, when the actor may not use the capability at all. */
function checked(
  { actionType, parameters }: Proposal,
  capability: CompiledCapability | undefined,
  { grant, grantUses, now }: EngineFacts,
): Base | undefined {
  const lacking = `Agent lacks a capability covering action '${actionType}' on the requested target.`;
  if (capability === undefined) return denied('capability', lacking);
  if (grant === undefined || !isActive(grant, now)) return denied('grant', lacking);
  const problem = grantProblem(grant, grantUses, now);
  if (problem !== undefined) return denied('constraints', problem);
  const mismatch = capability.check?.(parameters);
  if (mismatch === undefined) return undefined;
  return denied('schema', `Parameters do not match the schema of '${capability.name}': ${mismatch}.`);
}

function denied(stage: Stage, reason: string): Base {
  return {
    outcome: 'DENY',
    reason,
    stage,
    capabilityCheck: stage === 'capability' || stage === 'schema' ? 'fail' : 'pass',
    authorityCheck: stage === 'schema' ? 'pass' : 'fail',
    steps: [],
    countsForGrant: stage === 'schema',
  };
}

function policed(proposal: Proposal, registry: Registry, { now }: EngineFacts, { precedence }: EngineLimits): Base {
  const { outcome, reason, matched, steps } = evaluatePolicies(
    registry.rulesFor(proposal.capability),
    scopeOf(proposal, now),
    precedence,
  );
  return {
    outcome,
    reason,
    stage: 'policy',
    capabilityCheck: 'pass',
    authorityCheck: 'pass',
    steps,
    ...(matched !== undefined && { policyMatched: matched }),
    countsForGrant: true,
  };
}

/** What conditions may look at. */
function scopeOf({ actor, capability, resource, parameters, context }: Proposal, now: number): Scope {
  const time = new Date(now);
  return {
    parameters,
    actor,
    action: { capability, resource: resource ?? null },
    context,
    time: { hour: time.getUTCHours(), day_of_week: (time.getUTCDay() + 6) % 7 },
  };
}

/** Risk overrides what is still allowed, and nothing else. */
function overridden(base: Base, { score, explanation }: Risk, limits: EngineLimits): Base {
  if (base.outcome !== 'ALLOW') return base;
  const exceeds = (what: string, threshold: number) =>
    `Risk score ${pythonFloat(score)}/10.0 exceeds ${what} threshold (${pythonFloat(threshold)}). ${explanation}`;
  const { confirmationThreshold, escalationThreshold } = limits;
  if (score >= escalationThreshold) {
    return { ...base, stage: 'risk', outcome: 'ESCALATE', reason: exceeds('escalation', escalationThreshold) };
  }
  if (score >= confirmationThreshold) {
    const reason = exceeds('confirmation', confirmationThreshold);
    return { ...base, stage: 'risk', outcome: 'REQUIRE_CONFIRMATION', reason };
  }
  return base;
}

/** Actions that are harmless one by one are looked at when there are many. */
function aggregated(
  base: Omit<Evaluation, 'countsTogether'>,
  { recentActions }: EngineFacts,
  { aggregateLimit }: EngineLimits,
): Evaluation {
  const isCounted = base.outcome === 'ALLOW' || base.outcome === 'REQUIRE_CONFIRMATION';
  if (aggregateLimit === false || !isCounted) return { ...base, countsTogether: false };
  const actions = recentActions + 1;
  if (actions <= aggregateLimit) return { ...base, countsTogether: true };
  const reason =
    `Aggregate impact: ${actions} actions within ${pythonFloat(AGGREGATE_WINDOW_SECONDS)}s window exceeds threshold of ` +
    `${aggregateLimit} (RT-012 / T2002). Individual actions may be valid but aggregate pattern is destructive.`;
  return { ...base, stage: 'aggregate', outcome: 'ESCALATE', reason, countsTogether: true };
}
