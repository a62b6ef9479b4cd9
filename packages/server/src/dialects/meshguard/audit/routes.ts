import type { FastifyReply, FastifyRequest } from 'fastify';
import type { SealedRecord } from '../../../engine/unit.js';
import { json, send } from '../../../http/answer.js';
import { recordOf } from '../../../ledger/records.js';
import { periodMs, readPeriod } from '../analytics/period.js';
import { adminCallerOf } from '../identity/admin-auth.js';
import type { MeshGuard } from '../runtime.js';
import { readAuditQuery } from './query.js';
import { chainsOf } from './records.js';

type Handler = (request: FastifyRequest, reply: FastifyReply) => Promise<void>;
type Fields = Readonly<Record<string, unknown>>;

/** `GET /admin/audit`: newest first. */
export const listAudit =
  (mesh: MeshGuard): Handler =>
  async (request, reply) => {
    const { filter, limit, offset } = readAuditQuery(request);
    const chains = chainsOf(adminCallerOf(request).orgId);
    await mesh.engine.ledger.assertSound(chains.decisions);
    await mesh.engine.ledger.assertSound(chains.events);
    const records = await mesh.engine.ledger.page(
      { ...filter, chain: chains.decisions },
      { order: 'newest', limit, offset },
    );
    const outcomes = await outcomesOf(mesh, chains.events, records);
    send(reply, json(200, { entries: records.map((record) => entryView(record, outcomes.get(record.link))) }));
  };

/** An entry as its API shows it: some clients read other names for the same things. */
function entryView({ text }: SealedRecord, outcome: Fields | undefined): Fields {
  const entry: Fields = JSON.parse(text);
  const { metadata, policy } = entry;
  return {
    ...entry,
    result: entry['decision'],
    ...(policy !== undefined && { policyName: policy }),
    meta: metadata,
    ...outcome,
  };
}

/** What became of proxied requests, by the entry that allowed them. */
async function outcomesOf(
  { engine }: MeshGuard,
  chain: string,
  records: readonly SealedRecord[],
): Promise<ReadonlyMap<string, Fields>> {
  if (records.length === 0) return new Map();
  const rows = await engine.store.all({
    sql:
      `SELECT * FROM records WHERE chain = ? AND verdict = 'proxy.outcome' ` +
      `AND link IN (${records.map(() => '?').join(', ')})`,
    params: [chain, ...records.map(({ link }) => link)],
  });
  return new Map(
    rows.map(recordOf).map(({ link, text }) => {
      const { data }: { readonly data: Fields } = JSON.parse(text);
      const { statusCode, error, durationMs } = data;
      return [
        link,
        { durationMs, ...(statusCode !== undefined && { statusCode }), ...(error !== undefined && { error }) },
      ];
    }),
  );
}

/** `GET /admin/audit/stats`: what agents have entered themselves is no decision, whatever it says. */
export const auditStats =
  (mesh: MeshGuard): Handler =>
  async (request, reply) => {
    const { ledger, store, clock } = mesh.engine;
    const period = readPeriod(request, '24h');
    const { orgId } = adminCallerOf(request);
    const { decisions: chain } = chainsOf(orgId);
    const from = clock.now() - periodMs(period);
    await ledger.assertSound(chain);
    const total = await ledger.count({ chain, from });
    const rows = await store.all({
      sql: 'SELECT decision, count(*) AS n FROM meshguard_decisions WHERE org = ? AND at >= ? GROUP BY decision',
      params: [orgId, from],
    });
    const count = (wanted: string) => Number(rows.find(({ decision }) => decision === wanted)?.['n'] ?? 0);
    send(reply, json(200, { total, allowed: count('allow'), denied: count('deny'), period }));
  };

/** `GET /admin/audit/verify`: whether both chains are whole, up to where they stand. */
export const verifyAudit =
  (mesh: MeshGuard): Handler =>
  async (request, reply) => {
    const { ledger } = mesh.engine;
    const chains = await Promise.all(
      Object.values(chainsOf(adminCallerOf(request).orgId)).map(async (chain) => ({
        chain,
        ...(await ledger.verify(chain)),
      })),
    );
    send(reply, json(200, { ok: chains.every(({ ok }) => ok), chains }));
  };

/** `GET /admin/audit/events`: what admins, approvers and the gateway itself have done, newest first. */
export const listEvents =
  (mesh: MeshGuard): Handler =>
  async (request, reply) => {
    const { filter, limit, offset } = readAuditQuery(request);
    const { events: chain } = chainsOf(adminCallerOf(request).orgId);
    await mesh.engine.ledger.assertSound(chain);
    const records = await mesh.engine.ledger.page({ ...filter, chain }, { order: 'newest', limit, offset });
    send(reply, json(200, { events: records.map(({ text }): unknown => JSON.parse(text)) }));
  };
