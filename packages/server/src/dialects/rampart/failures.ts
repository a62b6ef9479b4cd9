import type { FastifyError, FastifyInstance, FastifyRequest } from 'fastify';
import { ApprovalConflictError, ApprovalNotFoundError } from '../../approvals/errors.js';
import { send } from '../../http/answer.js';
import { RequestFailure } from '../../http/failure.js';
import { IdempotencyKeyError, IdempotencyMismatchError } from '../../http/idempotency.js';
import { LedgerClosedError, LedgerDamagedError } from '../../ledger/errors.js';
import { StoreUnavailableError, UnitConflictError, UnstorableValueError } from '../../store/errors.js';
import { REQUEST_BODY } from './body.js';
import { InvalidCallError, PolicyStoreError } from './documents/errors.js';
import { failure } from './keyed.js';
import { statusOfPolicyError } from './rules.js';
import type { Rampart } from './runtime.js';

const STORAGE_DOWN = 'audit storage is unavailable; refusing tool call';

/** Gives every failure its documented status and text; what nobody thought of is logged and told to nobody. */
export function answerFailures(app: FastifyInstance, { engine: { log } }: Rampart): void {
  app.setErrorHandler<FastifyError>((error, request, reply) => {
    const [status, text] = statusAndText(error, request);
    if (status === 500) log.error({ err: error, requestId: request.id }, 'request failed');
    send(reply, failure(status, text, isDamage(error) ? error.code : undefined));
  });
}

function statusAndText(error: Error & { readonly code?: string }, request: FastifyRequest): readonly [number, string] {
  if (request.is404) return [404, 'not found'];
  if (error instanceof RequestFailure) return [error.status, error.message];
  if (error instanceof InvalidCallError || error instanceof IdempotencyKeyError) return [400, error.message];
  if (error instanceof UnstorableValueError) return [400, `${REQUEST_BODY}: contains a value that cannot be stored`];
  if (error instanceof PolicyStoreError) return [statusOfPolicyError(error), error.message];
  if (error instanceof IdempotencyMismatchError) return [422, error.message];
  if (error instanceof ApprovalNotFoundError) return [404, 'approval not found'];
  if (error instanceof ApprovalConflictError) return [410, 'approval already resolved; URL cannot be reused'];
  if (error instanceof UnitConflictError) return [409, 'the request conflicts with another one; try again'];
  if (error instanceof StoreUnavailableError) return [503, STORAGE_DOWN];
  if (error instanceof LedgerDamagedError) return [500, error.message];
  if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE') return [400, `${bodyLabel(request)}: http: request body too large`];
  const status: unknown = Reflect.get(error, 'statusCode');
  if (typeof status === 'number' && status >= 400 && status < 500)
    return [400, `${bodyLabel(request)}: unexpected EOF`];
  return [500, 'internal error'];
}

/** Trying again will not help: somebody has to look after the log. */
function isDamage(error: Error): boolean {
  return error instanceof LedgerDamagedError || error instanceof LedgerClosedError;
}

function bodyLabel({ url }: FastifyRequest): string {
  return /\/resolve(?:\?|$)/.test(url) ? 'invalid body' : REQUEST_BODY;
}
