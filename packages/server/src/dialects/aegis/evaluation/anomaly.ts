import { type ActionType, severityOf } from './actions.js';

/** What is remembered of one earlier decision about an agent. */
export interface PastAction {
  readonly actionType: ActionType;
  /** Its target in the spelling that targets are compared by, hashed. */
  readonly targetKey: string;
  readonly targetScore: number;
  readonly denied: boolean;
}

/** The action that is held against them. */
export interface PresentAction {
  readonly actionType: ActionType;
  readonly targetKey: string;
  readonly targetScore: number;
}

/** Decisions about an agent that its next action is held against. */
export const LATEST_DECISIONS = 50;
const ENOUGH = 5;
const MAX_SCORE = 10;

/** How unlike its agent an action is, 0 to 10. @param history - newest first. */
export function anomalyOf(action: PresentAction, history: readonly PastAction[]): number {
  const past = history.slice(0, LATEST_DECISIONS);
  if (past.length === 0) return 0;
  const score =
    unfamiliarType(action, past) +
    unusualTarget(action, past) +
    repeatedTarget(action, past) +
    graverAction(action, past) +
    manyDenials(past);
  return Math.min(score, MAX_SCORE);
}

const unfamiliarType = ({ actionType }: PresentAction, past: readonly PastAction[]): number =>
  past.some((earlier) => earlier.actionType === actionType) ? 0 : 3;

function unusualTarget({ targetScore }: PresentAction, past: readonly PastAction[]): number {
  if (past.length < ENOUGH) return 0;
  const above = targetScore - mean(past.slice(0, 20).map((earlier) => earlier.targetScore));
  if (above >= 5) return 4;
  return above >= 3 ? 2 : 0;
}

const repeatedTarget = ({ targetKey }: PresentAction, past: readonly PastAction[]): number =>
  past.filter((earlier) => earlier.targetKey === targetKey).length >= ENOUGH ? 4 : 0;

function graverAction({ actionType }: PresentAction, past: readonly PastAction[]): number {
  if (past.length < ENOUGH) return 0;
  const usual = mean(past.slice(0, 10).map((earlier) => severityOf(earlier.actionType)));
  return severityOf(actionType) - usual >= 4 ? 3 : 0;
}

const manyDenials = (past: readonly PastAction[]): number =>
  past.length > ENOUGH && past.filter(({ denied }) => denied).length / past.length > 0.5 ? 3 : 0;

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
