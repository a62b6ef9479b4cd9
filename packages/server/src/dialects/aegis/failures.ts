import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ApprovalConflictError, ApprovalNotFoundError } from '../../approvals/errors.js';
import type { Engine } from '../../engine/engine.js';
import { send } from '../../http/answer.js';
import { IdempotencyKeyError, IdempotencyMismatchError } from '../../http/idempotency.js';
import { LedgerDamagedError } from '../../ledger/errors.js';
import { StoreUnavailableError, UnitConflictError, UnstorableValueError } from '../../store/errors.js';
import { AegisFailure, type Failure, failureAnswer } from './failure.js';

const RETRY_SECONDS = 1;

/** Gives every failure its documented status and code; what nobody thought of is logged and told to nobody. */
export function answerFailures(app: FastifyInstance, engine: Pick<Engine, 'log' | 'clock'>): void {
  app.setErrorHandler<FastifyError>((error, request, reply) => {
    const failure = request.is404 ? NOT_FOUND : failureOf(error);
    if (failure.code === INTERNAL.code) engine.log.error({ err: error, requestId: request.id }, 'request failed');
    sendFailure(reply, failure, request, engine);
  });
  app.setNotFoundHandler((request, reply) => sendFailure(reply, NOT_FOUND, request, engine));
}

/** Answers with a failure. */
function sendFailure(
  reply: FastifyReply,
  failure: Failure,
  request: FastifyRequest,
  { clock }: Pick<Engine, 'clock'>,
): void {
  if (failure.retryAfter !== undefined) reply.header('retry-after', failure.retryAfter);
  send(reply, failureAnswer(failure, request.id, clock.now()));
}

const NOT_FOUND: Failure = { status: 404, code: 'AEGIS-REQ-404', message: 'there is no such endpoint', cause: 'path' };
const INTERNAL: Failure = { status: 500, code: 'AEGIS-SRV-001', message: 'internal error' };

function failureOf(error: Error & { readonly code?: string; readonly statusCode?: number }): Failure {
  if (error instanceof AegisFailure) return error.failure;
  if (error instanceof IdempotencyKeyError) return bad('AEGIS-IDM-002', error.message, 'idempotency-key');
  if (error instanceof IdempotencyMismatchError) {
    return { status: 422, code: 'AEGIS-IDM-001', message: error.message, cause: 'idempotency-key' };
  }
  if (error instanceof UnstorableValueError)
    return bad('AEGIS-REQ-001', 'the request contains a value that cannot be stored');
  if (error instanceof ApprovalNotFoundError) return { status: 404, code: 'AEGIS-REQ-404', message: error.message };
  if (error instanceof ApprovalConflictError) return { status: 409, code: 'AEGIS-ESC-001', message: error.message };
  if (error instanceof UnitConflictError) {
    return { status: 409, code: 'AEGIS-REQ-409', message: 'the request conflicts with another one; try again' };
  }
  if (error instanceof LedgerDamagedError) {
    return {
      status: 500,
      code: 'AEGIS-AUD-003',
      message: 'the audit log was changed after it was written',
      cause: 'audit',
    };
  }
  if (error instanceof StoreUnavailableError) {
    const message = 'the audit store does not take records; nothing was allowed';
    return { status: 503, code: 'AEGIS-AUD-001', message, cause: 'audit', retryAfter: RETRY_SECONDS };
  }
  if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE') return bad('AEGIS-REQ-003', 'the request body is too large');
  const { statusCode = 500 } = error;
  return statusCode >= 400 && statusCode < 500 ? bad('AEGIS-REQ-001', 'the request is malformed') : INTERNAL;
}

const bad = (code: string, message: string, cause = 'request'): Failure => ({ status: 400, code, message, cause });
