import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Query } from '../../../engine/unit.js';
import { json, send } from '../../../http/answer.js';
import { pathParam, queryParam } from '../../../http/params.js';
import { isoTime } from '../agents/agent.js';
import { limitParam, numberParam, timeParam } from '../audit/query.js';
import { chainsOf, eventRecord } from '../audit/records.js';
import { bodyBytes, readBody } from '../body.js';
import { badRequest, forbidden, MeshGuardFailure, notFound } from '../failure.js';
import { memberOf } from '../identity/member-auth.js';
import { newId } from '../ids.js';
import { keyOf, runOnce } from '../keyed.js';
import type { MeshGuard } from '../runtime.js';
import { resolveAnomalyRequest } from '../schemas.js';
import { visibleAgent } from '../trust/routes.js';
import { type Anomaly, anomalyById, anomalyOf, anomalyView, SEVERITIES } from './anomaly.js';

type Handler = (request: FastifyRequest, reply: FastifyReply) => Promise<void>;

/** `GET /anomalies`: newest first. */
export const listAnomalies =
  (mesh: MeshGuard): Handler =>
  async (request, reply) => {
    await mesh.detector().settled();
    const rows = await mesh.engine.store.all(listQuery(request));
    send(reply, json(200, { anomalies: rows.map(anomalyOf).map(anomalyView) }));
  };

function listQuery(request: FastifyRequest): Query {
  const { orgId: own, agentId: self, isSuper } = memberOf(request);
  const orgId = queryParam(request, 'orgId') || own;
  if (orgId !== own && !isSuper) throw forbidden('The organization is another one');
  const asked = queryParam(request, 'agentId');
  if (self !== undefined && asked !== '' && asked !== self) throw forbidden('Agents may look at themselves only');
  const severity = queryParam(request, 'severity');
  if (severity !== '' && !SEVERITIES.some((known) => known === severity)) {
    throw badRequest(`severity must be one of ${SEVERITIES.join(', ')}`);
  }
  const resolved = queryParam(request, 'resolved');
  const [from, to] = [timeParam(request, 'from'), timeParam(request, 'to')];
  const conditions: readonly (readonly [string, string | number | undefined])[] = [
    ['org = ?', clean(orgId)],
    ['agent = ?', clean(self ?? asked)],
    ['severity = ?', severity || undefined],
    ['detected_at >= ?', from],
    ['detected_at <= ?', to],
  ];
  const given = conditions.flatMap(([sql, value]) => (value === undefined ? [] : [{ sql, value }]));
  const state = { true: ' AND resolved_at IS NOT NULL', false: ' AND resolved_at IS NULL' }[resolved] ?? '';
  return {
    sql:
      `SELECT * FROM meshguard_anomalies WHERE ${given.map(({ sql }) => sql).join(' AND ')}${state} ` +
      'ORDER BY detected_at DESC, id DESC LIMIT ? OFFSET ?',
    params: [...given.map(({ value }) => value), limitParam(request, 50, 500), numberParam(request, 'offset') ?? 0],
  };
}

const clean = (text: string): string | undefined =>
  text === '' ? undefined : text.replaceAll('\0', '\ufffd').toWellFormed();

/** `GET /agents/:id/anomalies/summary` */
export const summarizeAnomalies =
  (mesh: MeshGuard): Handler =>
  async (request, reply) => {
    const { id, orgId } = await visibleAgent(mesh, request);
    await mesh.detector().settled();
    const now = mesh.engine.clock.now();
    const from = now - 30 * 24 * 60 * 60 * 1000;
    const rows = await mesh.engine.store.all({
      sql: 'SELECT * FROM meshguard_anomalies WHERE org = ? AND detected_at >= ? ORDER BY detected_at',
      params: [orgId, from],
    });
    const all = rows.map(anomalyOf);
    // An agent may learn of itself, and not of the others.
    const visible = memberOf(request).agentId === undefined ? all : all.filter(({ agentId }) => agentId === id);
    const own = all.filter(({ agentId }) => agentId === id);
    const { byType: _, ...specific } = counted(own);
    const topAgents = Object.entries(tally(visible, ({ agentId }) => agentId))
      .sort(([a, more], [b, less]) => less - more || (a < b ? -1 : 1))
      .slice(0, 10)
      .map(([agentId, count]) => ({ agentId, count }));
    const summary = { orgId, period: { from: isoTime(from), to: isoTime(now) }, ...counted(visible), topAgents };
    send(reply, json(200, { summary, agentSpecific: { agentId: id, ...specific } }));
  };

function counted(anomalies: readonly Anomaly[]) {
  return {
    totalAnomalies: anomalies.length,
    unresolvedCount: anomalies.filter(({ resolvedAt }) => resolvedAt === undefined).length,
    bySeverity: tally(anomalies, ({ severity }) => severity),
    byType: tally(anomalies, ({ type }) => type),
  };
}

function tally(anomalies: readonly Anomaly[], by: (anomaly: Anomaly) => string): Record<string, number> {
  const counts = new Map<string, number>();
  for (const anomaly of anomalies) counts.set(by(anomaly), (counts.get(by(anomaly)) ?? 0) + 1);
  return Object.fromEntries(counts);
}

/** `POST /anomalies/:id/resolve`: somebody has looked at it; what held the agent back for it ends. */
export const resolveAnomaly =
  (mesh: MeshGuard): Handler =>
  async (request, reply) => {
    const { orgId, isSuper, agentId, name } = memberOf(request);
    if (agentId !== undefined) throw forbidden('Agents cannot resolve anomalies');
    const { by = name } = bodyBytes(request).length === 0 ? {} : readBody(request, resolveAnomalyRequest);
    const id = pathParam(request, 'id');
    const [row] = /^\w{1,128}$/.test(id) ? await mesh.engine.store.all(anomalyById(id)) : [];
    if (row === undefined) throw notFound('There is no such anomaly');
    const found = anomalyOf(row);
    if (found.orgId !== orgId && !isSuper) throw forbidden('The anomaly belongs to another organization');
    await mesh.orgs.ensure(found.orgId);
    const answer = await runOnce(mesh, keyOf(request, name), {
      chains: [chainsOf(found.orgId).events],
      load: [
        anomalyById(id),
        {
          sql:
            'SELECT count(*) AS n FROM meshguard_anomalies WHERE agent = ? AND id <> ? AND resolved_at IS NULL ' +
            "AND auto_action IN ('throttle', 'block', 'quarantine')",
          params: [found.agentId, id],
        },
      ],
      decide: ([rows = [], counts = []], { now }) => {
        const [current] = rows;
        const before = current === undefined ? found : anomalyOf(current);
        if (before.resolvedAt !== undefined) throw new MeshGuardFailure(409, 'The anomaly is resolved already');
        const freed =
          Number(counts[0]?.['n'] ?? 0) > 0
            ? []
            : [{ sql: "UPDATE meshguard_agents SET hold = '' WHERE id = ?", params: [found.agentId] }];
        const sql =
          'UPDATE meshguard_anomalies SET resolved_at = ?, resolved_by = ? WHERE id = ? AND resolved_at IS NULL';
        const event = { orgId: found.orgId, type: 'anomaly.resolved', actor: by, subject: id };
        return {
          writes: [{ sql, params: [now, by, id], expect: 1 }, ...freed],
          records: [eventRecord({ id: newId(mesh.engine.ids, 'evt', now), ...event }, now)],
          answer: json(200, anomalyView({ ...before, resolvedAt: now, resolvedBy: by })),
        };
      },
    });
    send(reply, answer);
  };
