import type { AuditEntry } from '../audit/records.js';
import { DEPTH_RULE } from '../delegation/chain.js';
import type { Finding } from './anomaly.js';

/** What is known of an agent when one of its calls is looked at; counts leave that call out unless they say so. */
export interface AnomalyFacts {
  /** Decisions in the last 30 days. */
  readonly history: number;
  /** Whether one of these had the same action. */
  readonly usedBefore: boolean;
  /** Whether one of these was within an hour of this time of day. */
  readonly usualHour: boolean;
  /** Decisions in the last hour, this one included, and in the 24 hours before it. */
  readonly lastHour: number;
  readonly dayBefore: number;
  /** Denials in the last five minutes, this one included, and in the 24 hours before them. */
  readonly recentDenials: number;
  readonly denialsBefore: number;
}

const SETTLED = 20;
const REGULAR = 50;
const BURST = 10;
const SPIKE = 20;
const FIVE_MINUTES_OF_DAY = 288;
const HOURS_OF_DAY = 24;

/** What is unusual about a call. The documents name the kinds and the factor; the thresholds are ours. */
export function detect(entry: AuditEntry, facts: AnomalyFacts): readonly Finding[] {
  const found = [newResource, offHours, volumeSpike, deniedBurst, depthExceeded].map((look) => look(entry, facts));
  const { orgId, agentId, id: auditId } = entry;
  return found.flatMap((one) => (one === undefined ? [] : [{ ...one, orgId, agentId, auditId }]));
}

type Found = Pick<Finding, 'type' | 'severity' | 'description' | 'baseline' | 'observed'> | undefined;

/** An agent with habits does something for the first time. */
function newResource({ action }: AuditEntry, { history, usedBefore }: AnomalyFacts): Found {
  if (history < SETTLED || usedBefore) return undefined;
  return { type: 'new_resource', severity: 'low', description: `First use of ${action}`, baseline: 0, observed: 1 };
}

/** An agent with regular hours calls outside of them. */
function offHours({ timestamp }: AuditEntry, { history, usualHour }: AnomalyFacts): Found {
  if (history < REGULAR || usualHour) return undefined;
  const description = `No call between ${timestamp.slice(11, 13)}:00 and the hours beside it before`;
  return { type: 'off_hours', severity: 'low', description, baseline: 0, observed: 1 };
}

/** At least three times as many calls in an hour as in the hours before. */
function volumeSpike(_entry: AuditEntry, { lastHour, dayBefore }: AnomalyFacts): Found {
  const baseline = dayBefore / HOURS_OF_DAY;
  if (baseline === 0 || lastHour < SPIKE || lastHour < 3 * baseline) return undefined;
  const severity = lastHour >= 10 * baseline ? 'critical' : lastHour >= 5 * baseline ? 'high' : 'medium';
  return {
    type: 'volume_spike',
    severity,
    description: `${lastHour} calls in an hour; ${round(baseline)} are usual`,
    baseline: round(baseline),
    observed: lastHour,
  };
}

/** Many denials in a few minutes, unless that is usual. */
function deniedBurst({ decision }: AuditEntry, { recentDenials, denialsBefore }: AnomalyFacts): Found {
  const baseline = denialsBefore / FIVE_MINUTES_OF_DAY;
  if (decision !== 'deny' || recentDenials < BURST || recentDenials < 3 * baseline) return undefined;
  return {
    type: 'denied_burst',
    severity: recentDenials >= 2 * BURST ? 'high' : 'medium',
    description: `${recentDenials} denials in five minutes`,
    baseline: round(baseline),
    observed: recentDenials,
  };
}

/** A chain of delegations was longer than it may be. */
function depthExceeded({ rule, reason = '' }: AuditEntry): Found {
  if (rule !== DEPTH_RULE) return undefined;
  return { type: 'depth_exceeded', severity: 'high', description: reason, baseline: 0, observed: 1 };
}

const round = (value: number): number => Math.round(value * 100) / 100;
