import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Row } from '../../../engine/unit.js';
import { json, send } from '../../../http/answer.js';
import { queryParam } from '../../../http/params.js';
import { isoTime } from '../agents/agent.js';
import { listAgents } from '../agents/service.js';
import { limitParam } from '../audit/query.js';
import { badRequest } from '../failure.js';
import { adminCallerOf } from '../identity/admin-auth.js';
import type { MeshGuard } from '../runtime.js';
import { type Period, periodMs, readPeriod } from './period.js';

type Handler = (request: FastifyRequest, reply: FastifyReply) => Promise<void>;

/** What is asked about: an organisation's decisions from one time up to another. */
interface Range {
  readonly period: Period;
  readonly orgId: string;
  readonly from: number;
  readonly now: number;
}

function rangeOf(mesh: MeshGuard, request: FastifyRequest, fallback: Period = '24h'): Range {
  const period = readPeriod(request, fallback);
  const now = mesh.engine.clock.now();
  return { period, orgId: adminCallerOf(request).orgId, from: now - periodMs(period), now };
}

/** Aggregates decisions of a range. */
const aggregate = (mesh: MeshGuard, { orgId, from, now }: Omit<Range, 'period'>, columns: string, groups = '') =>
  mesh.engine.store.all({
    sql:
      `SELECT ${columns} FROM meshguard_decisions WHERE org = ? AND at > ? AND at <= ?` +
      (groups === '' ? '' : ` GROUP BY ${groups} ORDER BY ${groups}`),
    params: [orgId, from, now],
  });

const COUNTS =
  'count(*) AS n, sum(micros) AS micros, ' +
  "sum(CASE WHEN decision = 'allow' THEN 1 ELSE 0 END) AS allowed, sum(explicit) AS explicit";

const number = (row: Row | undefined, column: string): number => Number(row?.[column] ?? 0);
const rounded = (value: number): number => Math.round(value * 100) / 100;
const share = (part: number, whole: number): number => (whole === 0 ? 0 : rounded((100 * part) / whole));
const latency = (row: Row | undefined): number =>
  number(row, 'n') === 0 ? 0 : rounded(number(row, 'micros') / number(row, 'n') / 1000);

/** `GET /admin/analytics/overview`: with what has changed since the period before. */
export const overview =
  (mesh: MeshGuard): Handler =>
  async (request, reply) => {
    const range = rangeOf(mesh, request);
    const before = { ...range, from: 2 * range.from - range.now, now: range.from };
    const [now, then] = await Promise.all([totals(mesh, range), totals(mesh, before)]);
    const change = (now.totalRequests - then.totalRequests) / (then.totalRequests || 1);
    send(
      reply,
      json(200, {
        period: range.period,
        ...now,
        trends: {
          totalRequests: rounded(100 * change),
          enforcementRate: rounded(now.enforcementRate - then.enforcementRate),
          activeAgents: now.activeAgents - then.activeAgents,
          avgLatencyMs: rounded(now.avgLatencyMs - then.avgLatencyMs),
        },
      }),
    );
  };

async function totals(mesh: MeshGuard, range: Range) {
  const [row] = await aggregate(mesh, range, `${COUNTS}, count(DISTINCT agent) AS agents`);
  return {
    totalRequests: number(row, 'n'),
    // How many of them an explicit rule was about.
    enforcementRate: share(number(row, 'explicit'), number(row, 'n')),
    activeAgents: number(row, 'agents'),
    avgLatencyMs: latency(row),
  };
}

const HOUR_MS = 3_600_000;
const BUCKETS = { hour: HOUR_MS, day: 24 * HOUR_MS } as const;

/** `GET /admin/analytics/timeseries`: every bucket of the period, also where nothing has happened. */
export const timeseries =
  (mesh: MeshGuard): Handler =>
  async (request, reply) => {
    const range = rangeOf(mesh, request);
    const bucket = queryParam(request, 'bucket') || 'hour';
    if (bucket !== 'hour' && bucket !== 'day') throw badRequest('bucket must be "hour" or "day"');
    const ms = BUCKETS[bucket];
    const rows = await aggregate(mesh, range, `at / ${ms} AS slot, ${COUNTS}`, `at / ${ms}`);
    const bySlot = new Map(rows.map((row) => [number(row, 'slot'), row]));
    const first = Math.floor(range.from / ms) + 1;
    const last = Math.floor(range.now / ms);
    const data = Array.from({ length: last - first + 1 }, (_, index) => {
      const row = bySlot.get(first + index);
      const allowed = number(row, 'allowed');
      return { time: isoTime((first + index) * ms), allowed, denied: number(row, 'n') - allowed };
    });
    send(reply, json(200, { period: range.period, bucket, data }));
  };

const SORTS: Readonly<Record<string, (agent: Ranked) => number>> = {
  requests: ({ requests }) => requests,
  denied: ({ denied }) => denied,
  latency: ({ avgLatencyMs }) => avgLatencyMs,
};

interface Ranked {
  readonly id: string;
  readonly requests: number;
  readonly denied: number;
  readonly avgLatencyMs: number;
}

/** `GET /admin/analytics/agents` */
export const rankAgents =
  (mesh: MeshGuard): Handler =>
  async (request, reply) => {
    const range = rangeOf(mesh, request);
    const sort = queryParam(request, 'sort') || 'requests';
    const by = Object.hasOwn(SORTS, sort) ? SORTS[sort] : undefined;
    if (by === undefined) throw badRequest(`sort must be one of ${Object.keys(SORTS).join(', ')}`);
    const [rows, agents] = await Promise.all([
      aggregate(mesh, range, `agent, ${COUNTS}, max(at) AS last`, 'agent'),
      listAgents(mesh, range.orgId),
    ]);
    const known = new Map(agents.map((agent) => [agent.id, agent]));
    const ranked = rows.map((row) => {
      const id = String(row['agent']);
      const { name = '', trustTier = '' } = known.get(id) ?? {};
      const [requests, allowed] = [number(row, 'n'), number(row, 'allowed')];
      const lastActive = isoTime(number(row, 'last'));
      return {
        id,
        name,
        trustTier,
        requests,
        allowed,
        denied: requests - allowed,
        avgLatencyMs: latency(row),
        lastActive,
      };
    });
    ranked.sort((a, b) => by(b) - by(a));
    send(reply, json(200, { period: range.period, sort, agents: ranked.slice(0, limitParam(request, 20, 100)) }));
  };

/** `GET /admin/analytics/policies` */
export const rankPolicies =
  (mesh: MeshGuard): Handler =>
  async (request, reply) => {
    const range = rangeOf(mesh, request);
    const [rows, actions] = await Promise.all([
      aggregate(mesh, range, `policy, ${COUNTS}`, 'policy'),
      aggregate(mesh, range, 'policy, action, count(*) AS n', 'policy, action'),
    ]);
    const top = new Map<string, Row>();
    for (const row of actions) {
      const name = String(row['policy']);
      if (number(row, 'n') > number(top.get(name), 'n')) top.set(name, row);
    }
    const policies = rows
      .map((row) => {
        const [name, triggered, allowed] = [String(row['policy']), number(row, 'n'), number(row, 'allowed')];
        return {
          name,
          triggered,
          allowRate: share(allowed, triggered),
          denyRate: share(triggered - allowed, triggered),
          topAction: String(top.get(name)?.['action'] ?? ''),
        };
      })
      .sort((a, b) => b.triggered - a.triggered);
    send(reply, json(200, { period: range.period, policies }));
  };

/** `GET /admin/analytics/delegations` */
export const delegationStats =
  (mesh: MeshGuard): Handler =>
  async (request, reply) => {
    const { period, orgId, from, now } = rangeOf(mesh, request);
    const where = 'FROM meshguard_delegations WHERE org = ? AND at > ? AND at <= ?';
    const params = [orgId, from, now];
    const { store } = mesh.engine;
    const [[total], pairs, agents] = await Promise.all([
      store.all({ sql: `SELECT count(*) AS n, sum(depth) AS depth, sum(blocked) AS blocked ${where}`, params }),
      store.all({
        sql: `SELECT source, target, count(*) AS n ${where} GROUP BY source, target ORDER BY count(*) DESC, source, target LIMIT 10`,
        params,
      }),
      listAgents(mesh, orgId),
    ]);
    const names = new Map(agents.map(({ id, name }) => [id, name]));
    const name = (id: unknown) => names.get(String(id)) ?? String(id);
    const totalChains = number(total, 'n');
    send(
      reply,
      json(200, {
        period,
        totalChains,
        avgDepth: totalChains === 0 ? 0 : rounded(number(total, 'depth') / totalChains),
        blockedChains: number(total, 'blocked'),
        topPairs: pairs.map((row) => ({
          fromAgent: name(row['source']),
          toAgent: name(row['target']),
          count: number(row, 'n'),
        })),
      }),
    );
  };

/** `GET /admin/analytics/trust-distribution` */
export const trustDistribution =
  (mesh: MeshGuard): Handler =>
  async (request, reply) => {
    const range = rangeOf(mesh, request);
    const [rows, all] = await Promise.all([
      aggregate(mesh, range, 'tier, count(*) AS n', 'tier'),
      listAgents(mesh, range.orgId),
    ]);
    const agents = all.filter(({ status }) => status === 'active');
    const requests = new Map(rows.map((row) => [String(row['tier']), number(row, 'n')]));
    const names = [...new Set([...agents.map(({ trustTier }) => trustTier), ...requests.keys()])].sort();
    const tiers = names.map((tier) => {
      const agentCount = agents.filter(({ trustTier }) => trustTier === tier).length;
      return { tier, agentCount, requestCount: requests.get(tier) ?? 0, pct: share(agentCount, agents.length) };
    });
    send(reply, json(200, { period: range.period, tiers }));
  };

/** The first of January 1970 was a Thursday. */
const WEEKDAY = `((at / ${24 * HOUR_MS}) + 4) % 7`;
const HOUR = `(at / ${HOUR_MS}) % 24`;

/** `GET /admin/analytics/latency-heatmap` */
export const latencyHeatmap =
  (mesh: MeshGuard): Handler =>
  async (request, reply) => {
    const range = rangeOf(mesh, request, '30d');
    const rows = await aggregate(mesh, range, `${WEEKDAY} AS day, ${HOUR} AS hour, ${COUNTS}`, `${WEEKDAY}, ${HOUR}`);
    const cells = rows.map((row) => ({
      dayOfWeek: number(row, 'day'),
      hourOfDay: number(row, 'hour'),
      avgLatencyMs: latency(row),
      count: number(row, 'n'),
    }));
    send(reply, json(200, { period: range.period, cells }));
  };
