import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Approval } from '../../approvals/approval.js';
import type { Query, RecordDraft, Statement, Unit } from '../../engine/unit.js';
import { type Answer, answerWith, json } from '../../http/answer.js';
import { extraOf } from './ask.js';
import { callerOf } from './auth.js';
import { type BulkRequest, readBulk, selectReviewed } from './bulk-request.js';
import { auditEvent, auditRecord, CHAIN, callLink } from './events.js';
import { keyOf, runOnce } from './keyed.js';
import { runKey } from './proposal.js';
import type { Rampart } from './runtime.js';
import { rfc3339 } from './time.js';
import { ALREADY_REDEEMED } from './unredeemed.js';

/** `POST /v1/approvals/bulk-resolve` */
export function bulkResolve(rampart: Rampart) {
  return (request: FastifyRequest, reply: FastifyReply): void => {
    const unit = bulkUnit(rampart, readBulk(request), callerOf(request).id);
    answerWith(reply, runOnce(rampart, keyOf(request), unit));
  };
}

/** All of the reviewed approvals are resolved, or none. */
function bulkUnit(rampart: Rampart, bulk: BulkRequest, credential: string): Unit<Answer> {
  const { approvals } = rampart.engine;
  return {
    chains: [CHAIN],
    load: [ofRun(bulk), ...bulk.ids.map((id) => approvals.byId(id))],
    decide([runRows = [], ...namedRows], { now }) {
      const inRun = runRows.map((row) => approvals.read(row));
      const named = namedRows.map(([row]) => (row === undefined ? undefined : approvals.read(row)));
      const reviewed = selectReviewed(bulk, named, inRun);
      if (bulk.approve && reviewed.some((approval) => wasRedeemed(approval, inRun)))
        return { answer: unresolved(bulk) };
      const details = resolutionDetails(rampart, bulk, credential);
      const steps = reviewed.map((approval) =>
        approvals.step(approval, bulk.approve ? 'approved' : 'rejected', { at: now, by: bulk.by, details }),
      );
      const grant = bulk.scope === 'run' ? runGrant(rampart, bulk, reviewed[0]?.owner ?? '', now) : undefined;
      return {
        writes: [...steps.flatMap(({ writes }) => writes), ...(grant?.writes ?? [])],
        records: [...steps.flatMap(({ records }) => records), ...(grant?.records ?? [])],
        events: [...steps.flatMap(({ events }) => events), batchEvent(bulk)],
        answer: json(200, summary(rampart, bulk, grant?.until)),
      };
    },
  };
}

function ofRun({ agent, session, runId }: BulkRequest): Query {
  return {
    sql:
      "SELECT * FROM approvals WHERE dialect = 'rampart' AND agent = ? AND session = ? AND run_id = ? " +
      'ORDER BY created_at, id',
    params: [agent, session, runId],
  };
}

/** Whether the same call was approved before: then it must not become good again. */
function wasRedeemed(approval: Approval, inRun: readonly Approval[]): boolean {
  if (!extraOf(approval).replayable) return false;
  return inRun.some(
    ({ id, digest, status }) =>
      id !== approval.id && digest === approval.digest && (status === 'approved' || status === 'consumed'),
  );
}

function resolutionDetails(rampart: Rampart, { scope }: BulkRequest, credential: string): Record<string, unknown> {
  const run = scope === 'run';
  return {
    credential,
    bulk: true,
    approval_scope: scope,
    future_calls_requested: run,
    auto_approve: run,
    ...(run && { grant_ttl_ms: rampart.approvalTimeoutMs }),
  };
}

interface Grant {
  readonly until: number;
  readonly writes: readonly Statement[];
  readonly records: readonly RecordDraft[];
}

/** Later questions of the run are answered with yes for as long as a question would have waited. */
function runGrant(rampart: Rampart, bulk: BulkRequest, owner: string, now: number): Grant {
  const until = now + rampart.approvalTimeoutMs;
  const id = rampart.engine.ids.ulid(now);
  const event = auditEvent(rampart.host, now, {
    id,
    agent: bulk.agent,
    session: bulk.session,
    run_id: bulk.runId,
    tool: 'approval',
    request: {
      action: 'run_approval_publication_authorized',
      resolved_by: bulk.by,
      credential_owner: owner,
      reviewed_ids: bulk.ids,
      grant_ttl_ms: rampart.approvalTimeoutMs,
    },
    decision: { action: 'approved', evaluation_time_us: 0 },
  });
  return {
    until,
    writes: [
      { sql: 'DELETE FROM rampart_run_grants WHERE expires_at <= ?', params: [now] },
      {
        sql:
          'INSERT INTO rampart_run_grants (identity, expires_at) VALUES (?, ?) ' +
          'ON CONFLICT (identity) DO UPDATE SET expires_at = excluded.expires_at',
        params: [runKey({ ...bulk, owner }), until],
      },
    ],
    records: [auditRecord(event, now, callLink(id, owner))],
  };
}

function batchEvent({ agent, session, runId }: BulkRequest) {
  return { dialect: 'rampart', type: 'audit_batch', data: { agent, session, run_id: runId } };
}

function summary(rampart: Rampart, { ids, scope }: BulkRequest, until: number | undefined): Record<string, unknown> {
  return {
    resolved: ids.length,
    ids,
    reviewed_ids: ids,
    race_covered_ids: [],
    scope,
    future_calls_authorized: until !== undefined,
    ...(until !== undefined && { grant_ttl_ms: rampart.approvalTimeoutMs, grant_expires_at: rfc3339(until) }),
  };
}

function unresolved({ ids, scope }: BulkRequest): Answer {
  return json(503, {
    resolved: 0,
    ids: [],
    reviewed_ids: ids,
    race_covered_ids: [],
    scope,
    future_calls_authorized: false,
    error: ALREADY_REDEEMED,
    unresolved_reviewed_ids: ids,
    refresh_required: true,
  });
}
