import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Answer, answerWith, json } from '../../http/answer.js';
import { pathParam, queryParam } from '../../http/params.js';
import { callerOf } from './auth.js';
import { CHAIN, column } from './entries.js';
import { notFound } from './failure.js';
import { entryIn, readLog } from './log.js';
import { cursorFor, readPage, readTime, readWord } from './paging.js';
import { OUTCOMES } from './registry/model.js';
import type { Aegis } from './runtime.js';
import { findDecision, trailOf } from './trail.js';
import { decisionView } from './views.js';

/** `GET /api/v1/governance/decisions` */
export function listDecisions({ engine }: Aegis) {
  return (request: FastifyRequest, reply: FastifyReply): void => {
    const page = readPage(request);
    const filter = { chain: CHAIN, ...actionFilter(request), ...timeFilter(request) };
    const { actor } = callerOf(request);
    const isOthers = actor !== undefined && (filter.actor ?? actor) !== actor;
    const outcome = readWord(request, 'outcome', OUTCOMES);
    const list = async (): Promise<Answer> => {
      if (isOthers) return json(200, { decisions: [], total: 0, cursor: null });
      const verdicts = outcome === undefined ? OUTCOMES : [outcome];
      const { records, total, next } = await readLog(
        engine.ledger,
        { ...filter, ...(actor !== undefined && { actor }) },
        verdicts,
        page,
      );
      const decisions = records.map((record) => decisionView(entryIn(record)));
      return json(200, { decisions, total, cursor: cursorFor(next) });
    };
    answerWith(reply, list());
  };
}

/** Whose records, and of which capability. */
export function actionFilter(request: FastifyRequest): { actor?: string; subject?: string } {
  const actor = queryParam(request, 'actor_id');
  const capability = queryParam(request, 'capability');
  return {
    ...(actor !== '' && { actor: column(actor) }),
    ...(capability !== '' && { subject: column(capability) }),
  };
}

/** From when, inclusive, until when, exclusive. */
export function timeFilter(request: FastifyRequest): { from?: number; to?: number } {
  const from = readTime(request, 'since');
  const to = readTime(request, 'until');
  return { ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
}

/** `GET /api/v1/governance/decisions/{id}`: with the audit trail for those who may read it. */
export function getDecision({ engine }: Aegis) {
  return (request: FastifyRequest, reply: FastifyReply): void => {
    const { scopes, actor } = callerOf(request);
    const find = async (): Promise<Answer> => {
      const record = await findDecision(engine.ledger, pathParam(request, 'id'));
      if (record === undefined || record.actor !== (actor ?? record.actor)) throw notFound('decision');
      const decision = decisionView(entryIn(record));
      if (!scopes.has('audit:read')) return json(200, decision);
      return json(200, { ...decision, audit: await trailOf(engine.ledger, record) });
    };
    answerWith(reply, find());
  };
}
