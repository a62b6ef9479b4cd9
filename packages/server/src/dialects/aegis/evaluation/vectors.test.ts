import { expect, test } from 'vitest';
import { engineVectors } from '../testing-vectors.js';
import type { ActionType } from './actions.js';
import type { PastAction } from './anomaly.js';
import { type RiskLevel, riskOf } from './risk.js';
import { targetDigest } from './targets.js';

interface Case {
  readonly action_type: ActionType;
  readonly target: string;
  readonly tier: RiskLevel;
  readonly score?: number;
  readonly target_sensitivity?: number;
  readonly category?: string;
  readonly explanation?: string;
}

const { cases: risks }: { cases: readonly Case[] } = engineVectors('risk.json');
const { cases: explanations }: { cases: readonly Case[] } = engineVectors('explanation.json');
const { cases: rates }: { cases: readonly (readonly [number, number])[] } = engineVectors('history.json');

const score = ({ action_type: actionType, target, tier }: Case, history: readonly PastAction[] = []) =>
  riskOf({ actionType, target, targetKey: targetDigest(target), tier, decisions: history.length, history });

test.each([...risks, ...explanations])('$action_type on $target ($tier)', (vector) => {
  const risk = score(vector);
  const { score: expected, target_sensitivity: sensitivity, category, explanation } = vector;
  if (expected !== undefined) expect(risk.score).toBe(expected);
  if (sensitivity !== undefined) expect(risk.breakdown.target_sensitivity).toBe(sensitivity);
  if (category !== undefined) expect(risk.category).toBe(category);
  if (explanation !== undefined) expect(risk.explanation).toBe(explanation);
});

test.each(rates)('%i earlier records rate %i', (records, rate) => {
  const past: PastAction = { actionType: 'tool_call', targetKey: '', targetScore: 0, denied: false };
  const { breakdown } = score({ action_type: 'tool_call', target: 'x', tier: 'low' }, Array(records).fill(past));
  expect(breakdown.historical_attempt_rate).toBe(rate);
});
