import { redactText } from '@sallyport/core';
import { type ActionType, severityOf } from './actions.js';
import { anomalyOf, type PastAction } from './anomaly.js';
import { pythonFixed, pythonRound } from './python.js';
import { sensitivityOf } from './sensitivity.js';

/** How much harm a capability can do. */
export type RiskLevel = 'low' | 'medium' | 'high' | 'critical';

/** The factors of a score, each 0 to 10. */
export interface RiskBreakdown {
  readonly capability_sensitivity: number;
  readonly action_severity: number;
  readonly target_sensitivity: number;
  readonly historical_attempt_rate: number;
  readonly behavioral_anomaly: number;
}

export interface Risk {
  /** 0 to 10, two decimals. */
  readonly score: number;
  readonly breakdown: RiskBreakdown;
  readonly category: 'system_control' | 'capability_elevation' | 'data_access';
  readonly explanation: string;
}

/** What a score is computed from. */
export interface RiskFacts {
  readonly actionType: ActionType;
  readonly target: string;
  /** @see targetDigest */
  readonly targetKey: string;
  readonly tier: RiskLevel;
  /** How many of the agent's decisions count, 100 at most, this one not included. */
  readonly decisions: number;
  /** The latest of these, newest first: 50 are looked at. */
  readonly history: readonly PastAction[];
}

const TIERS: Readonly<Record<RiskLevel, number>> = { low: 1, medium: 3, high: 6, critical: 9 };
const SEVERE = 7;

/** Scores an action. */
export function riskOf(facts: RiskFacts): Risk {
  const { actionType, target, targetKey, tier, decisions, history } = facts;
  const targetScore = sensitivityOf(target);
  const breakdown: RiskBreakdown = {
    capability_sensitivity: TIERS[tier],
    action_severity: severityOf(actionType),
    target_sensitivity: targetScore,
    historical_attempt_rate: attemptRate(decisions),
    behavioral_anomaly: anomalyOf({ actionType, targetKey, targetScore }, history),
  };
  const unrounded = Math.min(Math.max(weigh(breakdown), 0), 10);
  return {
    score: pythonRound(unrounded, 2),
    breakdown,
    category: categoryOf(actionType, target),
    explanation: explain(facts, breakdown, unrounded),
  };
}

/** In exactly this order of additions: the engine's doubles come out the same then. */
function weigh(factors: RiskBreakdown): number {
  const { action_severity: action, target_sensitivity: target } = factors;
  const base =
    0.15 * factors.capability_sensitivity +
    0.3 * action +
    0.3 * target +
    0.1 * factors.historical_attempt_rate +
    0.15 * factors.behavioral_anomaly;
  const most = Math.max(action, target);
  if (most < SEVERE) return base;
  return base + (most / 10) * (Math.min(action, target) >= 5 ? 3 : 1.5);
}

function attemptRate(decisions: number): number {
  if (decisions < 10) return 0;
  if (decisions < 30) return 3;
  if (decisions < 50) return 5;
  return decisions < 80 ? 7 : 9;
}

const DESTRUCTIVE = ['delete', 'drop', 'truncate', 'destroy', 'purge', 'wipe'];
const ELEVATING = [
  'admin',
  'grant',
  'sudo',
  'escalat',
  'assume-role',
  'set-owner',
  'chmod',
  'chown',
  'setuid',
  'setgid',
  'privilege',
  'elevat',
  'impersonat',
  'runas',
];

function categoryOf(type: ActionType, target: string): Risk['category'] {
  const lower = target.toLowerCase();
  const names = (words: readonly string[]) => words.some((word) => lower.includes(word));
  if (type === 'shell_exec' || type === 'file_write') return 'system_control';
  if (type === 'api_call' && names(DESTRUCTIVE)) return 'system_control';
  return names(ELEVATING) ? 'capability_elevation' : 'data_access';
}

const MAX_SHOWN = 40;

function explain({ actionType, target, tier }: RiskFacts, factors: RiskBreakdown, score: number): string {
  const whole = (value: number) => pythonFixed(value, 0);
  const { action_severity: action, capability_sensitivity: capability, target_sensitivity: sensitivity } = factors;
  const reasons = [
    action >= SEVERE ? `high action severity (${actionType}=${whole(action)})` : '',
    sensitivity >= 5 ? `sensitive target (${whole(sensitivity)})` : '',
    capability >= 6 ? `high capability tier (${tier}=${whole(capability)})` : '',
    factors.historical_attempt_rate >= 5 ? `elevated request rate (${whole(factors.historical_attempt_rate)})` : '',
    factors.behavioral_anomaly >= 3 ? `behavioral anomaly (${whole(factors.behavioral_anomaly)})` : '',
  ].filter((reason) => reason !== '');
  const why = reasons.length === 0 ? 'No significant risk factors.' : `Factors: ${reasons.join('; ')}.`;
  return `Risk score ${pythonFixed(score, 1)}/10.0 for ${actionType} on '${shown(target)}'. ${why}`;
}

/** Masked before anything is replaced: what no longer looks like a secret would be shown. */
function shown(target: string): string {
  const clean = [...redactText(target).replace(/[^\p{L}\p{N}\-._/ ]/gu, '_')];
  return clean.length > MAX_SHOWN ? `${clean.slice(0, MAX_SHOWN).join('')}...` : clean.join('');
}
