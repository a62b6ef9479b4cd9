import { redactText } from '@sallyport/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Unit } from '../../engine/unit.js';
import { type Answer, answerWith, json } from '../../http/answer.js';
import { pathParam } from '../../http/params.js';
import { type Caller, callerOf } from './auth.js';
import { readBody } from './body.js';
import { auditRecord, CHAIN, eventEntry, executionEntryId } from './entries.js';
import { type Fields, isFields } from './evaluation/proposal.js';
import { AegisFailure, invalid, notFound } from './failure.js';
import { runOnce } from './keyed.js';
import { entryIn } from './log.js';
import type { Aegis } from './runtime.js';
import { executionRequest } from './schemas.js';
import { isoTime, parseIsoTime } from './time.js';
import { findDecision } from './trail.js';

/** `POST /api/v1/governance/decisions/{id}/execution`: once for each decision that allowed something. */
export function reportExecution(aegis: Aegis) {
  return (request: FastifyRequest, reply: FastifyReply): void => {
    const {
      status,
      result_summary: summary,
      duration_ms: duration,
      completed_at: completed,
    } = readBody(request, executionRequest);
    const at = completed === undefined ? undefined : parseIsoTime(completed);
    if (completed !== undefined && at === undefined) {
      throw invalid('AEGIS-REQ-002', 'request.completed_at', 'completed_at must be an ISO 8601 time');
    }
    const report = async (): Promise<Answer> => {
      const entry = await reportable(aegis, pathParam(request, 'id'), callerOf(request));
      const said = (now: number): Fields => ({
        status,
        ...(summary !== undefined && { result_summary: redactText(summary) }),
        ...(duration !== undefined && { duration_ms: duration }),
        completed_at: isoTime(at ?? now),
      });
      return runOnce(aegis, request, recording(callerOf(request), entry, said));
    };
    answerWith(reply, report());
  };
}

/** The decision's entry. @throws AegisFailure when it is not the caller's, or allowed nothing */
async function reportable({ engine }: Aegis, decisionId: string, caller: Caller): Promise<Fields> {
  const record = await findDecision(engine.ledger, decisionId);
  if (record === undefined) throw notFound('decision');
  const entry = entryIn(record);
  const details = isFields(entry['details']) ? entry['details'] : {};
  if (details['api_key_id'] !== caller.id && !caller.scopes.has('admin')) throw notFound('decision');
  if (entry['outcome'] !== 'ALLOW') {
    const message = `the decision was ${String(entry['outcome'])}: there is nothing to report`;
    throw new AegisFailure({ status: 409, code: 'AEGIS-REQ-409', message, cause: 'path' });
  }
  return entry;
}

function recording(caller: Caller, entry: Fields, said: (now: number) => Fields): Unit<Answer> {
  const decisionId = String(entry['decision_id']);
  return {
    chains: [CHAIN],
    load: [{ sql: 'SELECT at FROM aegis_executions WHERE decision_id = ?', params: [decisionId] }],
    decide: ([rows = []], { now }) => {
      if (rows.length > 0) {
        const message = 'the execution of this decision was reported before';
        throw new AegisFailure({ status: 409, code: 'AEGIS-REQ-409', message, cause: 'path' });
      }
      const execution = said(now);
      const report = eventEntry(executionEntryId(decisionId), 'governance.execution', now, {
        actor_id: String(entry['actor_id']),
        capability: String(entry['capability']),
        decision_id: decisionId,
        details: { execution, api_key_id: caller.id },
      });
      return {
        writes: [{ sql: 'INSERT INTO aegis_executions (decision_id, at) VALUES (?, ?)', params: [decisionId, now] }],
        records: [auditRecord(report, now)],
        answer: json(201, { decision_id: decisionId, audit_ref: report.id, execution }),
      };
    },
  };
}
