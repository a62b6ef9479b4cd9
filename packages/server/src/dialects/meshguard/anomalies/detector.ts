import type { EngineEvent, Query, Statement } from '../../../engine/unit.js';
import { type AuditEntry, chainsOf, eventRecord } from '../audit/records.js';
import type { DecidedCall } from '../decide/record.js';
import { newId } from '../ids.js';
import type { MeshGuard } from '../runtime.js';
import { type Anomaly, anomalyStatement, anomalyView, type Finding, newAnomaly } from './anomaly.js';
import { detect } from './detect.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const MONTH_MS = 30 * DAY_MS;
/** Agents whose habits are remembered; others are looked at again. */
const REMEMBERED = 10_000;

interface Habits {
  readonly actions: Set<string>;
  /** When it was last looked at as a whole. */
  lookedAt: number;
}

/** Looks at decisions once they are on record, beside the callers' way. */
export class AnomalyDetector {
  readonly #mesh: MeshGuard;
  readonly #habits = new Map<string, Habits>();
  readonly #unsubscribe: () => void;
  #looking: Promise<void> = Promise.resolve();

  constructor(mesh: MeshGuard) {
    this.#mesh = mesh;
    this.#unsubscribe = mesh.engine.events.subscribe((event) => {
      if (event.dialect !== 'meshguard' || event.type !== 'decision') return;
      const { entry }: DecidedCall = Object(event.data);
      if (this.#isWorthIt(entry)) this.#look(entry);
    });
  }

  /** Resolves when everything that has been decided so far was looked at. */
  settled(): Promise<void> {
    return this.#looking;
  }

  /** Forgets habits, after the store was reset or restored. */
  reset(): void {
    this.#habits.clear();
  }

  async close(): Promise<void> {
    this.#unsubscribe();
    await this.#looking;
  }

  /** A denial, something new, or the first call in a minute: what comes between is the same again. */
  #isWorthIt({ agentId, action, decision, timestamp }: AuditEntry): boolean {
    const known = this.#habits.get(agentId);
    if (known === undefined && this.#habits.size >= REMEMBERED) this.#habits.clear();
    const habits = known ?? { actions: new Set(), lookedAt: Number.NEGATIVE_INFINITY };
    this.#habits.set(agentId, habits);
    const at = Date.parse(timestamp);
    const isNew = !habits.actions.has(action);
    if (habits.actions.size >= REMEMBERED) habits.actions.clear();
    habits.actions.add(action);
    const isDue = at - habits.lookedAt >= MINUTE_MS || at < habits.lookedAt;
    if (isDue) habits.lookedAt = at;
    return isNew || isDue || decision === 'deny';
  }

  #look(entry: AuditEntry): void {
    const looked = this.#mesh.engine.lane.run({
      chains: [chainsOf(entry.orgId).events],
      load: [...loads(entry), known(entry)],
      decide: (rows, { now }) => {
        const counts = rows.slice(0, -1).map(([row]) => Number(row?.['n'] ?? 0));
        const [history = 0, sameAction = 0, sameHour = 0, lastHour = 0, dayBefore = 0, ...denials] = counts;
        const [recentDenials = 0, denialsBefore = 0] = denials;
        const found = detect(entry, {
          ...{ history, sameAction, sameHour, lastHour, dayBefore },
          ...{ recentDenials, denialsBefore },
        });
        // What was noted and nobody has looked at yet is not noted again.
        const told = new Set(rows.at(-1)?.map(({ type }) => String(type)));
        return {
          answer: undefined,
          ...noting(
            this.#mesh,
            found.filter(({ type }) => !told.has(type)),
            now,
          ),
        };
      },
    });
    const done = looked.catch((error: unknown) => {
      this.#mesh.engine.log.warn({ err: error, auditId: entry.id }, 'a decision could not be looked at for anomalies');
    });
    this.#looking = Promise.all([this.#looking, done]).then(() => undefined);
  }
}

/** What noting findings takes: rows, records, events, and agents that are held back. */
export function noting(
  mesh: MeshGuard,
  findings: readonly Finding[],
  now: number,
): { writes: Statement[]; records: ReturnType<typeof eventRecord>[]; events: EngineEvent[] } {
  const anomalies = findings.map((finding) => newAnomaly(mesh, finding, now));
  return {
    writes: anomalies.flatMap((anomaly) => [anomalyStatement(anomaly), ...holding(anomaly)]),
    records: anomalies.map((anomaly) =>
      eventRecord(
        {
          id: newId(mesh.engine.ids, 'evt', now),
          orgId: anomaly.orgId,
          type: 'anomaly.detected',
          actor: 'anomaly-detection',
          subject: anomaly.agentId,
          ...(anomaly.auditId !== '' && { link: anomaly.auditId }),
          data: anomalyView(anomaly),
        },
        now,
      ),
    ),
    events: anomalies.map((data) => ({ dialect: 'meshguard', type: 'anomaly', data })),
  };
}

/** An agent that is held back stays so until somebody has resolved why. */
function holding({ agentId, autoAction }: Anomaly): readonly Statement[] {
  if (autoAction === 'none' || autoAction === 'alert') return [];
  return [{ sql: 'UPDATE meshguard_agents SET hold = ? WHERE id = ?', params: [autoAction, agentId] }];
}

const count = (where: string, params: Query['params']): Query => ({
  sql: `SELECT count(*) AS n FROM meshguard_decisions WHERE agent = ? AND ${where}`,
  params,
});

function loads({ agentId, id, action, timestamp }: AuditEntry): readonly Query[] {
  const at = Date.parse(timestamp);
  const hour = Math.floor(at / HOUR_MS) % 24;
  const [earlier, later] = [(hour + 23) % 24, (hour + 1) % 24];
  const month = [agentId, at - MONTH_MS, id] as const;
  return [
    count('at >= ? AND id <> ?', month),
    count('at >= ? AND id <> ? AND action = ?', [...month, action]),
    count('at >= ? AND id <> ? AND (at / 3600000) % 24 IN (?, ?, ?)', [...month, earlier, hour, later]),
    count('at > ? AND at <= ?', [agentId, at - HOUR_MS, at]),
    count('at > ? AND at <= ?', [agentId, at - HOUR_MS - DAY_MS, at - HOUR_MS]),
    count("decision = 'deny' AND at > ? AND at <= ?", [agentId, at - 5 * MINUTE_MS, at]),
    count("decision = 'deny' AND at > ? AND at <= ?", [agentId, at - 5 * MINUTE_MS - DAY_MS, at - 5 * MINUTE_MS]),
  ];
}

const known = ({ agentId, timestamp }: AuditEntry): Query => ({
  sql: 'SELECT type FROM meshguard_anomalies WHERE agent = ? AND resolved_at IS NULL AND detected_at > ?',
  params: [agentId, Date.parse(timestamp) - HOUR_MS],
});
