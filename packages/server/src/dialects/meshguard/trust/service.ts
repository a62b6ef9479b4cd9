import type { Statement } from '../../../engine/unit.js';
import { isoTime } from '../agents/agent.js';
import { listAgents } from '../agents/service.js';
import type { Finding } from '../anomalies/anomaly.js';
import { noting } from '../anomalies/detector.js';
import { chainsOf, eventRecord } from '../audit/records.js';
import { pruneExpired, relationshipOf, relationshipsOf } from '../delegation/relationship.js';
import { newId } from '../ids.js';
import { TIERS } from '../policy/tiers.js';
import type { MeshGuard } from '../runtime.js';
import { type Activity, type TrustScore, trustScores, WINDOW_MS } from './score.js';

/** The scores of an organisation's agents, as they are now. */
export async function currentScores(mesh: MeshGuard, orgId: string): Promise<ReadonlyMap<string, TrustScore>> {
  const { store, clock } = mesh.engine;
  const now = clock.now();
  const from = now - WINDOW_MS;
  const [agents, requests, last, anomalies, relationships] = await Promise.all([
    listAgents(mesh, orgId),
    store.all({
      sql: 'SELECT agent, decision, count(*) AS n FROM meshguard_decisions WHERE org = ? AND at >= ? GROUP BY agent, decision',
      params: [orgId, from],
    }),
    store.all({
      sql: 'SELECT agent, max(at) AS at FROM meshguard_decisions WHERE org = ? GROUP BY agent',
      params: [orgId],
    }),
    store.all({
      sql: 'SELECT agent, count(*) AS n FROM meshguard_anomalies WHERE org = ? AND detected_at >= ? GROUP BY agent',
      params: [orgId, from],
    }),
    store.all(relationshipsOf(orgId)),
  ]);
  const activity = new Map<string, Activity>();
  const change = (agent: unknown, more: (known: Activity) => Partial<Activity>) => {
    const known = activity.get(String(agent)) ?? { requests: 0, denials: 0, anomalies: 0 };
    activity.set(String(agent), { ...known, ...more(known) });
  };
  for (const { agent, decision, n } of requests) {
    change(agent, (known) => ({
      requests: known.requests + Number(n),
      denials: known.denials + (decision === 'deny' ? Number(n) : 0),
    }));
  }
  for (const { agent, at } of last) change(agent, () => ({ lastAt: Number(at) }));
  for (const { agent, n } of anomalies) change(agent, () => ({ anomalies: Number(n) }));
  return trustScores({ agents, activity, relationships: relationships.map(relationshipOf), now });
}

/** A score as its API shows it. */
export function scoreView(score: TrustScore, orgId: string, at: number): Readonly<Record<string, unknown>> {
  const { agentId, computedScore, effectiveTier, components, activity } = score;
  return {
    agentId,
    orgId,
    computedScore,
    effectiveTier,
    components,
    requestCount: activity.requests,
    denialCount: activity.denials,
    anomalyCount: activity.anomalies,
    computedAt: isoTime(at),
    windowStart: isoTime(at - WINDOW_MS),
    windowEnd: isoTime(at),
  };
}

/** Computes all scores and keeps them; an agent whose tier is lower than the last time is an anomaly. Returns how many. */
export async function recomputeScores(mesh: MeshGuard, orgId: string, actor: string): Promise<number> {
  const { engine } = mesh;
  const scores = [...(await currentScores(mesh, orgId)).values()];
  return engine.lane.run({
    chains: [chainsOf(orgId).events],
    load: [{ sql: 'SELECT agent, at, score FROM meshguard_scores WHERE org = ? ORDER BY at', params: [orgId] }],
    decide: ([rows = []], { now }) => {
      const before = new Map(rows.map(({ agent, score }) => [String(agent), keptScore(String(score))]));
      const dropped = scores.flatMap((score) => {
        const last = before.get(score.agentId);
        const fell = last !== undefined && TIERS.indexOf(score.effectiveTier) < last.tier;
        return fell ? [drop(score, last.score, orgId)] : [];
      });
      const event = { orgId, type: 'trust.recomputed', actor, subject: orgId, data: { updated: scores.length } };
      const noted = noting(mesh, dropped, now);
      return {
        writes: [pruneExpired(orgId, now), ...scores.map((score) => keepScore(score, orgId, now)), ...noted.writes],
        records: [eventRecord({ id: newId(engine.ids, 'evt', now), ...event }, now), ...noted.records],
        events: noted.events,
        answer: scores.length,
      };
    },
  });
}

function drop({ agentId, computedScore, effectiveTier }: TrustScore, before: number, orgId: string): Finding {
  return {
    orgId,
    agentId,
    type: 'trust_drop',
    severity: 'high',
    description: `The trust score fell to ${computedScore}: the agent is ${effectiveTier} now`,
    auditId: '',
    baseline: before,
    observed: computedScore,
  };
}

function keptScore(json: string): { readonly score: number; readonly tier: number } {
  const { computedScore, effectiveTier }: { computedScore?: unknown; effectiveTier?: unknown } = Object(
    JSON.parse(json),
  );
  const words: readonly unknown[] = TIERS;
  return { score: Number(computedScore), tier: words.indexOf(effectiveTier) };
}

const keepScore = (score: TrustScore, orgId: string, now: number): Statement => ({
  sql:
    'INSERT INTO meshguard_scores (agent, at, org, score) VALUES (?, ?, ?, ?) ' +
    'ON CONFLICT (agent, at) DO UPDATE SET score = excluded.score',
  params: [score.agentId, now, orgId, JSON.stringify(scoreView(score, orgId, now))],
});
