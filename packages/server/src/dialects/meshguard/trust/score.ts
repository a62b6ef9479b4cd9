import type { Agent } from '../agents/agent.js';
import type { Relationship } from '../delegation/relationship.js';
import type { Tier } from '../policy/tiers.js';

const DAY_MS = 24 * 60 * 60 * 1000;
/** How far back requests and anomalies count. */
export const WINDOW_MS = 30 * DAY_MS;
const FULL_TENURE_DAYS = 90;
const DORMANT_DAYS = 30;
const DORMANT_LOSS = 0.01;
const ANOMALIES_AT_ZERO = 10;
const NOBODY_VOUCHES = 0.5;

/** What an agent has done in the window. */
export interface Activity {
  readonly requests: number;
  readonly denials: number;
  readonly anomalies: number;
  /** When it was last in the audit log, ever; undefined for never. */
  readonly lastAt?: number;
}

/** What the scores of an organisation's agents are computed from. */
export interface TrustFacts {
  readonly agents: readonly Agent[];
  readonly activity: ReadonlyMap<string, Activity>;
  readonly relationships: readonly Relationship[];
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** The five parts of a score, each from 0 to 1. */
export interface Components {
  readonly history: number;
  readonly anomaly: number;
  readonly delegation: number;
  readonly tenure: number;
  readonly vouchers: number;
}

/** How far an agent is to be trusted. */
export interface TrustScore {
  readonly agentId: string;
  readonly computedScore: number;
  readonly effectiveTier: Tier;
  readonly components: Components;
  readonly activity: Activity;
}

const IDLE: Activity = { requests: 0, denials: 0, anomalies: 0 };
const clamp = (value: number): number => Math.min(1, Math.max(0, value));
const rounded = (value: number): number => Math.round(value * 10_000) / 10_000;

/** The documented sum of the documented parts. */
export function scoreOf({ history, anomaly, delegation, tenure, vouchers }: Components): number {
  return clamp(0.3 * history + 0.25 * anomaly + 0.15 * delegation + 0.15 * tenure + 0.15 * vouchers);
}

/** The tier that a score is good for. */
export function tierOf(score: number): Tier {
  if (score >= 0.8) return 'privileged';
  if (score >= 0.5) return 'trusted';
  return score >= 0.25 ? 'verified' : 'unverified';
}

/** The scores of all agents, by id. */
export function trustScores(facts: TrustFacts): ReadonlyMap<string, TrustScore> {
  const scores = new Map<string, TrustScore>();
  const open = new Set<string>();
  const score = (agent: Agent): TrustScore => {
    const known = scores.get(agent.id);
    if (known !== undefined) return known;
    open.add(agent.id);
    const vouching = facts.relationships
      .filter(
        ({ type, target, revokedAt }) => type === 'delegates_to' && target === agent.id && revokedAt === undefined,
      )
      // Delegations make no circles; should there be one all the same, nobody vouches for himself.
      .flatMap(({ source }) => facts.agents.filter(({ id }) => id === source && !open.has(id)))
      .map((delegator) => score(delegator).computedScore);
    open.delete(agent.id);
    const computed = scoreWith(agent, vouching, facts);
    scores.set(agent.id, computed);
    return computed;
  };
  for (const agent of facts.agents) score(agent);
  return scores;
}

function scoreWith(agent: Agent, vouching: readonly number[], facts: TrustFacts): TrustScore {
  const activity = facts.activity.get(agent.id) ?? IDLE;
  const { requests, denials, anomalies } = activity;
  const issued = facts.relationships.filter(({ type, source }) => type === 'delegates_to' && source === agent.id);
  const standing = issued.filter(({ revokedAt }) => revokedAt === undefined);
  const components = {
    history: requests === 0 ? 1 : (requests - denials) / requests,
    anomaly: Math.max(0, 1 - anomalies / ANOMALIES_AT_ZERO),
    delegation: issued.length === 0 ? 1 : standing.length / issued.length,
    tenure: tenureOf(agent, activity, facts.now),
    vouchers: vouching.length === 0 ? NOBODY_VOUCHES : vouching.reduce((sum, each) => sum + each, 0) / vouching.length,
  };
  const computedScore = rounded(scoreOf(components));
  return { agentId: agent.id, computedScore, effectiveTier: tierOf(computedScore), components, activity };
}

/** Grows with age, and shrinks again while nothing is heard of the agent. */
function tenureOf({ createdAt }: Agent, { lastAt = createdAt }: Activity, now: number): number {
  const age = clamp((now - createdAt) / DAY_MS / FULL_TENURE_DAYS);
  const silentDays = Math.floor((now - lastAt) / DAY_MS);
  return clamp(age - Math.max(0, silentDays - DORMANT_DAYS) * DORMANT_LOSS);
}
