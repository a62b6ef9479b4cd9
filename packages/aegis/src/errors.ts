import {
  ApprovalRequiredError,
  ConnectionError,
  HttpError,
  type HttpErrorOptions,
  PolicyDeniedError,
  type ProblemDetails,
  RateLimitError,
  SallyportError,
  type SallyportErrorOptions,
  TimeoutError,
  type TimeoutPhase,
  type TransportHeaders,
} from '@sallyport/core';
import { branded, claim, httpErrorClass } from '@sallyport/core/internal';
import type { Decision } from './decision.js';
import { readFailure, type StructuredFailure } from './failure.js';
import type { Outcome } from './types/index.js';

/**
 * What an {@link AegisError} is built from.
 *
 * @example
 * ```ts
 * import { AegisError, type AegisErrorOptions } from '@sallyport/aegis';
 *
 * const options: AegisErrorOptions = { errorCode: 'AEGIS-GW-001', retryable: true };
 * throw new AegisError('Too many proposals.', options);
 * ```
 */
export interface AegisErrorOptions extends SallyportErrorOptions, Partial<StructuredFailure> {
  readonly status?: number | undefined;
}

/**
 * The root of every error that an AEGIS client throws: on the way (network, timeout, a refused key), or of the governance system
 * ({@link GovernanceError}). What has no name of its own here is core's class, and an `AegisError` at the same time.
 *
 * @example
 * ```ts
 * import { AegisClient, AegisError, GovernanceError } from '@sallyport/aegis';
 *
 * try {
 *   await new AegisClient().health();
 * } catch (error) {
 *   if (error instanceof GovernanceError) process.stderr.write(`Governance error: ${error.message}\n`);
 *   else if (error instanceof AegisError) process.stderr.write(`Transport error: ${error.message}\n`);
 * }
 * ```
 */
export class AegisError extends SallyportError {
  static override readonly code: string = 'aegis';
  /** The HTTP status, where there was an answer. */
  readonly status: number | undefined;
  /** The gateway's own code: `AEGIS-VAL-002`. */
  readonly errorCode: string | undefined;
  /** The field that caused it: `request.agent_id`. */
  readonly causeField: string | undefined;
  readonly helpUrl: string | undefined;
  /** Whether trying again may help. */
  readonly retryable: boolean;

  static {
    branded(AegisError, 'aegis', 'AegisError');
  }

  constructor(message: string, options: AegisErrorOptions = {}) {
    super(message, options);
    this.status = options.status;
    this.errorCode = options.errorCode;
    this.causeField = options.causeField;
    this.helpUrl = options.helpUrl;
    this.retryable = options.retryable ?? false;
  }
}

/**
 * What an {@link AegisHttpError} is built from.
 *
 * @example
 * ```ts
 * import type { AegisHttpErrorOptions } from '@sallyport/aegis';
 *
 * const options: AegisHttpErrorOptions = { status: 503, retryable: true };
 * ```
 */
export interface AegisHttpErrorOptions extends AegisErrorOptions, HttpErrorOptions {
  readonly status: number;
}

/**
 * The gateway answered with an error status; 5xx after all retries. To be taken for DENY. Also core's error of that status.
 *
 * @example
 * ```ts
 * import { AegisHttpError } from '@sallyport/aegis';
 *
 * const statusOf = (error: unknown) => (error instanceof AegisHttpError ? error.status : undefined);
 * ```
 */
export class AegisHttpError extends AegisError {
  static override readonly code: string = HttpError.code;
  declare readonly status: number;
  readonly headers: TransportHeaders;
  /** The parsed body, or its text. Not shown by `toJSON` or `inspect`. */
  readonly body: unknown;
  readonly problem: ProblemDetails | undefined;
  /** Milliseconds the gateway asks to be left alone. */
  readonly retryAfterMs: number | undefined;

  static {
    branded(AegisHttpError, 'aegis', 'AegisHttpError', HttpError);
  }

  constructor(message: string, options: AegisHttpErrorOptions) {
    super(message, options);
    this.headers = options.headers ?? {};
    this.body = options.body;
    this.problem = options.problem;
    this.retryAfterMs = options.retryAfterMs;
  }
}

/**
 * The governance system could not decide: the proposal is invalid, names something unknown, or a part of the system failed. Also
 * the core error of its status.
 *
 * @example
 * ```ts
 * import { GovernanceError } from '@sallyport/aegis';
 *
 * const isInvalid = (error: unknown): boolean =>
 *   error instanceof GovernanceError && error.errorCode?.startsWith('AEGIS-VAL-') === true;
 * ```
 */
export class GovernanceError extends AegisHttpError {
  static override readonly code: string = 'governance';

  static {
    branded(GovernanceError, 'aegis', 'GovernanceError');
  }
}

/**
 * The API key is not accepted (401), or may not do this (403). Also core's error of that status.
 *
 * @example
 * ```ts
 * import { AegisAuthError } from '@sallyport/aegis';
 *
 * const needsKey = (error: unknown): boolean => error instanceof AegisAuthError && error.status === 401;
 * ```
 */
export class AegisAuthError extends AegisHttpError {
  static override readonly code: string = 'authentication';

  static {
    branded(AegisAuthError, 'aegis', 'AegisAuthError');
  }
}

/**
 * Too many requests (429), after all retries. Also core's `RateLimitError`.
 *
 * @example
 * ```ts
 * import { AegisRateLimitError } from '@sallyport/aegis';
 *
 * const waitMs = (error: unknown) => (error instanceof AegisRateLimitError ? error.retryAfterMs : undefined);
 * ```
 */
export class AegisRateLimitError extends AegisHttpError {
  static override readonly code: string = RateLimitError.code;

  static {
    branded(AegisRateLimitError, 'aegis', 'AegisRateLimitError', RateLimitError);
  }
}

/**
 * The gateway could not be reached, or did not answer in time, after all retries. Also core's `ConnectionError` or
 * `TimeoutError`.
 *
 * @example
 * ```ts
 * import { AegisConnectionError } from '@sallyport/aegis';
 *
 * const isDown = (error: unknown): boolean => error instanceof AegisConnectionError;
 * ```
 */
export class AegisConnectionError extends AegisError {
  static override readonly code: string = ConnectionError.code;
  /** False when no byte of the request left, so that the gateway cannot have acted on it. */
  readonly sent: boolean;
  /** What ran out of time; absent when the connection failed. */
  readonly phase: TimeoutPhase | undefined;
  /** The limit that was passed, in milliseconds. */
  readonly timeoutMs: number | undefined;

  static {
    branded(AegisConnectionError, 'aegis', 'AegisConnectionError');
  }

  constructor(
    message: string,
    options: AegisErrorOptions &
      Partial<Pick<ConnectionError, 'sent'> & Pick<TimeoutError, 'phase' | 'timeoutMs'>> = {},
  ) {
    super(message, { retryable: true, ...options });
    this.sent = options.sent ?? options.phase !== 'connect';
    this.phase = options.phase;
    this.timeoutMs = options.timeoutMs;
  }
}

/**
 * A governed function did not run, because the outcome was not ALLOW. `propose` never throws it. Also core's
 * `PolicyDeniedError`, and its `ApprovalRequiredError` when a human could still allow it.
 *
 * @example
 * ```ts
 * import { AegisDeniedError } from '@sallyport/aegis';
 *
 * const why = (error: unknown) => (error instanceof AegisDeniedError ? `${error.outcome}: ${error.reason}` : undefined);
 * ```
 */
export class AegisDeniedError extends AegisError {
  static override readonly code: string = PolicyDeniedError.code;
  readonly outcome: Outcome;
  readonly reason: string;
  readonly decision: Decision;
  /** The escalation, or the decision that asks for a confirmation. */
  readonly approvalId: string | undefined;
  /** ISO 8601. */
  readonly expiresAt: string | undefined;

  static {
    branded(AegisDeniedError, 'aegis', 'AegisDeniedError', PolicyDeniedError);
  }

  constructor(
    decision: Decision,
    pending: { readonly id?: string | undefined; readonly expiresAt?: string | undefined } = {},
  ) {
    const isPending = pending.id !== undefined;
    super(`Governance denied: ${decision.reason}`, {
      gateway: 'aegis',
      operation: 'aegis.governed',
      ...(isPending && { code: ApprovalRequiredError.code }),
    });
    this.outcome = decision.outcome;
    this.reason = decision.reason;
    this.decision = decision;
    this.approvalId = pending.id;
    this.expiresAt = pending.expiresAt;
    if (isPending) claim(this, ApprovalRequiredError);
  }
}

const SYSTEM_FAILURE = /^AEGIS-(?:POL|AUD|CAP|DEC)-/;

function answerClass(status: number, errorCode = ''): typeof AegisHttpError {
  if (status === 401 || status === 403) return AegisAuthError;
  if (status === 429) return AegisRateLimitError;
  return status < 500 || SYSTEM_FAILURE.test(errorCode) ? GovernanceError : AegisHttpError;
}

/** Brings errors into AEGIS's family: under its own name where it has one, else beside core's. */
export function adoptError(error: SallyportError): SallyportError {
  if (error instanceof AegisError) return error;
  const { cause, message } = error;
  if (error instanceof HttpError) {
    const failure = readFailure(error);
    const Answered = answerClass(error.status, failure.errorCode);
    const requestId = error.requestId ?? failure.requestId;
    const own = new Answered(failure.message ?? message, { ...error, ...failure, cause, requestId });
    return claim(own, httpErrorClass(error.status));
  }
  if (error instanceof ConnectionError)
    return claim(new AegisConnectionError(message, { ...error, cause }), ConnectionError);
  if (error instanceof TimeoutError) return claim(new AegisConnectionError(message, { ...error, cause }), TimeoutError);
  const unknown = { errorCode: undefined, causeField: undefined, helpUrl: undefined, retryable: false };
  return Object.assign(claim(error, AegisError), { status: Reflect.get(error, 'status'), ...unknown });
}
