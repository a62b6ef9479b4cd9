import type { Query, Row, Statement } from '../../../engine/unit.js';
import type { Limit } from '../policy/model.js';

const WINDOW_MS = { minute: 60_000, hour: 3_600_000 } as const;

/** How often an agent has called, in the windows that are under way. */
export type Counts = ReadonlyMap<string, number>;

/** A limit that is reached. */
export interface Exceeded {
  /** `30 requests per minute` */
  readonly limit: string;
  readonly retryAfterSeconds: number;
}

const began = (per: Limit['per'], now: number): number => now - (now % WINDOW_MS[per]);
const keyOf = ({ key, per }: Limit): string => `${per}:${key}`;

/** What to load for one agent. */
export const loadCounts = (agentId: string, now: number): Query => ({
  sql: 'SELECT key, began, n FROM meshguard_counts WHERE agent = ? AND began >= ?',
  params: [agentId, now - WINDOW_MS.hour],
});

/** Reads what was loaded: only windows that `now` belongs to count. */
export function readCounts(rows: readonly Row[], now: number): Counts {
  const current = new Set(
    Object.keys(WINDOW_MS).map((per) => `${per}@${began(per === 'hour' ? 'hour' : 'minute', now)}`),
  );
  const counts = new Map<string, number>();
  for (const { key, began: from, n } of rows) {
    const name = String(key);
    if (current.has(`${name.slice(0, name.indexOf(':'))}@${Number(from)}`)) counts.set(name, Number(n));
  }
  return counts;
}

/** The first limit that one more call would exceed. */
export function exceeded(limits: readonly Limit[], counts: Counts, now: number): Exceeded | undefined {
  const reached = limits.find((limit) => (counts.get(keyOf(limit)) ?? 0) >= limit.requests);
  if (reached === undefined) return undefined;
  const { requests, per } = reached;
  const left = began(per, now) + WINDOW_MS[per] - now;
  return { limit: `${requests} requests per ${per}`, retryAfterSeconds: Math.ceil(left / 1000) };
}

/** Counts one call; the first of a window sweeps the agent's old ones away. */
export function countCall(
  agentId: string,
  limits: readonly Limit[],
  counts: Counts,
  now: number,
): readonly Statement[] {
  const writes = limits.map((limit) => ({
    sql:
      'INSERT INTO meshguard_counts (agent, key, began, n) VALUES (?, ?, ?, 1) ' +
      'ON CONFLICT (agent, key, began) DO UPDATE SET n = meshguard_counts.n + 1',
    params: [agentId, keyOf(limit), began(limit.per, now)],
  }));
  if (limits.every((limit) => counts.has(keyOf(limit)))) return writes;
  const sweep = {
    sql: 'DELETE FROM meshguard_counts WHERE agent = ? AND began < ?',
    params: [agentId, now - 2 * WINDOW_MS.hour],
  };
  return [sweep, ...writes];
}
