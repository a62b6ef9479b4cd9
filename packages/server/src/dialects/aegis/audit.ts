import type { FastifyReply, FastifyRequest } from 'fastify';
import type { SealedRecord } from '../../engine/unit.js';
import { type Answer, answerWith, json } from '../../http/answer.js';
import { pathParam, queryParam } from '../../http/params.js';
import type { Ledger } from '../../ledger/ledger.js';
import { actionFilter, timeFilter } from './decisions.js';
import { CHAIN, type EventType, executionEntryId, reviewEntryId, verdictsOf } from './entries.js';
import { type Fields, isFields } from './evaluation/proposal.js';
import { notFound } from './failure.js';
import { entryIn, readLog } from './log.js';
import { cursorFor, readLimit, readPage, readWord } from './paging.js';
import { OUTCOMES } from './registry/model.js';
import type { Aegis } from './runtime.js';
import { findDecision, trailOf } from './trail.js';

const EVENT_TYPES: readonly EventType[] = [
  'governance.decision',
  'governance.execution',
  'governance.escalation',
  'governance.confirmation',
  'governance.rejected',
  'policy.created',
  'policy.updated',
  'capability.registered',
  'actor.grant.created',
  'actor.grant.revoked',
];

/** `GET /api/v1/audit/log` */
export function auditLog({ engine }: Aegis) {
  return (request: FastifyRequest, reply: FastifyReply): void => {
    const page = readPage(request);
    const verdicts = verdictsWanted(request);
    const decisionId = queryParam(request, 'decision_id');
    const filter = { chain: CHAIN, ...actionFilter(request), ...timeFilter(request) };
    const list = async (): Promise<Answer> => {
      if (decisionId !== '') {
        const records = (await recordsOf(engine.ledger, decisionId)).filter((record) =>
          passes(record, filter, verdicts),
        );
        return entries(records, records.length, undefined);
      }
      const { records, total, next } = await readLog(engine.ledger, filter, verdicts, page);
      return entries(records, total, next);
    };
    answerWith(reply, list());
  };
}

/** @returns undefined where every record is wanted. */
function verdictsWanted(request: FastifyRequest): readonly string[] | undefined {
  const outcome = readWord(request, 'outcome', OUTCOMES);
  const type = readWord(request, 'event_type', EVENT_TYPES);
  if (type === undefined) return outcome === undefined ? undefined : [outcome];
  const verdicts = verdictsOf(type);
  return outcome === undefined ? verdicts : verdicts.filter((verdict) => verdict === outcome);
}

/** Everything about one decision, newest first: there are three records at most. */
async function recordsOf(ledger: Ledger, decisionId: string): Promise<readonly SealedRecord[]> {
  const decision = await findDecision(ledger, decisionId);
  if (decision === undefined) return [];
  const ids = [reviewEntryId(decisionId), executionEntryId(decisionId)];
  const others = await Promise.all(ids.map((id) => ledger.find(CHAIN, id)));
  return [decision, ...others.filter((record) => record !== undefined)].sort((a, b) => b.seq - a.seq);
}

type Wanted = { actor?: string; subject?: string; from?: number; to?: number };

function passes(record: SealedRecord, { actor, subject, from, to }: Wanted, verdicts?: readonly string[]): boolean {
  return (
    (actor === undefined || record.actor === actor) &&
    (subject === undefined || record.subject === subject) &&
    (from === undefined || record.at >= from) &&
    (to === undefined || record.at < to) &&
    (verdicts === undefined || verdicts.includes(record.verdict))
  );
}

function entries(records: readonly SealedRecord[], total: number, next: string | undefined): Answer {
  // The records are JSON already; taken as they are, their hashes can be checked.
  const texts = records.map(({ text }) => text).join(',');
  return { status: 200, body: `{"entries":[${texts}],"total":${total},"cursor":${JSON.stringify(cursorFor(next))}}\n` };
}

/** `GET /api/v1/audit/log/{decision_id}` */
export function auditTrail({ engine }: Aegis) {
  return (request: FastifyRequest, reply: FastifyReply): void => {
    const find = async (): Promise<Answer> => {
      const record = await findDecision(engine.ledger, pathParam(request, 'decisionId'));
      if (record === undefined) throw notFound('decision');
      return json(200, await trailOf(engine.ledger, record));
    };
    answerWith(reply, find());
  };
}

/** `GET /api/v1/audit/events`: the latest decisions, as a bare list. */
export function auditEvents({ engine }: Aegis) {
  return (request: FastifyRequest, reply: FastifyReply): void => {
    const limit = readLimit(request);
    const list = async (): Promise<Answer> => {
      const { records } = await readLog(engine.ledger, { chain: CHAIN }, OUTCOMES, { limit, after: '' });
      return json(
        200,
        records.map((record) => eventView(entryIn(record))),
      );
    };
    answerWith(reply, list());
  };
}

function eventView(entry: Fields): Fields {
  const details = fields(entry['details']);
  const action = fields(fields(details['request'])['action']);
  return {
    agent_id: entry['actor_id'],
    action: entry['capability'],
    target: action['resource'] ?? entry['capability'],
    decision: entry['outcome'],
    reason: fields(details['decision'])['reason'],
    timestamp: entry['timestamp'],
  };
}

const fields = (value: unknown): Fields => (isFields(value) ? value : {});
