import type { Row, Statement } from '../../engine/unit.js';
import { type ActionType, actionTypeNamed } from './evaluation/actions.js';
import { LATEST_DECISIONS, type PastAction } from './evaluation/anomaly.js';

/** Length of the windows that agents are counted in. Entries older than it are forgotten. */
export const WINDOW_MS = 60_000;

/** Decisions about an agent that are counted: its risk grows with no more. */
const COUNTED_DECISIONS = 100;
/** Times that are kept in one window: no limit can be higher. */
export const MAX_TIMES = 10_000;

/** What later decisions about an agent depend on. */
export interface AgentState {
  /** When it was proposed for within the window, oldest first. */
  readonly proposals: readonly number[];
  /** Its actions within the window that are taken together, oldest first. */
  readonly actions: readonly number[];
  /** How many of its decisions count, 100 at most. */
  readonly decisions: number;
  /** The latest of these, newest first, 50 at most. */
  readonly history: readonly PastAction[];
}

/** As it is stored: one row for each agent, so that a decision reads it at once and writes it at once. */
interface StoredState {
  readonly p: readonly number[];
  readonly a: readonly number[];
  readonly n: number;
  readonly h: readonly (readonly [type: string, key: string, score: number, denied: 0 | 1])[];
}

const NOTHING: StoredState = { p: [], a: [], n: 0, h: [] };

/** The state as it counts at a time. */
export function agentStateOf(rows: readonly Row[] | undefined, now: number): AgentState {
  const text = rows?.[0]?.['state'];
  const { p, a, n, h }: StoredState = typeof text === 'string' ? JSON.parse(text) : NOTHING;
  // What lies far ahead was counted before the clock was set back, and must not hold anybody up until it is reached again.
  const recent = (times: readonly number[]) => times.filter((at) => Math.abs(now - at) <= WINDOW_MS);
  return {
    proposals: recent(p),
    actions: recent(a),
    decisions: n,
    history: h.map(([type, targetKey, targetScore, denied]) => ({
      actionType: actionTypeNamed(type) ?? FALLBACK,
      targetKey,
      targetScore,
      denied: denied === 1,
    })),
  };
}

const FALLBACK: ActionType = 'tool_call';

export function putAgentState(actor: string, { proposals, actions, decisions, history }: AgentState): Statement {
  const stored: StoredState = {
    p: proposals.slice(-MAX_TIMES),
    a: actions.slice(-MAX_TIMES),
    n: Math.min(decisions, COUNTED_DECISIONS),
    h: history
      .slice(0, LATEST_DECISIONS)
      .map(({ actionType, targetKey, targetScore, denied }) => [actionType, targetKey, targetScore, denied ? 1 : 0]),
  };
  return {
    sql: 'INSERT INTO aegis_agents (actor, state) VALUES (?, ?) ON CONFLICT (actor) DO UPDATE SET state = excluded.state',
    params: [actor, JSON.stringify(stored)],
  };
}
