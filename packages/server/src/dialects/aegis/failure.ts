import { type Answer, json } from '../../http/answer.js';
import { isoTime } from './time.js';

/** A request that gets no decision. */
export interface Failure {
  readonly status: number;
  /** `AEGIS-VAL-002` */
  readonly code: string;
  readonly message: string;
  /** The field, or the thing, that it is about. */
  readonly cause?: string;
  /** Seconds until it is worth trying again. */
  readonly retryAfter?: number;
}

/** A failure on its way to the answer. */
export class AegisFailure extends Error {
  override readonly name = 'AegisFailure';
  readonly failure: Failure;

  constructor(failure: Failure, options?: ErrorOptions) {
    super(failure.message, options);
    this.failure = failure;
  }
}

const TYPES: Readonly<Record<string, string>> = {
  VAL: 'AEGISValidationError',
  GW: 'AEGISValidationError',
  CAP: 'AEGISCapabilityError',
  POL: 'AEGISPolicyError',
  AUD: 'AEGISAuditError',
  AUTH: 'AEGISAuthError',
  RATE: 'AEGISRateLimitError',
  CNF: 'AEGISConfirmationError',
  ESC: 'AEGISEscalationError',
};

const RETRYABLE: ReadonlySet<number> = new Set([429, 503]);

/** The body of every failure: the engine's five keys, and three that a caller needs to go on. */
export function failureAnswer({ status, code, message, cause }: Failure, requestId: string, now: number): Answer {
  const family = code.split('-')[1] ?? '';
  return json(status, {
    type: (Object.hasOwn(TYPES, family) ? TYPES[family] : undefined) ?? 'AEGISError',
    error_code: code,
    message,
    cause: cause ?? null,
    help_url: `https://aegis-docs.com/errors/${code.toLowerCase().replaceAll('-', '_')}`,
    request_id: requestId,
    retryable: RETRYABLE.has(status),
    timestamp: isoTime(now),
  });
}

/** A field of the request that is not as documented. */
export const invalid = (code: string, cause: string, message: string): AegisFailure =>
  new AegisFailure({ status: code === 'AEGIS-VAL-021' ? 409 : 400, code, message, cause });

/** There is nothing of that name. */
export const notFound = (what: string, code = 'AEGIS-REQ-404'): AegisFailure =>
  new AegisFailure({ status: 404, code, message: `${what} not found`, cause: 'path' });
