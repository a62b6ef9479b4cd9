import type { FastifyError, FastifyInstance } from 'fastify';
import { ApprovalConflictError, ApprovalNotFoundError } from '../../approvals/errors.js';
import { json, send } from '../../http/answer.js';
import { IdempotencyKeyError, IdempotencyMismatchError } from '../../http/idempotency.js';
import { LedgerDamagedError } from '../../ledger/errors.js';
import { StoreUnavailableError, UnitConflictError, UnstorableValueError } from '../../store/errors.js';
import { badRequest, MeshGuardFailure, notFound } from './failure.js';
import type { MeshGuard } from './runtime.js';

/** Gives every failure its documented status and body; what nobody thought of is logged and told to nobody. */
export function answerFailures(app: FastifyInstance, { engine: { log } }: Pick<MeshGuard, 'engine'>): void {
  app.setErrorHandler<FastifyError>((thrown, request, reply) => {
    const failure = request.is404 ? notFound('There is nothing at this path') : failureOf(thrown);
    if (failure.status === 500) log.error({ err: thrown, requestId: request.id }, 'request failed');
    const { status, error, message, more } = failure;
    const seconds = more['retry_after'];
    if (typeof seconds === 'number') reply.header('retry-after', String(seconds));
    send(reply, json(status, { ...more, error, message }));
  });
}

function failureOf(error: Error & { readonly code?: string; readonly statusCode?: number }): MeshGuardFailure {
  if (error instanceof MeshGuardFailure) return error;
  if (error instanceof IdempotencyKeyError) return badRequest(error.message);
  if (error instanceof IdempotencyMismatchError) return new MeshGuardFailure(422, error.message);
  if (error instanceof UnstorableValueError) return badRequest('The request contains a value that cannot be stored');
  if (error instanceof ApprovalNotFoundError) return notFound(error.message);
  if (error instanceof ApprovalConflictError) return new MeshGuardFailure(409, error.message);
  if (error instanceof UnitConflictError) return new MeshGuardFailure(409, 'Somebody else was first; try again');
  if (error instanceof LedgerDamagedError) {
    return new MeshGuardFailure(500, error.message, { code: error.code });
  }
  if (error instanceof StoreUnavailableError) {
    return new MeshGuardFailure(503, 'The audit log is unavailable; nothing was allowed');
  }
  if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE') return new MeshGuardFailure(413, 'The body is too large');
  const { statusCode = 500 } = error;
  if (statusCode >= 400 && statusCode < 500) return badRequest('The request could not be read');
  return new MeshGuardFailure(500, 'An internal error occurred');
}
