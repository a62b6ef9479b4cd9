import type { EngineEvent, Query, Row, Statement } from '../../../engine/unit.js';
import { type AuditEntry, chainsOf, eventRecord } from '../audit/records.js';
import type { DecidedCall } from '../decide/record.js';
import { newId } from '../ids.js';
import type { MeshGuard } from '../runtime.js';
import { type Anomaly, type AnomalyType, anomalyStatement, anomalyView, type Finding, newAnomaly } from './anomaly.js';
import { detect } from './detect.js';
import { type Habit, Habits, MONTH_MS } from './habits.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** Agents whose habits are kept in memory: of more, those that were learned last. */
const REMEMBERED = 10_000;
/** Decisions that are read together, when habits are learned from the store. */
const PAGE = 1000;

/** An agent, as far as it was looked at. */
interface Watched {
  readonly habits: Habits;
  /** When its habits were read from the store. */
  readonly learnedAt: number;
  /** When it was last looked at as a whole. */
  lookedAt: number;
  /** When a kind of anomaly was last noted. */
  readonly notedAt: Map<AnomalyType, number>;
}

/**
 * Looks at decisions once they are on record, beside the callers' way. Habits are learned from the store once, and followed
 * from then on, so that a look costs the same however much an agent has done.
 */
export class AnomalyDetector {
  readonly #mesh: MeshGuard;
  readonly #watched = new Map<string, Watched>();
  readonly #queue: AuditEntry[] = [];
  readonly #unsubscribe: () => void;
  #isLooking = false;
  #looking: Promise<void> = Promise.resolve();

  constructor(mesh: MeshGuard) {
    this.#mesh = mesh;
    this.#unsubscribe = mesh.engine.events.subscribe((event) => {
      if (event.dialect !== 'meshguard' || event.type !== 'decision') return;
      const { entry }: DecidedCall = Object(event.data);
      this.#queue.push(entry);
      if (!this.#isLooking) this.#looking = this.#lookAtAll();
    });
  }

  /** Resolves when everything that has been decided so far was looked at. */
  settled(): Promise<void> {
    return this.#looking;
  }

  /** Forgets habits, after the store was reset or restored. */
  reset(): void {
    this.#watched.clear();
  }

  async close(): Promise<void> {
    this.#unsubscribe();
    await this.#looking;
  }

  async #lookAtAll(): Promise<void> {
    const { log } = this.#mesh.engine;
    this.#isLooking = true;
    for (let entry = this.#queue.shift(); entry !== undefined; entry = this.#queue.shift()) {
      try {
        const watched = this.#current(entry) ?? (await this.#learn(entry));
        const findings = unusual(entry, watched);
        if (findings.length > 0) await this.#note(entry, findings, watched);
      } catch (error) {
        log.warn({ err: error, auditId: entry.id }, 'a decision could not be looked at for anomalies');
      }
    }
    this.#isLooking = false;
  }

  /** What is known of an agent, unless that has to be read again. */
  #current({ agentId, timestamp }: AuditEntry): Watched | undefined {
    const watched = this.#watched.get(agentId);
    if (watched === undefined) return undefined;
    const at = Date.parse(timestamp);
    // The clock was set back; or other replicas decide, too.
    if (at < watched.habits.lastAt) return undefined;
    return this.#mesh.engine.store.shared && at - watched.learnedAt >= MINUTE_MS ? undefined : watched;
  }

  async #learn({ agentId, timestamp, id }: AuditEntry): Promise<Watched> {
    const { store } = this.#mesh.engine;
    const at = Date.parse(timestamp);
    const habits = new Habits();
    let after = { at: at - MONTH_MS, id: '' };
    for (;;) {
      const rows = await store.all(decisionsBetween(agentId, after, { at, id }));
      for (const row of rows) habits.add(habitOf(row));
      const last = rows.at(-1);
      if (last === undefined || rows.length < PAGE) break;
      after = { at: Number(last['at']), id: String(last['id']) };
      // Callers come first.
      await new Promise((resolve) => setImmediate(resolve));
    }
    const before = this.#watched.get(agentId);
    this.#watched.delete(agentId);
    const [oldest] = this.#watched.size < REMEMBERED ? [] : this.#watched.keys();
    if (oldest !== undefined) this.#watched.delete(oldest);
    const lookedAt = before === undefined || before.lookedAt > at ? Number.NEGATIVE_INFINITY : before.lookedAt;
    const watched = { habits, learnedAt: at, lookedAt, notedAt: new Map(before?.notedAt) };
    this.#watched.set(agentId, watched);
    return watched;
  }

  async #note(entry: AuditEntry, findings: readonly Finding[], { notedAt }: Watched): Promise<void> {
    await this.#mesh.engine.lane.run({
      chains: [chainsOf(entry.orgId).events],
      load: [known(entry)],
      decide: ([rows = []], { now }) => {
        // What was noted and nobody has looked at yet is not noted again.
        const told = new Set(rows.map(({ type }) => String(type)));
        const news = findings.filter(({ type }) => !told.has(type));
        return { answer: undefined, ...noting(this.#mesh, news, now) };
      },
    });
    for (const { type } of findings) notedAt.set(type, Date.parse(entry.timestamp));
  }
}

/** What is unusual about a decision, and was not just noted. */
function unusual(entry: AuditEntry, watched: Watched): readonly Finding[] {
  const { action, decision, timestamp } = entry;
  const at = Date.parse(timestamp);
  const denied = decision === 'deny';
  const facts = watched.habits.follow({ at, action, denied });
  const isDue = at - watched.lookedAt >= MINUTE_MS;
  if (isDue) watched.lookedAt = at;
  // A denial, something new, or the first call in a minute: what comes between is the same again.
  if (!isDue && !denied && facts.usedBefore) return [];
  return detect(entry, facts).filter(
    ({ type }) => Math.abs(at - (watched.notedAt.get(type) ?? Number.NEGATIVE_INFINITY)) >= MINUTE_MS,
  );
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

interface Place {
  readonly at: number;
  readonly id: string;
}

/** An agent's decisions behind one and before another, in their order. */
const decisionsBetween = (agentId: string, after: Place, before: Place): Query => ({
  sql:
    'SELECT id, at, action, decision FROM meshguard_decisions WHERE agent = ? AND (at, id) > (?, ?) AND (at, id) < (?, ?) ' +
    `ORDER BY at, id LIMIT ${PAGE}`,
  params: [agentId, after.at, after.id, before.at, before.id],
});

const habitOf = ({ at, action, decision }: Row): Habit => ({
  at: Number(at),
  action: String(action),
  denied: decision === 'deny',
});

const known = ({ agentId, timestamp }: AuditEntry): Query => ({
  sql: 'SELECT type FROM meshguard_anomalies WHERE agent = ? AND resolved_at IS NULL AND detected_at > ?',
  params: [agentId, Date.parse(timestamp) - HOUR_MS],
});
