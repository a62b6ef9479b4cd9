import type { FastifyError, FastifyInstance } from 'fastify';
import { ApprovalConflictError, ApprovalNotFoundError } from '../../approvals/errors.js';
import { LastAdminError } from '../../engine/credentials.js';
import type { Log } from '../../engine/engine.js';
import { StoreUnavailableError, UnitConflictError, UnstorableValueError } from '../../store/errors.js';
import { json, send } from '../answer.js';
import { RequestFailure } from '../failure.js';

/** Gives every failure outside the dialects its status and a text; what nobody thought of is logged only. */
export function answerOperatorFailures(app: FastifyInstance, log: Log): void {
  app.setErrorHandler<FastifyError>((error, request, reply) => {
    const [status, text] = request.is404 ? NOT_FOUND : statusAndText(error);
    if (status === 500) log.error({ err: error, requestId: request.id }, 'request failed');
    send(reply, json(status, { error: text }));
  });
}

const NOT_FOUND = [404, 'not found'] as const;

function statusAndText(error: FastifyError): readonly [number, string] {
  if (error instanceof RequestFailure) return [error.status, error.message];
  if (error.code === 'invalid_call') return [400, error.message];
  if (error instanceof UnstorableValueError)
    return [400, 'invalid request body: contains a value that cannot be stored'];
  if (error instanceof ApprovalNotFoundError) return [404, 'approval not found'];
  if (error instanceof ApprovalConflictError || error instanceof LastAdminError) return [409, error.message];
  if (error instanceof UnitConflictError) return [409, 'the request conflicts with another one; try again'];
  if (error instanceof StoreUnavailableError) return [503, 'storage is unavailable'];
  if (error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500) {
    return [error.statusCode, error.code === 'FST_ERR_CTP_BODY_TOO_LARGE' ? 'request body too large' : 'bad request'];
  }
  return [500, 'internal error'];
}
