import type { Query, Row, Statement } from '../../engine/unit.js';
import type { PolicySet } from './policy/policy.js';

/** No rule can ask for more than this many calls. */
const MAX_COUNT = 1000;
/** Tools whose calls are counted at the same time. */
const MAX_TOOLS = 1024;
/** The longest window that a rule may name. */
const MAX_WINDOW_MS = 30 * 24 * 60 * 60 * 1000;

/** What a decision must know of earlier calls. */
export interface CountNeeds {
  /** Whether this call is counted itself. */
  readonly counted: boolean;
  readonly loads: readonly Query[];
  /** Reads the loaded rows: calls of a tool within a window, this one included. */
  read(facts: readonly (readonly Row[])[], includeThis: boolean): Counts;
}

export interface Counts {
  callCount(tool: string, windowMs: number): number;
  /** True when one more tool would be more than the counter holds. */
  readonly full: boolean;
}

const NO_COUNTS: Counts = { callCount: () => 0, full: false };
const NOTHING: CountNeeds = { counted: false, loads: [], read: () => NO_COUNTS };

/** Finds out which counts a call of a tool depends on, and whether it counts itself. */
export function countNeeds(policies: PolicySet, tool: string, now: number): CountNeeds {
  const { pairs, counted } = countingOf(policies, tool);
  if (pairs.length === 0 && !counted) return NOTHING;
  return {
    counted,
    loads: [otherTools(tool), ...pairs.map((pair) => recentCalls(pair.tool, now - pair.windowMs))],
    read: ([others, ...recent], includeThis) => ({
      full: counted && numberIn(others, 'others') >= MAX_TOOLS,
      callCount(wanted, windowMs) {
        const index = pairs.findIndex((pair) => pair.tool === wanted && pair.windowMs === windowMs);
        return numberIn(recent[index], 'calls') + (includeThis && counted && wanted === tool ? 1 : 0);
      },
    }),
  };
}

function numberIn(rows: readonly Row[] | undefined, column: string): number {
  return Number(rows?.[0]?.[column] ?? 0);
}

/** Which calls some rule wants counted. */
interface Counting {
  readonly pairs: ReturnType<PolicySet['countsFor']>;
  readonly counted: boolean;
}

const countings = new WeakMap<PolicySet, Map<string, Counting>>();

/** Looked up, since it is the same for every call of a tool and takes a walk over all rules. */
function countingOf(policies: PolicySet, tool: string): Counting {
  const known = countings.get(policies) ?? new Map<string, Counting>();
  countings.set(policies, known);
  const found = known.get(tool);
  if (found !== undefined) return found;
  const pairs = policies.countsFor(tool);
  const counted = pairs.some((pair) => pair.tool === tool) || toolsNamedInCounts(policies).has(tool);
  const counting = { pairs, counted };
  if (known.size < MAX_TOOLS) known.set(tool, counting);
  return counting;
}

/** Tools whose calls some rule counts by name, whatever tool the rule itself is about. */
function toolsNamedInCounts(policies: PolicySet): ReadonlySet<string> {
  const active = policies.documents.flatMap((document) => document.policies).filter(({ enabled }) => enabled);
  return new Set(active.flatMap(({ rules }) => rules.flatMap(({ when }) => when.callCount?.tool ?? [])));
}

function otherTools(tool: string): Query {
  return { sql: 'SELECT count(DISTINCT tool) AS others FROM rampart_calls WHERE tool <> ?', params: [tool] };
}

function recentCalls(tool: string, after: number): Query {
  return {
    sql: `SELECT count(*) AS calls FROM (SELECT 1 FROM rampart_calls WHERE tool = ? AND at > ? LIMIT ${MAX_COUNT}) AS recent`,
    params: [tool, after],
  };
}

/** Counts a call, and forgets the ones that no rule can see any more. */
export function countCall(tool: string, at: number): readonly Statement[] {
  return [
    { sql: 'DELETE FROM rampart_calls WHERE tool = ? AND at <= ?', params: [tool, at - MAX_WINDOW_MS] },
    {
      sql:
        'DELETE FROM rampart_calls WHERE tool = ? AND at < ' +
        `(SELECT at FROM rampart_calls WHERE tool = ? ORDER BY at DESC LIMIT 1 OFFSET ${2 * MAX_COUNT})`,
      params: [tool, tool],
    },
    { sql: 'INSERT INTO rampart_calls (tool, at) VALUES (?, ?)', params: [tool, at] },
  ];
}

/** Calls by tool since a time, for the status page. */
export function callsSince(at: number): Query {
  return { sql: 'SELECT tool, count(*) AS calls FROM rampart_calls WHERE at > ? GROUP BY tool', params: [at] };
}
